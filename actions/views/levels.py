"""The levels above the actions: stakes and objectives, and what was archived of the plan."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from actions import services
from actions.forms.plan import LEVELS
from ctg.convention.rights import Right, require


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
