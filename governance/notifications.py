"""Who is told what, by mail; called by the verbs, sent once their transaction is committed."""

from collections import defaultdict
from datetime import date

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.urls import reverse

from ctg.accounts.models import User
from ctg.convention.models import Membership, Organization
from ctg.convention.rights import RIGHTS, Right
from ctg.french import counted, french_date, french_moment
from ctg.mail.kinds import Kind
from ctg.mail.services import send
from governance import invitations
from governance.models import Attendance, Decision, Meeting

REPLY_SALT = "governance.reply"
APPLYING_ROLES = [role for role, rights in RIGHTS.items() if Right.ANSWER_CAMPAIGN in rights]


def invite(meeting: Meeting, *, by: User) -> None:
    """The current version of the invitation, once, to each person expected who has an address."""
    version = meeting.invitation_number
    not_told = Q(told_version=None) | Q(told_version__lt=version)
    expected = meeting.attendances.exclude(email="").filter(not_told)
    for attendance in expected.select_related("organization"):
        attendance.meeting = meeting
        calendar = invitations.for_attendee(
            attendance, organizer=by, url=_address(meeting.get_absolute_url())
        )
        how = invitations.method(meeting)
        sent = send(
            Kind.CONVOCATION,
            to=attendance.email,
            context=_convocation(attendance, by),
            attachments=[("invitation.ics", calendar, f"text/calendar; method={how}")],
        )
        if sent:
            attendance.told_version = version
            attendance.save(update_fields=["told_version"])


def uninvite(attendance: Attendance, *, by: User) -> None:
    """To somebody who was convened and is expected no longer; the meeting itself stands."""
    calendar = invitations.for_attendee(
        attendance,
        organizer=by,
        url=_address(attendance.meeting.get_absolute_url()),
        is_withdrawn=True,
    )
    said = {"is_withdrawn": True, "is_cancelled": True, "url": ""}
    send(
        Kind.CONVOCATION,
        to=attendance.email,
        context=_convocation(attendance, by) | said,
        attachments=[("invitation.ics", calendar, "text/calendar; method=CANCEL")],
    )


def _convocation(attendance: Attendance, by: User) -> dict:
    meeting = attendance.meeting
    return {
        "committee": meeting.committee.name,
        "convention": meeting.committee.convention.short_name,
        "person": attendance.label,
        "day": french_date(meeting.starts_at),
        "moment": french_moment(meeting.starts_at),
        "place": meeting.place,
        "agenda": [{"title": item.title, "minutes": item.minutes} for item in meeting.agenda.all()],
        "is_update": meeting.invitation_number > 0,
        "is_cancelled": meeting.state == Meeting.State.CANCELLED,
        "reason": meeting.cancel_reason,
        "organizer": by.full_name,
        "url": reply_address(attendance),
    }


def reply_address(attendance: Attendance) -> str:
    """Signed: it answers for this person at this meeting, and nothing else."""
    token = signing.dumps(attendance.pk, salt=REPLY_SALT)
    return _address(reverse("meeting_reply", args=[token]))


def decisions_assigned(meeting: Meeting, *, by: User) -> None:
    """Once the meeting is over, to those who act for the organisations it asked something."""
    _tell_owners(
        list(meeting.decisions.open().select_related("owner").order_by("pk")),
        about=f"réunion du {french_date(meeting.starts_at)}, {meeting.committee}",
        url=_address(meeting.get_absolute_url()),
        but=by,
    )


def decisions_overdue(decisions: list[Decision], *, register: str, on: date) -> None:
    _tell_owners(decisions, about="échéance dépassée", url=_address(register), on=on)


def _tell_owners(
    decisions: list[Decision],
    *,
    about: str,
    url: str,
    but: User | None = None,
    on: date | None = None,
) -> None:
    """One message per person, with the decisions her organisation has to apply."""
    owned: dict[Organization, list[Decision]] = defaultdict(list)
    for decision in decisions:
        if decision.owner:
            owned[decision.owner].append(decision)
    if not owned:
        return
    convention = decisions[0].meeting.committee.convention
    people = Membership.objects.filter(
        convention=convention, organization__in=owned, role__in=APPLYING_ROLES
    ).select_related("user", "organization")
    for member in people.exclude(user=but):
        mine = owned[member.organization]
        send(
            Kind.DECISION_ASSIGNED,
            to=member.user,
            context={
                "first_name": member.user.first_name,
                "convention": convention.short_name,
                "organization": str(member.organization),
                "count": counted(len(mine), "décision", "décisions"),
                "about": about,
                "is_overdue": on is not None,
                "decisions": [
                    {
                        "text": decision.text,
                        "due_on": french_date(decision.due_on) if decision.due_on else "",
                    }
                    for decision in mine
                ],
                "url": url,
            },
        )


def _address(path: str) -> str:
    return settings.SITE_URL + path
