from datetime import UTC, datetime

from django.utils import timezone

from governance.models import (
    AgendaItem,
    AnnualReview,
    Attendance,
    Committee,
    CommitteeMember,
    Decision,
    Meeting,
    PublicSite,
)
from tests.factories import serial


def make_committee(convention, **fields):
    fields = {"kind": Committee.Kind.STEERING, "name": f"Comité {next(serial)}"} | fields
    return Committee.objects.create(convention=convention, **fields)


def make_seat(committee, organization=None, **fields):
    fields.setdefault("function", CommitteeMember.Function.ELECTED)
    return CommitteeMember.objects.create(
        committee=committee, organization=organization or committee.convention.epci, **fields
    )


def make_meeting(committee, **fields):
    fields.setdefault("starts_at", datetime(2023, 3, 16, 9, tzinfo=UTC))
    return Meeting.objects.create(committee=committee, **fields)


def make_agenda_item(meeting, *, actions=(), **fields):
    item = AgendaItem.objects.create(meeting=meeting, **{"title": "Bilan de l’année"} | fields)
    item.actions.set(actions)
    return item


def make_attendance(meeting, organization, state=Attendance.State.PRESENT):
    return Attendance.objects.create(meeting=meeting, organization=organization, state=state)


def make_decision(meeting, *, actions=(), **fields):
    fields = {"kind": Decision.Kind.EXTEND, "text": f"Prolonger d’un an ({next(serial)})"} | fields
    decision = Decision.objects.create(meeting=meeting, **fields)
    decision.actions.set(actions)
    return decision


def make_review(convention, year=2022, *, published_by=None, **fields):
    """A review in preparation, or published when somebody published it."""
    if published_by:
        fields = {
            "published_at": timezone.now(),
            "published_by": published_by,
            "data": {},
            "file": f"bilans/bilan-{year}.pdf",
            "file_sha256": "0" * 64,
        } | fields
    return AnnualReview.objects.create(convention=convention, year=year, **fields)


def make_public_site(convention, *, is_open=True, **fields):
    return PublicSite.objects.create(convention=convention, is_open=is_open, **fields)
