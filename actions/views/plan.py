from collections.abc import Callable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from actions.filters import ActionFilter
from actions.models import Action
from actions.plan.facets import FACETS
from actions.plan.matrix import AXES, AXIS_LABELS, matrix
from actions.plan.states import state_segments
from actions.plan.table import LINES, table
from actions.plan.tiles import commune_shapes, commune_tiles
from actions.plan.timeline import timeline
from actions.plan.tree import FOLDED_FROM, plan_tree, tallies
from actions.saved_views import kept_query
from ctg.collation import in_french
from ctg.french import counted, french_date
from ctg.numbers import whole_numbers
from ctg.spreadsheets import FORMATS

BARS = 100


def plan(request):
    """Five views of one filtered set; the view and the filters live in the address."""
    actions = (
        request.convention.actions.current()
        .with_lateness(timezone.localdate())
        .with_plan()
        .with_communes_count()
        .in_plan_order()
    )
    filters = ActionFilter(request.GET, actions, convention=request.convention)
    chosen = request.GET.get("vue") if request.GET.get("vue") in VIEWS else "arborescence"
    segments = state_segments(filters.qs)
    count = sum(number for _, _, number in segments)
    context = VIEWS[chosen].context(request, filters, count)
    return render(
        request,
        "actions/plan.html" + ("#results" if request.htmx else ""),
        {
            "filters": filters,
            "text": filters.data.get("q", ""),
            **_filter_form(request, filters),
            "view": chosen,
            "view_template": f"actions/plan_{VIEWS[chosen].name}.html",
            "views": [
                (view.label, f"?{filters.query_with(vue=slug)}", slug == chosen)
                for slug, view in VIEWS.items()
            ],
            "saved_views": _saved_views(request),
            "exports": _exports(request.convention, filters),
            "subtitle": _subtitle(request.convention),
            "segments": segments,
            "count": count,
            **context,
        },
    )


def former_search(request):
    """The search used to be here, for the plan alone: links that people kept still answer."""
    address = reverse("governance:search", args=[request.convention.slug])
    return redirect(f"{address}?{request.GET.urlencode()}")


def _filter_form(request, filters):
    """The lists are read only when they are shown: a closed panel costs nothing."""
    if "filtres" not in request.GET:
        hidden = filters.kept_besides("q")
        return {"panels": None, "toggle": filters.query_with(filtres=1), "hidden": hidden}
    others = filters.data.copy()
    others.pop("filtres")
    return {
        "panels": filters.panels(),
        "toggle": others.urlencode(),
        "hidden": filters.kept_besides(*filters.filters.keys() - {"year"}),
    }


def _tree(request, filters, count):
    """From FOLDED_FROM actions on, an objective is read when one opens it (``ouvrir``)."""
    actions, known = filters.qs, None
    if count >= FOLDED_FROM:
        opened = whole_numbers(request.GET.getlist("ouvrir"))
        known = tallies(actions)
        actions = actions.filter(operational_objective__in=opened)
    tree = plan_tree(request.convention, actions, with_empty=not filters.active, tallies=known)
    others = filters.data.copy()
    others.pop("ouvrir", None)
    return {"tree": tree, "query": others.urlencode()}


def _table(request, filters, count):
    shown = table(
        filters.qs,
        columns=request.GET.getlist("colonne"),
        order=request.GET.get("tri", ""),
        lines=request.GET.get("lignes", ""),
        page=request.GET.get("page"),
        count=count,
    )
    return {
        "table": shown,
        "headers": [_header(filters, shown, column) for column in shown.columns],
        "kept": filters.kept_besides("colonne", "lignes"),
        "lines": LINES,
    }


def _header(filters, shown, column):
    """(column, address that sorts by it or turns the order round, aria-sort)"""
    if column.sort is None:
        return column, "", ""
    turned = f"-{column.name}" if shown.order == column.name else column.name
    current = {column.name: "ascending", f"-{column.name}": "descending"}
    return column, f"?{filters.query_with(tri=turned)}", current.get(shown.order, "none")


def _calendar(request, filters, count):
    paginator = Paginator(filters.qs.prefetch_related("steps"), BARS)
    paginator.count = count
    page = paginator.get_page(request.GET.get("page"))
    return {
        "page": page,
        "timeline": timeline(request.convention, page.object_list, timezone.localdate()),
    }


def _matrix(request, filters, count):
    name = request.GET.get("croiser") if request.GET.get("croiser") in AXES else "thematiques"
    axis, used = AXES[name], filters.used
    return {
        "matrix": matrix(
            request.convention,
            filters.qs,
            axis,
            columns=used.get(axis, ()),
            objectives=used.get("objective", ()),
        ),
        "axes": [
            (label, f"?{filters.query_with(croiser=slug)}", slug == name)
            for slug, label in AXIS_LABELS.items()
        ],
        "query": filters.query_besides(axis, "objective", vue="tableau"),
    }


def _map(request, filters, count):
    """Filtered by communes, it counts in those alone, so that a number opens as many actions."""
    counts = FACETS["commune"].count(filters.qs, request.convention)
    if chosen := filters.used.get("commune"):
        counts = {pk: number for pk, number in counts.items() if pk in chosen}
    communes = list(request.convention.communes.order_by(in_french("name")))
    query = filters.query_besides("commune", vue="tableau")
    return {
        "shapes": commune_shapes(communes, counts, f"?{query}"),
        "tiles": commune_tiles(communes, counts, f"?{query}"),
        "everywhere": filters.qs.filter(scope=Action.Scope.TERRITORY).count(),
    }


@dataclass(frozen=True)
class PlanView:
    label: str
    name: str
    context: Callable[..., dict]


VIEWS = {
    "arborescence": PlanView("Arborescence", "tree", _tree),
    "tableau": PlanView("Tableau", "table", _table),
    "calendrier": PlanView("Calendrier", "calendar", _calendar),
    "matrice": PlanView("Matrice", "matrix", _matrix),
    "carte": PlanView("Carte", "map", _map),
}


def _saved_views(request):
    current = kept_query(request.GET.urlencode())
    views = request.convention.saved_views.visible_to(request.user)
    return [(view, view.query == current) for view in views]


def _exports(convention, filters):
    """(address, label): what is on screen, as a file."""
    query = filters.query_with()
    return [
        (f"{reverse('actions:export', args=[convention.slug, extension])}?{query}", form.label)
        for extension, form in FORMATS.items()
    ]


def _subtitle(convention):
    levels = convention.stakes.current().aggregate(
        stakes=Count("pk", distinct=True),
        strategic=Count("strategic_objectives", distinct=True),
        operational=Count("strategic_objectives__operational_objectives", distinct=True),
    )
    updated_at = convention.actions.aggregate(at=Max("updated_at"))["at"]
    parts = [
        counted(levels["stakes"], "enjeu", "enjeux"),
        counted(levels["strategic"], "objectif stratégique", "objectifs stratégiques"),
        counted(levels["operational"], "objectif opérationnel", "objectifs opérationnels"),
    ]
    if updated_at:
        parts.append(f"mis à jour le {french_date(updated_at)}")
    return " · ".join(parts)
