"""The agenda of a meeting: proposed, picked, written, put in order."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ctg.numbers import whole_number, whole_numbers
from governance.agenda import propose
from governance.forms.meeting import AgendaItemForm
from governance.models import AgendaItem
from governance.services import agenda as services
from governance.views.meetings import find_to_manage


def agenda(request, pk):
    """What is on the agenda beside what asks for a decision; a POST takes what was ticked."""
    meeting = find_to_manage(request, pk)
    groups = propose(meeting)
    if request.method == "POST":
        wanted = set(request.POST.getlist("proposal"))
        chosen = [p for group in groups for p in group.proposals if p.key in wanted]
        return _do(request, meeting, services.pick, proposals=chosen, by=request.user)
    return _page(request, meeting, AgendaItemForm(convention=request.convention), groups)


def _page(request, meeting, form, groups):
    items = list(meeting.agenda.prefetch_related("actions"))
    return render(
        request,
        "governance/agenda.html",
        {
            "meeting": meeting,
            "items": items,
            "groups": groups,
            "form": form,
            "total": sum(item.minutes or 0 for item in items),
            "available": _available(meeting),
        },
    )


def _available(meeting):
    if not meeting.ends_at:
        return None
    return round((meeting.ends_at - meeting.starts_at).total_seconds() / 60)


def _do(request, meeting, verb, *args, **kwargs):
    try:
        verb(*(args or [meeting]), **kwargs)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("governance:agenda", request.convention.slug, meeting.pk)


@require_POST
def add(request, pk):
    meeting = find_to_manage(request, pk)
    item = AgendaItem(meeting=meeting)
    form = AgendaItemForm(request.POST, instance=item, convention=request.convention)
    if form.is_valid():
        actions = form.cleaned_data["actions"]
        return _do(request, meeting, services.save_item, item, actions=actions, by=request.user)
    return _page(request, meeting, form, propose(meeting))


def item(request, pk, item):
    meeting = find_to_manage(request, pk)
    found = get_object_or_404(meeting.agenda, pk=item)
    form = AgendaItemForm(request.POST or None, instance=found, convention=request.convention)
    if form.is_valid():
        actions = form.cleaned_data["actions"]
        return _do(request, meeting, services.save_item, found, actions=actions, by=request.user)
    return render(
        request, "governance/agenda_item.html", {"meeting": meeting, "item": found, "form": form}
    )


@require_POST
def remove(request, pk, item):
    meeting = find_to_manage(request, pk)
    found = get_object_or_404(meeting.agenda, pk=item)
    return _do(request, meeting, services.remove_item, found, by=request.user)


@require_POST
def reorder(request, pk):
    """``order``: the keys in their new order, or ``up`` / ``down``: one key."""
    meeting = find_to_manage(request, pk)
    order = list(meeting.agenda.values_list("pk", flat=True))
    for name, step in (("up", -1), ("down", 1)):
        moved = whole_number(request.POST.get(name, ""))
        if moved in order:
            at = order.index(moved)
            order.insert(max(0, at + step), order.pop(at))
    asked = whole_numbers(request.POST.getlist("order"))
    return _do(request, meeting, services.reorder, meeting, order=asked or order)
