"""The committees as a page shows them: who sits, when they met, when they meet next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from ctg.convention.models import Convention
from ctg.french import counted
from governance.models import Committee, CommitteeMember, Meeting


@dataclass(frozen=True)
class CommitteeLine:
    committee: Committee
    members: list[CommitteeMember]
    next_meeting: Meeting | None
    last_meeting: Meeting | None
    meetings_this_year: int

    @property
    def rhythm(self) -> str:
        """« 2 réunions cette année, 3 attendues »."""
        met = f"{counted(self.meetings_this_year, 'réunion', 'réunions')} cette année"
        expected = self.committee.meetings_per_year
        return f"{met}, {counted(expected, 'attendue', 'attendues')}" if expected else met


def committee_lines(committees: QuerySet[Committee], now: datetime) -> list[CommitteeLine]:
    """Three queries; a meeting counts for the year as soon as it has a date."""
    rows = committees.select_related("theme").prefetch_related("members", "meetings")
    return [_line(committee, now) for committee in rows]


def _line(committee: Committee, now: datetime) -> CommitteeLine:
    meetings = list(committee.meetings.all())
    coming = [meeting for meeting in meetings if meeting.starts_at >= now]
    past = [meeting for meeting in meetings if meeting.starts_at < now]
    return CommitteeLine(
        committee=committee,
        members=list(committee.members.all()),
        next_meeting=min(coming, key=lambda meeting: meeting.starts_at, default=None),
        last_meeting=max(past, key=lambda meeting: meeting.starts_at, default=None),
        meetings_this_year=sum(meeting.starts_at.year == now.year for meeting in meetings),
    )


def committees_by_kind(
    convention: Convention, now: datetime
) -> list[tuple[str, list[CommitteeLine]]]:
    """From the steering committee down; kinds without committee are left out."""
    lines = committee_lines(convention.committees.all(), now)
    return [
        (kind.label, found)
        for kind in Committee.Kind
        if (found := [line for line in lines if line.committee.kind == kind])
    ]
