"""A meeting: its page, its date, and the verbs that lead it to adopted minutes."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from ctg.convention.rights import Right, require
from ctg.french import counted, french_date
from ctg.mail.refusals import refused
from governance import invitations
from governance.clashes import clashes
from governance.forms.meeting import GuestForm, MeetingForm, MinutesForm, ReasonForm, ReplyForm
from governance.models import Attendance, Meeting
from governance.papers import offered
from governance.rights import attendances_of
from governance.services import meetings as services

LEAD_ONLY = "Seul·e la ou le chef·fe de projet prépare et tient les réunions."


def find(request, pk) -> Meeting:
    meetings = Meeting.objects.of(request.convention)
    return get_object_or_404(meetings.select_related("committee__convention"), pk=pk)


def find_to_manage(request, pk) -> Meeting:
    require(request.access.has(Right.MANAGE_GOVERNANCE), LEAD_ONLY)
    return find(request, pk)


def meeting(request, pk):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    found = find(request, pk)
    expected = list(found.attendances.select_related("organization"))
    return render(
        request,
        "governance/meeting_detail.html",
        {
            "meeting": found,
            "title": f"Réunion du {french_date(found.starts_at)}",
            "agenda": found.agenda.prefetch_related("actions"),
            "minutes_planned": sum(i.minutes or 0 for i in found.agenda.all()),
            "attendance": _by_answer(found, expected),
            "attendances_count": len(expected),
            "unreachable": _unreachable(expected),
            "mine": attendances_of(request.access, request.user, expected),
            "quorum_missing": services.quorum_missing(found) if found.is_over else 0,
            "decisions": found.decisions.for_list(timezone.localdate()),
            "reviews": found.annual_reviews.published().defer("data"),
            "moves": _moves(request, found),
            "papers": offered(found),
        },
    )


def _unreachable(expected):
    """Without an address, or with one that is refused."""
    dead = refused(a.email.lower() for a in expected if a.email)
    return [a for a in expected if not a.email or a.email.lower() in dead]


def _by_answer(meeting, expected):
    """(heading, people): who came once the meeting is over, before that who said they would."""
    known = "state" if meeting.is_over else "reply"
    groups = [
        (state.label, [a for a in expected if getattr(a, known) == state])
        for state in Attendance.State
    ]
    return [*groups, ("sans réponse", [a for a in expected if not getattr(a, known)])]


def create(request, pk):
    require(request.access.has(Right.MANAGE_GOVERNANCE), LEAD_ONLY)
    committee = get_object_or_404(request.convention.committees, pk=pk)
    return _edit(request, Meeting(committee=committee), services.plan)


def edit(request, pk):
    return _edit(request, find_to_manage(request, pk), services.change)


def _edit(request, meeting, verb):
    created = meeting.pk is None
    form = MeetingForm(request.POST or None, instance=meeting)
    if form.is_valid():
        try:
            verb(meeting, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            _warn_of_clashes(request, meeting)
            messages.success(request, f"La réunion du {french_date(meeting.starts_at)} est notée.")
            return redirect("governance:agenda" if created else meeting, *_args(meeting, created))
    return render(
        request,
        "governance/meeting_form.html",
        {"meeting": meeting, "committee": meeting.committee, "form": form, "created": created},
    )


def _args(meeting, created):
    return [meeting.committee.convention.slug, meeting.pk] if created else []


def _warn_of_clashes(request, meeting):
    for clash in clashes(meeting):
        messages.warning(
            request,
            f"{clash.person} est aussi attendu·e à cette heure-là : {clash.other.committee}.",
        )


@dataclass(frozen=True)
class Move:
    label: str
    title: str
    verb: Callable[..., object]
    states: tuple[str, ...]
    done: str
    form: type[forms.Form] = forms.Form


DRAFT, CONVENED, HELD = Meeting.State.DRAFT, Meeting.State.CONVENED, Meeting.State.HELD
MOVES = {
    "convoquer": Move(
        "Convoquer", "Envoyer les convocations", services.convene, (DRAFT,), "est convoquée"
    ),
    "tenir": Move(
        "Marquer tenue",
        "La réunion a eu lieu",
        services.hold,
        (DRAFT, CONVENED),
        "est marquée tenue",
    ),
    "adopter": Move(
        "Adopter le relevé",
        "Adopter le relevé de décisions",
        services.adopt,
        (HELD,),
        "a son relevé adopté",
    ),
    "annuler": Move(
        "Annuler la réunion",
        "Annuler la réunion",
        services.cancel,
        (DRAFT, CONVENED),
        "est annulée",
        ReasonForm,
    ),
    "rouvrir": Move(
        "Rouvrir le relevé",
        "Corriger un relevé adopté",
        services.reopen,
        (Meeting.State.ADOPTED,),
        "a son relevé rouvert",
        ReasonForm,
    ),
}


def _moves(request, meeting):
    """Those of its state; it is not held before its day."""
    if not request.access.has(Right.MANAGE_GOVERNANCE):
        return []
    moves = [(verb, move) for verb, move in MOVES.items() if meeting.state in move.states]
    is_ahead = timezone.localdate(meeting.starts_at) > timezone.localdate()
    return [(verb, move) for verb, move in moves if not (is_ahead and move.verb == services.hold)]


def move(request, pk, verb):
    """A GET asks for what the verb requires and tells what it will do, a POST does it."""
    found = find_to_manage(request, pk)
    if verb not in MOVES:
        raise Http404("Cette étape n’existe pas.")
    chosen = MOVES[verb]
    form = chosen.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            unreachable = chosen.verb(found, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            found.refresh_from_db()
        else:
            day = french_date(found.starts_at)
            messages.success(request, f"La réunion du {day} {chosen.done}.")
            if unreachable:
                without = counted(len(unreachable), "personne n’a", "personnes n’ont")
                messages.warning(
                    request, f"{without} pas d’adresse : prévenez-les autrement (voir la liste)."
                )
            return redirect(found)
    return render(
        request,
        "governance/meeting_move.html",
        {
            "meeting": found,
            "verb": verb,
            "move": chosen,
            "form": form,
            "clashes": clashes(found) if verb == "convoquer" else [],
            "seats": _seats(found) if verb == "convoquer" else [],
            "missing": services.quorum_missing(found) if verb == "adopter" else 0,
        },
    )


def _seats(meeting):
    day = timezone.localdate(meeting.starts_at)
    seats = meeting.committee.members.sitting(day).filter(is_deputy=False)
    return seats.select_related("organization")


def minutes(request, pk):
    found = find_to_manage(request, pk)
    form = MinutesForm(request.POST or None, stored=found.minutes)
    if form.is_valid():
        try:
            services.write_minutes(found, text=form.cleaned_data["text"], by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Le compte rendu est enregistré.")
            return redirect(found)
    return render(request, "governance/minutes_form.html", {"meeting": found, "form": form})


def guest(request, pk):
    found = find_to_manage(request, pk)
    form = GuestForm(request.POST or None, convention=request.convention)
    if form.is_valid():
        try:
            added = services.expect_guest(found, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"{added.label} : invité·e à la réunion.")
            return redirect(found)
    return render(request, "governance/guest_form.html", {"meeting": found, "form": form})


def reply(request, pk, attendance):
    """For oneself, one’s organisation, or anyone when one holds the meeting."""
    require(request.access.has(Right.VIEW_GOVERNANCE))
    found = find(request, pk)
    expected = found.attendances.select_related("organization", "meeting__committee__convention")
    person = get_object_or_404(expected, pk=attendance)
    mine = attendances_of(request.access, request.user, [person])
    require(
        bool(mine) or request.access.has(Right.MANAGE_GOVERNANCE),
        f"Seul·es les membres de {person.organization} répondent pour cet organisme.",
    )
    form = ReplyForm(
        request.POST or None,
        initial={"answer": person.reply, "represented_by": person.represented_by},
    )
    if form.is_valid():
        try:
            services.reply(person, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"{person.label} : {person.get_reply_display()}.")
            return redirect(found)
    can_dismiss = request.access.has(Right.MANAGE_GOVERNANCE) and person.member_id is None
    context = {"meeting": found, "person": person, "form": form, "can_dismiss": can_dismiss}
    return render(request, "governance/meeting_reply.html", context)


@require_POST
def dismiss(request, pk, attendance):
    """A guest is expected no longer."""
    found = find_to_manage(request, pk)
    expected = found.attendances.select_related("organization", "meeting__committee__convention")
    guest = get_object_or_404(expected, pk=attendance)
    try:
        services.dismiss_guest(guest, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{guest.label} : n’est plus attendu·e.")
    return redirect(found)


def calendar(request, pk):
    """The meeting for one’s own calendar."""
    require(request.access.has(Right.VIEW_GOVERNANCE))
    found = find(request, pk)
    url = request.build_absolute_uri(found.get_absolute_url())
    response = HttpResponse(
        invitations.for_anyone(found, url=url), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="reunion-{found.pk}.ics"'
    return response
