from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Max
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from actions import services
from actions.filters import ActionFilter
from actions.forms.plan import LEVELS
from actions.models import Action
from actions.plan.matrix import AXES, matrix
from actions.plan.tiles import commune_tiles
from actions.plan.timeline import timeline
from actions.plan.tree import plan_tree
from actions.progress import STATE_LABELS, count_by_state
from actions.search import search_plan
from ctg.convention.rights import Right, require
from ctg.french import counted, french_date
from ctg.spreadsheets import FORMATS


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
    context = VIEWS[chosen].context(request, filters)
    segments = _segments(filters.qs)
    return render(
        request,
        "actions/plan.html" + ("#results" if request.htmx else ""),
        {
            "filters": filters,
            "view": chosen,
            "view_template": f"actions/plan_{VIEWS[chosen].name}.html",
            "views": [
                (view.label, f"?{filters.query_with(vue=slug)}", slug == chosen)
                for slug, view in VIEWS.items()
            ],
            "exports": _exports(request.convention, filters),
            "subtitle": _subtitle(request.convention),
            "segments": segments,
            "count": sum(count for _, _, count in segments),
            **context,
        },
    )


def _tree(request, filters):
    return {"tree": plan_tree(request.convention, filters.qs, with_empty=not filters.active)}


def _table(request, filters):
    order = request.GET.get("tri", "")
    page = Paginator(in_order(filters.qs, order), 50).get_page(request.GET.get("page"))
    headers = [
        (
            label,
            f"?{filters.query_with(tri='-' + name if order == name else name)}" if name else "",
            {name: "ascending", f"-{name}": "descending"}.get(order, "none") if name else "",
        )
        for name, label in COLUMNS
    ]
    return {"page": page, "headers": headers}


def in_order(actions, order):
    """By a column of the table, « -fin » from the last; the plan’s own order unless told."""
    column = SORTS.get(order.removeprefix("-"))
    if not column:
        return actions
    return actions.order_by(("-" if order.startswith("-") else "") + column, "code")


def _calendar(request, filters):
    return {"timeline": timeline(request.convention, filters.qs, timezone.localdate())}


def _matrix(request, filters):
    name = request.GET.get("croiser") if request.GET.get("croiser") in AXES else "thematiques"
    actions = filters.qs.prefetch_related("communes")
    return {
        "matrix": matrix(request.convention, actions, AXES[name]),
        "axes": [
            (axis.label, f"?{filters.query_with(croiser=slug)}", slug == name)
            for slug, axis in AXES.items()
        ],
    }


def _map(request, filters):
    actions = filters.qs.prefetch_related("communes")
    everywhere = sum(action.scope == Action.Scope.TERRITORY for action in actions)
    return {"tiles": commune_tiles(request.convention.communes, actions), "everywhere": everywhere}


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
COLUMNS = [
    ("code", "Code"),
    ("intitule", "Action"),
    ("", "Thématiques"),
    ("", "Pilote"),
    ("statut", "Statut"),
    ("avancement", "Avancement"),
    ("fin", "Fin prévue"),
    ("modifiee", "Modifiée"),
]
SORTS = {
    "code": "code",
    "intitule": "title",
    "statut": "status",
    "avancement": "progress",
    "fin": "ends_on",
    "modifiee": "updated_at",
}


def _segments(actions):
    """Status bar of the filtered set, whatever the view shows of it."""
    rows = actions.order_by().values_list("status", "progress", "is_late", named=True)
    counts = count_by_state(rows).items()
    return [(state, STATE_LABELS[state][count > 1], count) for state, count in counts]


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


def search(request):
    text = request.GET.get("q", "").strip()
    return render(
        request,
        "actions/search.html",
        {"search_text": text, "found": search_plan(request.convention, text)},
    )


def level_edit(request, level, pk=None):
    """Create or change a stake, a strategic or an operational objective."""
    require(request.access.has(Right.EDIT_PLAN))
    spec = _level(level)
    item = get_object_or_404(spec.of(request.convention), pk=pk) if pk else None
    form = spec.form(
        request.POST or None,
        instance=item,
        convention=request.convention,
        initial={"parent": request.GET.get("parent")},
    )
    if form.is_valid():
        with transaction.atomic():
            item = form.save()
            services.record_saved(
                item, convention=request.convention, created=pk is None, by=request.user
            )
        messages.success(request, f"{spec.label.capitalize()} {item.code} enregistré.")
        return redirect("actions:plan", request.convention.slug)
    return render(
        request,
        "actions/level_form.html",
        {"form": form, "item": item, "level": level, "title": item or f"Nouvel {spec.label}"},
    )


@require_POST
def level_archive(request, level, pk):
    require(request.access.has(Right.EDIT_PLAN))
    item = get_object_or_404(_level(level).of(request.convention), pk=pk)
    try:
        services.archive(item, convention=request.convention, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("actions:level_edit", request.convention.slug, level, pk)
    messages.success(request, f"{item} est archivé.")
    return redirect("actions:plan", request.convention.slug)


def archives(request):
    require(request.access.has(Right.EDIT_PLAN))
    lines = [
        (slug, spec, spec.of(request.convention).exclude(archived_at=None))
        for slug, spec in LEVELS.items()
    ]
    actions = request.convention.actions.exclude(archived_at=None).in_plan_order()
    nothing = not actions and not any(items for _, _, items in lines)
    return render(
        request,
        "actions/archives.html",
        {"lines": lines, "actions": actions, "nothing": nothing},
    )


@require_POST
def level_restore(request, level, pk):
    require(request.access.has(Right.EDIT_PLAN))
    item = get_object_or_404(_level(level).of(request.convention), pk=pk)
    services.restore(item, convention=request.convention, by=request.user)
    messages.success(request, f"{item} est de retour dans le plan.")
    return redirect("actions:archives", request.convention.slug)


def _level(slug):
    try:
        return LEVELS[slug]
    except KeyError:
        raise Http404("Ce niveau du plan n’existe pas.") from None
