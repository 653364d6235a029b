"""Verbs of a meeting: prepared, convened, held, its minutes adopted; or cancelled on the way."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Organization
from ctg.french import french_date, french_moment
from governance import notifications
from governance.models import Attendance, Meeting


@transaction.atomic
def plan(meeting: Meeting, *, by: User) -> None:
    """Record a new meeting; nobody is told until it is convened."""
    if meeting.committee.closed_on:
        raise ValidationError("Ce comité a pris fin : il ne se réunit plus.")
    meeting.full_clean()
    meeting.save()
    _journal(meeting, "planned", f"Réunion préparée pour le {french_moment(meeting.starts_at)}", by)


@transaction.atomic
def change(meeting: Meeting, *, by: User) -> None:
    """Another date, hour or place; those already convened receive the new version.

    A new date takes the replies back: they were given for another day.
    """
    if not meeting.can_prepare:
        raise ValidationError("Cette réunion ne se modifie plus.")
    if meeting.state == Meeting.State.CONVENED:
        _refuse_past(meeting)
        meeting.invitation_number += 1
        if Meeting.objects.get(pk=meeting.pk).starts_at != meeting.starts_at:
            meeting.attendances.update(reply="", replied_at=None, represented_by="")
    meeting.full_clean()
    meeting.save()
    _journal(meeting, "changed", f"Réunion déplacée ou précisée : {_when_and_where(meeting)}", by)
    if meeting.state == Meeting.State.CONVENED:
        notifications.invite(meeting, by=by)


@transaction.atomic
def convene(meeting: Meeting, *, by: User) -> list[Attendance]:
    """Expect every member who sits that day, and write to those who have an address.

    Deputies are not convened: they come in place of somebody. The members without address are
    returned, to be told otherwise.
    """
    _hold(meeting)
    if meeting.state != Meeting.State.DRAFT:
        raise ValidationError(f"Cette réunion est déjà « {meeting.get_state_display()} ».")
    _refuse_past(meeting)
    if not meeting.agenda.exists():
        raise ValidationError("Écrivez d’abord l’ordre du jour : il part avec la convocation.")
    expect_members(meeting)
    expected = meeting.attendances.select_related("organization")
    if not expected:
        raise ValidationError("Composez d’abord le comité : personne n’y siège à cette date.")
    meeting.state, meeting.convened_at = Meeting.State.CONVENED, timezone.now()
    meeting.save()
    _journal(meeting, "convened", f"Réunion convoquée : {_when_and_where(meeting)}", by)
    notifications.invite(meeting, by=by)
    return [attendance for attendance in expected if not attendance.email]


def expect_members(meeting: Meeting) -> None:
    """Safe to run again: a member is expected once."""
    day = timezone.localdate(meeting.starts_at)
    known = set(meeting.attendances.values_list("member", flat=True))
    seats = meeting.committee.members.sitting(day).filter(is_deputy=False).exclude(pk__in=known)
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            organization_id=seat.organization_id,
            member=seat,
            title=seat.title,
            email=seat.email,
        )
        for seat in seats
    )


@transaction.atomic
def cancel(meeting: Meeting, *, reason: str, by: User) -> None:
    """Those who were convened receive the cancellation."""
    _hold(meeting)
    if not meeting.can_prepare:
        raise ValidationError("Une réunion tenue ou déjà annulée ne s’annule plus.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi la réunion est annulée."})
    was_convened = meeting.state == Meeting.State.CONVENED
    meeting.state, meeting.cancel_reason = Meeting.State.CANCELLED, reason.strip()
    meeting.invitation_number += was_convened
    meeting.save()
    _journal(meeting, "cancelled", f"Réunion annulée : {meeting.cancel_reason}", by)
    if was_convened:
        notifications.invite(meeting, by=by)


@transaction.atomic
def hold(meeting: Meeting, *, by: User) -> None:
    _hold(meeting)
    if not meeting.can_prepare:
        raise ValidationError(f"Cette réunion est déjà « {meeting.get_state_display()} ».")
    if timezone.localdate(meeting.starts_at) > timezone.localdate():
        raise ValidationError(
            f"Cette réunion est prévue le {french_date(meeting.starts_at)} : elle n’a pas eu lieu."
        )
    expect_members(meeting)
    meeting.state = Meeting.State.HELD
    meeting.save()
    _journal(meeting, "held", f"Réunion tenue le {french_date(meeting.starts_at)}", by)
    notifications.decisions_assigned(meeting, by=by)


@transaction.atomic
def adopt(meeting: Meeting, *, by: User) -> None:
    """From then on what was said and decided no longer changes."""
    _hold(meeting)
    if meeting.state == Meeting.State.ADOPTED:
        raise ValidationError(f"Ce relevé est déjà adopté, le {french_date(meeting.adopted_on)}.")
    if meeting.state != Meeting.State.HELD:
        raise ValidationError("Seul le relevé d’une réunion tenue s’adopte.")
    meeting.state, meeting.adopted_on = Meeting.State.ADOPTED, timezone.localdate()
    meeting.save()
    _journal(meeting, "adopted", "Relevé de décisions adopté", by)


@transaction.atomic
def reopen(meeting: Meeting, *, reason: str, by: User) -> None:
    """Take adopted minutes back, to correct them before adopting them again."""
    _hold(meeting)
    if meeting.state != Meeting.State.ADOPTED:
        raise ValidationError("Seul un relevé adopté se rouvre.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi le relevé est rouvert."})
    meeting.state, meeting.adopted_on = Meeting.State.HELD, None
    meeting.save()
    _journal(meeting, "reopened", f"Relevé rouvert : {reason.strip()}", by)


@transaction.atomic
def reply(
    attendance: Attendance, *, answer: str, represented_by: str = "", by: User | None
) -> None:
    """``by`` is None when the answer comes by the link of the convocation."""
    meeting = attendance.meeting
    if meeting.state != Meeting.State.CONVENED:
        raise ValidationError("Cette réunion n’attend plus de réponse.")
    if meeting.has_begun:
        raise ValidationError("La réunion a commencé : il est trop tard pour répondre.")
    if answer == Attendance.State.REPRESENTED and not represented_by.strip():
        raise ValidationError({"represented_by": "Dites par qui : une fonction, un organisme."})
    attendance.reply, attendance.replied_at = answer, timezone.now()
    attendance.represented_by = (
        represented_by.strip() if answer == Attendance.State.REPRESENTED else ""
    )
    attendance.save()
    _journal(
        meeting,
        "replied",
        f"{attendance.label} : {attendance.get_reply_display()} à la réunion du "
        f"{french_date(meeting.starts_at)}",
        by,
    )


@transaction.atomic
def note_presence(meeting: Meeting, *, states: Mapping[Attendance, str], by: User) -> None:
    """Who is there; typed during the meeting, corrected until the minutes are adopted."""
    _refuse_adopted(meeting)
    changed = [a for a, state in states.items() if a.state != state]
    for attendance in changed:
        attendance.state = states[attendance]
    Attendance.objects.bulk_update(changed, ["state"])
    if changed:
        seated = meeting.attendances.seated().count()
        _journal(meeting, "presence", f"Émargement : {seated} présents ou représentés", by)


@transaction.atomic
def write_minutes(meeting: Meeting, *, text: str, by: User) -> None:
    """What the minutes say beside what was noted item by item."""
    _refuse_adopted(meeting)
    meeting.minutes = text.strip()
    meeting.save(update_fields=["minutes"])
    _journal(meeting, "minutes", "Compte rendu rédigé", by)


@transaction.atomic
def expect_guest(
    meeting: Meeting, *, organization: Organization, title: str, email: str, by: User
) -> Attendance:
    """Somebody who does not sit in the committee; convened at once when the others are."""
    _refuse_adopted(meeting)
    known = meeting.attendances.filter(organization=organization, title=title.strip())
    if known.exists():
        raise ValidationError({"title": "Cette personne est déjà attendue à cette réunion."})
    guest = Attendance.objects.create(
        meeting=meeting, organization=organization, title=title.strip(), email=email
    )
    _journal(meeting, "guest", f"Invité à la réunion : {guest.label}", by)
    if meeting.state == Meeting.State.CONVENED:
        notifications.invite(meeting, by=by)
    return guest


@transaction.atomic
def dismiss_guest(guest: Attendance, *, by: User) -> None:
    """A guest is expected no longer; told so when the convocation had left."""
    meeting = guest.meeting
    _refuse_adopted(meeting)
    if guest.member_id:
        raise ValidationError(
            "Un membre du comité reste attendu : il s’excuse, ou son mandat finit."
        )
    if guest.state:
        raise ValidationError("Sa présence est notée : effacez-la d’abord de l’émargement.")
    _journal(meeting, "guest_dismissed", f"N’est plus invité à la réunion : {guest.label}", by)
    if guest.told_version is not None and meeting.state == Meeting.State.CONVENED:
        notifications.uninvite(guest, by=by)
    guest.delete()


def quorum_missing(meeting: Meeting) -> int:
    """How many organisations are still missing; 0 when the committee sets no quorum."""
    wanted = meeting.committee.quorum or 0
    seated = meeting.attendances.seated().order_by().values("organization").distinct()
    return max(0, wanted - seated.count())


def _refuse_past(meeting: Meeting) -> None:
    if meeting.has_begun:
        raise ValidationError("La date de la réunion est déjà passée : choisissez-en une autre.")


def _refuse_adopted(meeting: Meeting) -> None:
    if not meeting.can_note:
        raise ValidationError(f"Cette réunion est « {meeting.get_state_display()} ».")


def _hold(meeting: Meeting) -> None:
    """Take the row for this transaction: a second click must find what the first one did."""
    meeting.refresh_from_db(from_queryset=Meeting.objects.select_for_update(of=("self",)))


def _when_and_where(meeting: Meeting) -> str:
    return ", ".join(filter(None, [french_moment(meeting.starts_at), meeting.place]))


def _journal(meeting: Meeting, verb: str, summary: str, by: User | None) -> None:
    convention = meeting.committee.convention
    record(f"meeting.{verb}", meeting, convention=convention, by=by, summary=summary)
