from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from actions.bulk import services
from actions.forms.bulk import BulkForm
from actions.views.selection import selected_codes
from ctg.convention.rights import Right, require
from ctg.french import counted


def bulk(request):
    """Choose what to change in the selected actions, see what would happen, then do it."""
    require(request.access.has(Right.EDIT_PLAN) or request.access.has(Right.EDIT_PILOTED_ACTIONS))
    codes = selected_codes(request)
    form = BulkForm(request.POST or None, convention=request.convention)
    outcome = _outcome(request, codes, form) if codes and form.is_valid() else None
    if outcome and outcome.change:
        messages.success(request, _said(outcome))
        return redirect("actions:bulk_detail", request.convention.slug, outcome.change.pk)
    actions = list(request.convention.actions.filter(code__in=codes).in_plan_order())
    return render(
        request,
        "actions/bulk_form.html",
        {
            "form": form,
            "outcome": outcome,
            "actions": actions,
            "missing": len(set(codes)) - len(actions),
            "chosen": counted(len(actions), "action choisie", "actions choisies"),
            "seen_at": timezone.now().isoformat(),
        },
    )


def _outcome(request, codes, form):
    """Of the preview, then of the change once it is confirmed."""
    chosen = (request.convention, codes, form.wish())
    if "confirm" not in request.POST:
        return services.preview(*chosen, access=request.access)
    seen_at = _instant(request.POST.get("seen_at", ""))
    return services.make(*chosen, access=request.access, by=request.user, seen_at=seen_at)


def _instant(text) -> datetime:
    try:
        return parse_datetime(text) or timezone.now()
    except ValueError:
        return timezone.now()


def _said(outcome):
    said = f"C’est fait pour {counted(len(outcome.deeds), 'action', 'actions')}."
    if left := len(outcome.refusals):
        one, many = "action est restée telle quelle", "actions sont restées telles quelles"
        said += f" {counted(left, one, many)}."
    return said


def bulk_list(request):
    require(request.access.has(Right.EDIT_PLAN))
    changes = (
        request.convention.bulk_changes.select_related("made_by", "undone_by")
        .annotate(count=Count("lines"))
        .order_by("-made_at", "-pk")
    )
    page = Paginator(changes, 50).get_page(request.GET.get("page"))
    return render(request, "actions/bulk_list.html", {"page": page})


def bulk_detail(request, pk):
    change = _change(request, pk)
    lines = list(change.lines.select_related("action"))
    done = services.together((tuple(map(tuple, line.words)), line.action) for line in lines)
    kept = [line for line in lines if line.kept]
    return render(
        request,
        "actions/bulk_detail.html",
        {"change": change, "count": len(lines), "done": done, "kept": kept},
    )


@require_POST
def bulk_undo(request, pk):
    change = _change(request, pk)
    try:
        kept = services.undo(change, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Le changement est annulé.")
        if kept:
            said = counted(len(kept), "action a changé", "actions ont changé")
            messages.warning(request, f"{said} depuis : voyez ci-dessous ce qui est resté.")
    return redirect("actions:bulk_detail", request.convention.slug, change.pk)


def _change(request, pk):
    """The lead sees and undoes them all, a pilot her own."""
    change = get_object_or_404(request.convention.bulk_changes, pk=pk)
    require(
        request.access.has(Right.EDIT_PLAN)
        or (
            request.access.has(Right.EDIT_PILOTED_ACTIONS) and change.made_by_id == request.user.pk
        ),
        "Seules la cheffe ou le chef de projet et la personne qui l’a fait voient ce changement.",
    )
    return change
