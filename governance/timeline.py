"""The life of a convention in one line: milestones, signatures, amendments, committees, reviews."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone

from ctg.convention.models import Convention
from ctg.french import counted, french_date
from governance.models import Committee, Meeting


@dataclass(frozen=True)
class Entry:
    """``on`` places it; ``when`` says the date, in clear words where nobody knows the day."""

    on: date
    label: str
    kind: str
    when: str
    note: str = ""
    is_undated: bool = False
    view: str = ""
    key: int = 0


@dataclass(frozen=True)
class Year:
    label: str
    entries: list[Entry]


def build_timeline(convention: Convention) -> list[Year]:
    """Year by year; a fixed number of queries.

    A milestone without date follows the one the leaflet puts before it.
    """
    entries = [
        *_milestones(convention),
        *_signatures(convention),
        *_amendments(convention),
        *_campaigns(convention),
        *_meetings(convention),
        *_reviews(convention),
        Entry(convention.ends_on, "Fin de la convention", "fin", french_date(convention.ends_on)),
    ]
    entries.sort(key=lambda entry: (entry.on, entry.is_undated))
    return [Year(str(year), list(found)) for year, found in groupby(entries, lambda e: e.on.year)]


def _milestones(convention: Convention) -> list[Entry]:
    entries: list[Entry] = []
    last = convention.starts_on
    for milestone in convention.milestones.all():
        known = milestone.starts_on or milestone.ends_on
        last = known or last
        when = milestone.date_label or (french_date(known) if known else "date à fixer")
        entries.append(Entry(last, milestone.label, "jalon", when, milestone.note, known is None))
    return entries


def _signatures(convention: Convention) -> list[Entry]:
    """One entry a day: thirty-three communes sign on the same one."""
    by_day = defaultdict(list)
    signed = convention.signatures.exclude(signed_on=None).select_related("organization")
    for signature in signed:
        by_day[signature.signed_on].append(str(signature.organization))
    return [
        Entry(
            on,
            counted(len(names), "signature", "signatures"),
            "signature",
            french_date(on),
            ", ".join(names),
        )
        for on, names in by_day.items()
    ]


def _amendments(convention: Convention) -> list[Entry]:
    return [
        Entry(a.signed_on, str(a), "avenant", french_date(a.signed_on), a.adds)
        for a in convention.amendments.exclude(signed_on=None)
    ]


def _campaigns(convention: Convention) -> list[Entry]:
    return [
        Entry(
            timezone.localdate(campaign.opened_at),
            f"Campagne de saisie {campaign.year}",
            "campagne",
            french_date(campaign.opened_at),
        )
        for campaign in convention.campaigns.exclude(opened_at=None)
    ]


def _meetings(convention: Convention) -> list[Entry]:
    """Of the steering committees: the groups meet too often for this page."""
    meetings = Meeting.objects.of(convention).standing()
    meetings = meetings.filter(committee__kind=Committee.Kind.STEERING)
    return [
        Entry(
            timezone.localdate(meeting.starts_at),
            meeting.committee.name,
            "comité",
            french_date(meeting.starts_at),
            view="governance:meeting",
            key=meeting.pk,
        )
        for meeting in meetings.select_related("committee")
    ]


def _reviews(convention: Convention) -> list[Entry]:
    reviews = convention.annual_reviews.published().defer("data")
    return [
        Entry(
            timezone.localdate(review.published_at),
            f"Bilan {review.year} publié",
            "bilan",
            french_date(review.published_at),
            view="reviews:detail",
            key=review.year,
        )
        for review in reviews
    ]
