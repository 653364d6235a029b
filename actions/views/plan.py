from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from actions import services
from actions.filters import ActionFilter
from actions.forms.plan import LEVELS
from actions.plan import plan_tree
from actions.progress import count_by_state
from actions.search import search_plan
from ctg.convention.rights import Right, require
from ctg.french import counted, french_date

STATE_LABELS = {
    "done": "réalisées",
    "ongoing": "en cours",
    "late": "en retard",
    "todo": "à venir",
    "postponed": "reportées",
    "abandoned": "abandonnées",
}


def plan(request):
    actions = (
        request.convention.actions.current()
        .with_lateness(timezone.localdate())
        .with_plan()
        .with_communes_count()
        .in_plan_order()
    )
    filters = ActionFilter(request.GET, actions, convention=request.convention)
    found = list(filters.qs)
    tree = plan_tree(request.convention, found, with_empty=not filters.active)
    return render(
        request,
        "actions/plan.html" + ("#results" if request.htmx else ""),
        {
            "filters": filters,
            "tree": tree,
            "subtitle": _subtitle(request.convention, tree),
            "count": len(found),
            "segments": [
                (state, STATE_LABELS[state], count)
                for state, count in count_by_state(found).items()
            ],
        },
    )


def _subtitle(convention, tree):
    strategic = [branch for stake in tree for branch in stake.branches]
    operational = [branch for objective in strategic for branch in objective.branches]
    updated_at = convention.actions.aggregate(at=Max("updated_at"))["at"]
    parts = [
        counted(len(tree), "enjeu", "enjeux"),
        counted(len(strategic), "objectif stratégique", "objectifs stratégiques"),
        counted(len(operational), "objectif opérationnel", "objectifs opérationnels"),
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
