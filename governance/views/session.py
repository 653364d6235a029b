"""Meeting mode: one screen to show and to type in while people talk."""

import hashlib
import json

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from actions.models import Action
from ctg.numbers import whole_number
from governance.forms.decision import QuickDecisionForm
from governance.forms.meeting import DiscussionForm, PresenceForm
from governance.models import Decision
from governance.services import agenda, decisions, meetings
from governance.views.meetings import find_to_manage


def session(request, pk):
    """The item asked for; a POST keeps what is typed about one, at the address it is typed at."""
    meeting = find_to_manage(request, pk)
    if request.method == "POST":
        return _note(request, meeting)
    return _page(request, meeting, _chosen(meeting, request.GET.get("point", "")))


def _chosen(meeting, key):
    """The item asked for, else the first one without anything noted, else the first."""
    items = list(meeting.agenda.prefetch_related("decisions"))
    asked = [item for item in items if str(item.pk) == key]
    fresh = [item for item in items if not item.discussion and not item.decisions.all()]
    return next(iter([*asked, *fresh, *items]), None)


def _page(request, meeting, item, **typed):
    actions = _actions(item)
    fresh = Decision(meeting=meeting, agenda_item=item)
    expected = list(meeting.attendances.select_related("organization"))
    return render(
        request,
        "governance/session.html",
        {
            "meeting": meeting,
            "items": meeting.agenda.prefetch_related("decisions"),
            "item": item,
            "following": _following(meeting, item),
            "actions": actions,
            "version": _version(item) if item else "",
            "discussion": DiscussionForm(initial={"discussion": item.discussion}) if item else None,
            "refusal": "",
            "saved_at": None,
            "decision_form": QuickDecisionForm(
                instance=fresh, convention=request.convention, actions=actions
            ),
            "decisions": _taken(meeting, item),
            "presence": PresenceForm(attendances=expected),
            "seated": sum(a.state in ("present", "represented") for a in expected),
            "expected": len(expected),
            "missing": meetings.quorum_missing(meeting),
            **typed,
        },
    )


def _actions(item):
    if item is None:
        return []
    today = timezone.localdate()
    actions = Action.objects.filter(agenda_items=item).with_lateness(today).in_plan_order()
    return list(actions.with_plan().prefetch_related("reviews"))


def _following(meeting, item):
    """The next item, to go on with one click."""
    items = list(meeting.agenda.all())
    later = items[items.index(item) + 1 :] if item in items else []
    return later[0] if later else None


def _taken(meeting, item):
    return meeting.decisions.filter(agenda_item=item).for_list(timezone.localdate())


def _at(request, meeting, item):
    page = reverse("governance:session", args=[request.convention.slug, meeting.pk])
    return redirect(f"{page}?point={item.pk}" if item else page)


def _note(request, meeting):
    """What was said about one item; htmx sends it while it is typed and hears that it is kept.

    What somebody else wrote meanwhile is never written over: both texts are shown.
    """
    found = get_object_or_404(meeting.agenda, pk=whole_number(request.POST.get("item", "")))
    form = DiscussionForm(request.POST)
    refusal = ""
    if not form.is_valid():
        refusal = " ".join(form.errors["discussion"])
    elif request.POST.get("seen", _version(found)) != _version(found):
        refusal = f"Quelqu’un d’autre vient d’écrire sur ce point : « {found.discussion} »"
    else:
        try:
            agenda.note_discussion(found, text=form.cleaned_data["discussion"])
        except ValidationError as error:
            refusal = " ".join(error.messages)
    if not request.htmx:
        if refusal:
            return _page(request, meeting, found, discussion=form, refusal=refusal)
        return _at(request, meeting, found)
    context = {"version": _version(found), "refusal": refusal, "saved_at": timezone.now()}
    response = render(request, "governance/session.html#saved", context)
    if not refusal:
        detail = {"version": context["version"], "whole": True}
        response.headers["HX-Trigger"] = json.dumps({"ctg:saved": detail})
    return response


def _version(item):
    return hashlib.sha256(item.discussion.encode()).hexdigest()[:12]


@require_POST
def decide(request, pk):
    """One line becomes a decision on the item shown."""
    meeting = find_to_manage(request, pk)
    item = meeting.agenda.filter(pk=whole_number(request.POST.get("item", ""))).first()
    fresh = Decision(meeting=meeting, agenda_item=item)
    form = QuickDecisionForm(request.POST, instance=fresh, convention=request.convention)
    if form.is_valid():
        try:
            decisions.save(fresh, actions=form.cleaned_data["actions"], by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _at(request, meeting, item)
    return _page(request, meeting, item, decision_form=form)


@require_POST
def presence(request, pk):
    meeting = find_to_manage(request, pk)
    item = meeting.agenda.filter(pk=whole_number(request.POST.get("item", ""))).first()
    meetings.expect_members(meeting)
    expected = list(meeting.attendances.select_related("organization"))
    form = PresenceForm(request.POST, attendances=expected)
    if form.is_valid():
        try:
            meetings.note_presence(meeting, states=form.states, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _at(request, meeting, item)
    return _page(request, meeting, item, presence=form)
