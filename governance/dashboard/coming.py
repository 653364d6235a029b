"""What comes: the next dates of the campaign, the committees, the steps and the decisions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from actions.models import ActionStep
from ctg.convention.models import Convention
from ctg.convention.rights import Access, Right
from governance.dashboard.address import address
from governance.models import Decision, Meeting

DEADLINES = 8


@dataclass(frozen=True)
class Deadline:
    on: date
    label: str
    what: str
    url: str


def deadlines(convention: Convention, access: Access, today: date) -> list[Deadline]:
    coming = [
        *_campaign_dates(convention, access, today),
        *_meeting_dates(convention, today),
        *_step_dates(convention, today),
        *_decision_dates(convention, today),
    ]
    return sorted(coming, key=lambda deadline: (deadline.on, deadline.label))[:DEADLINES]


def _campaign_dates(convention: Convention, access: Access, today: date) -> Iterator[Deadline]:
    """For those who answer or follow the campaign."""
    if not access.has(Right.ANSWER_CAMPAIGN) and not access.has(Right.FOLLOW_CAMPAIGN):
        return
    url = address(convention, "progress:home")
    for campaign in convention.campaigns.filter(closed_at=None, validates_on__gte=today):
        dates = {
            "ouverture de la campagne": campaign.opens_on,
            "relance": campaign.reminds_on,
            "clôture de la saisie": campaign.closes_on,
            "fin de la validation": campaign.validates_on,
        }
        for label, on in dates.items():
            if on >= today:
                yield Deadline(on, f"{label} {campaign.year}".capitalize(), "campagne", url)


def _meeting_dates(convention: Convention, today: date) -> Iterator[Deadline]:
    meetings = (
        Meeting.objects.standing()
        .filter(committee__convention=convention, starts_at__date__gte=today)
        .order_by("starts_at")
    )
    for meeting in meetings.select_related("committee")[:DEADLINES]:
        on = timezone.localdate(meeting.starts_at)
        url = address(convention, "governance:meeting", meeting.pk)
        yield Deadline(on, meeting.committee.name, "réunion", url)


def _step_dates(convention: Convention, today: date) -> Iterator[Deadline]:
    steps = ActionStep.objects.filter(
        action__in=convention.actions.current().unfinished(), due_on__gte=today, done_on=None
    ).order_by("due_on", "pk")
    for step in steps.select_related("action")[:DEADLINES]:
        url = address(convention, "actions:detail", step.action.code)
        label = f"{step.action.code} · {step.title}"
        yield Deadline(step.due_on, label, "étape", url)  # type: ignore[arg-type]


def _decision_dates(convention: Convention, today: date) -> Iterator[Deadline]:
    decisions = Decision.objects.of(convention).filter(state=Decision.State.OPEN, due_on__gte=today)
    for decision in decisions.order_by("due_on", "pk")[:DEADLINES]:
        url = address(convention, "governance:meeting", decision.meeting_id)
        yield Deadline(decision.due_on, decision.text, "décision", url)
