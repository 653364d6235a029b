"""Two meetings at once for the same person: warned, not refused."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from governance.invitations import USUAL_LENGTH
from governance.models import Attendance, CommitteeMember, Meeting


@dataclass(frozen=True)
class Clash:
    person: str
    other: Meeting


def clashes(meeting: Meeting) -> list[Clash]:
    """Who sits here and is expected elsewhere at the same hours, in the same convention.

    A person is known by her address, or by her function in her organisation.
    """
    day = timedelta(days=1)
    near = Meeting.objects.filter(
        committee__convention=meeting.committee.convention_id,
        state__in=(Meeting.State.DRAFT, Meeting.State.CONVENED),
        starts_at__range=(meeting.starts_at - day, meeting.starts_at + day),
    ).exclude(pk=meeting.pk)
    others = [other for other in near.select_related("committee") if _overlap(meeting, other)]
    if not others:
        return []
    mine = _people(meeting)
    return [
        Clash(label, other)
        for other in others
        for label in sorted({mine[key] for key in mine.keys() & _people(other).keys()})
    ]


def _overlap(one: Meeting, other: Meeting) -> bool:
    return one.starts_at < _end(other) and other.starts_at < _end(one)


def _end(meeting: Meeting):
    return meeting.ends_at or meeting.starts_at + USUAL_LENGTH


def _people(meeting: Meeting) -> dict[tuple, str]:
    """Label by each way to know a person."""
    people: dict[tuple, str] = {}
    for person in _expected(meeting).select_related("organization"):
        if person.title:
            people[person.organization_id, person.title.lower()] = person.label
        if person.email:
            people[(person.email.lower(),)] = person.label
    return people


def _expected(meeting: Meeting) -> QuerySet[Attendance] | QuerySet[CommitteeMember]:
    if meeting.state == Meeting.State.DRAFT:
        day = timezone.localdate(meeting.starts_at)
        return meeting.committee.members.sitting(day).filter(is_deputy=False)
    return meeting.attendances.all()
