"""The committees as a page shows them: who sits, when they met, whether they keep their rhythm."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from ctg.convention.models import Convention
from ctg.french import counted, french_date
from governance.models import Committee, CommitteeMember, Meeting

TOLERANCE = 1.25  # a meeting a little later than its turn is not a slip


@dataclass(frozen=True)
class CommitteeLine:
    committee: Committee
    members: list[CommitteeMember]
    next_meeting: Meeting | None
    last_meeting: Meeting | None
    meetings_this_year: int
    today: datetime

    @property
    def rhythm(self) -> str:
        """« 2 réunions cette année, 3 attendues »."""
        met = f"{counted(self.meetings_this_year, 'réunion', 'réunions')} cette année"
        expected = self.committee.meetings_per_year
        return f"{met}, {counted(expected, 'attendue', 'attendues')}" if expected else met

    @property
    def slip(self) -> str:
        """Why the expected rhythm is not kept; nothing while a meeting is planned in time."""
        last = self.last_meeting.starts_at if self.last_meeting else None
        if self.next_meeting or not _is_long_ago(self.committee, last, self.today):
            return ""
        if self.last_meeting is None:
            return "Jamais réuni, et aucune date n’est prise"
        since = french_date(self.last_meeting.starts_at)
        return f"Plus de réunion depuis le {since}, et aucune date n’est prise"


def slipping(convention: Convention, now: datetime) -> list[Committee]:
    """Those that no longer keep their rhythm, in one query."""
    standing = ~Q(meetings__state=Meeting.State.CANCELLED)
    active = convention.committees.active().annotate(
        last_at=Max("meetings__starts_at", filter=standing & Q(meetings__starts_at__lt=now)),
        next_at=Min("meetings__starts_at", filter=standing & Q(meetings__starts_at__gte=now)),
    )
    return [one for one in active.filter(next_at=None) if _is_long_ago(one, one.last_at, now)]


def _is_long_ago(committee: Committee, last: datetime | None, now: datetime) -> bool:
    """More than a turn and a quarter since the last meeting; never without an expected rhythm."""
    expected = committee.meetings_per_year
    if not expected or committee.closed_on:
        return False
    return last is None or now - last > timedelta(days=365 / expected * TOLERANCE)


def committee_lines(committees: QuerySet[Committee], now: datetime) -> list[CommitteeLine]:
    """Three queries; a meeting counts for the year as soon as it has a date."""
    rows = committees.select_related("theme").prefetch_related("members", "meetings")
    return [_line(committee, now) for committee in rows]


def _line(committee: Committee, now: datetime) -> CommitteeLine:
    meetings = [m for m in committee.meetings.all() if m.state != Meeting.State.CANCELLED]
    coming = [meeting for meeting in meetings if meeting.starts_at >= now]
    past = [meeting for meeting in meetings if meeting.starts_at < now]
    today = timezone.localdate(now)
    return CommitteeLine(
        committee=committee,
        members=[seat for seat in committee.members.all() if seat.sits(today)],
        next_meeting=min(coming, key=lambda meeting: meeting.starts_at, default=None),
        last_meeting=max(past, key=lambda meeting: meeting.starts_at, default=None),
        meetings_this_year=sum(
            timezone.localdate(meeting.starts_at).year == today.year for meeting in meetings
        ),
        today=now,
    )


def committees_by_kind(
    convention: Convention, now: datetime
) -> list[tuple[str, list[CommitteeLine]]]:
    """From the steering committee down; kinds without committee are left out."""
    lines = committee_lines(convention.committees.active(), now)
    return [
        (kind.label, found)
        for kind in Committee.Kind
        if (found := [line for line in lines if line.committee.kind == kind])
    ]
