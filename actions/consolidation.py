"""One action and one year: what the organisations said, and what the project lead makes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from actions.models import (
    Action,
    ActionReview,
    Campaign,
    Contribution,
    Indicator,
    IndicatorValue,
)
from actions.progress import yearly_figures
from ctg.french import counted

# What a commune calls suspended is still under way for the territory.
TERRITORY_STATUS = {
    Contribution.Status.TODO: Action.Status.TODO,
    Contribution.Status.ONGOING: Action.Status.ONGOING,
    Contribution.Status.SUSPENDED: Action.Status.ONGOING,
    Contribution.Status.DONE: Action.Status.DONE,
}


@dataclass(frozen=True)
class TerritoryFigure:
    """One indicator of the action: the sum of what was validated, the lead’s own value if any."""

    indicator: Indicator
    reported: Decimal | None
    stated: Decimal | str | None
    before: Decimal | None

    @property
    def now(self) -> Decimal | str | None:
        return self.stated if self.stated not in (None, "") else self.reported


@dataclass(frozen=True)
class RollUp:
    """The validated answers of one action in one campaign."""

    answers: list[Contribution]
    set_aside: list[Contribution]
    waiting: int
    owed: int
    figures: list[TerritoryFigure]
    before: ActionReview | None

    @property
    def segments(self) -> list[tuple[str, str, int]]:
        """For the status bar: how many organisations gave each status."""
        kinds = {"suspended": "postponed"}
        return [
            (
                kinds.get(status.value, status.value),
                status.label.lower(),
                sum(answer.status == status for answer in self.answers),
            )
            for status in Contribution.Status
        ]

    @property
    def missing_words(self) -> str:
        parts = []
        if self.waiting:
            parts.append(counted(self.waiting, "réponse à valider", "réponses à valider"))
        if self.owed:
            parts.append(
                counted(self.owed, "réponse pas encore envoyée", "réponses pas encore envoyées")
            )
        return " et ".join(parts)

    @property
    def difficulties(self) -> list[Contribution]:
        return [answer for answer in self.answers if answer.difficulty]

    @property
    def texts(self) -> list[Contribution]:
        return [answer for answer in self.answers if answer.done]


def roll_up(action: Action, campaign: Campaign) -> RollUp:
    asked = list(
        action.contributions.filter(campaign=campaign)
        .select_related("organization")
        .order_by("organization__name")
    )
    return RollUp(
        answers=[a for a in asked if a.state == Contribution.State.VALIDATED],
        set_aside=[a for a in asked if a.state == Contribution.State.SET_ASIDE],
        waiting=sum(a.state == Contribution.State.SUBMITTED for a in asked),
        owed=sum(not a.is_settled for a in asked),
        figures=_figures(action, campaign.year),
        before=action.reviews.filter(year__lt=campaign.year).first(),
    )


def _figures(action: Action, year: int) -> list[TerritoryFigure]:
    values = list(IndicatorValue.objects.filter(indicator__action=action).counted())
    reported = _by_indicator_and_year(v for v in values if v.contribution_id)
    counted = _by_indicator_and_year(values)
    stated = {
        v.indicator_id: v.text if v.value is None else v.value
        for v in values
        if v.contribution_id is None and v.year == year
    }
    return [
        TerritoryFigure(
            indicator,
            reported=reported.get(indicator.pk, {}).get(year),
            stated=stated.get(indicator.pk),
            before=counted.get(indicator.pk, {}).get(year - 1),
        )
        for indicator in action.indicators.all()
    ]


def _by_indicator_and_year(values: Iterable[IndicatorValue]):
    return yearly_figures((v.indicator_id, v.year, v.contribution_id, v.value) for v in values)


def proposed_review(action: Action, year: int, roll: RollUp) -> ActionReview:
    """What the form starts from: nothing invented, the action’s own state or its answers’."""
    return ActionReview(
        action=action,
        year=year,
        status=proposed_status(action, roll.answers),
        progress=roll.before.progress if roll.before else action.progress,
    )


def proposed_status(action: Action, answers: list[Contribution]) -> str:
    """That of the answers when they agree; « en cours » when some began and others did not."""
    said = {TERRITORY_STATUS[Contribution.Status(answer.status)] for answer in answers}
    if not said or action.status in (Action.Status.POSTPONED, Action.Status.ABANDONED):
        return action.status
    return said.pop() if len(said) == 1 else Action.Status.ONGOING


def to_review(campaign: Campaign) -> QuerySet[Action]:
    """The actions of the year: asked about or judged; for the last campaign, unfinished ones too.

    Each with its review of the year, and how many answers were asked and validated.
    """
    year_reviews = ActionReview.objects.filter(year=campaign.year)
    is_asked = Exists(campaign.contributions.filter(action=OuterRef("pk")))
    is_reviewed = Exists(year_reviews.filter(action=OuterRef("pk")))
    concerned = Q(is_asked) | Q(is_reviewed)
    if campaign == campaign.convention.campaigns.first():
        concerned |= ~Q(status__in=Action.FINISHED)
    of_campaign = Q(contributions__campaign=campaign) & ~Q(
        contributions__state=Contribution.State.SET_ASIDE
    )
    validated = Q(contributions__state=Contribution.State.VALIDATED)
    return (
        campaign.convention.actions.current()
        .filter(concerned)
        .annotate(
            is_reviewed=is_reviewed,
            asked=Count("contributions", filter=of_campaign),
            validated=Count("contributions", filter=of_campaign & validated),
        )
        .select_related("operational_objective__strategic_objective__stake")
        .prefetch_related(Prefetch("reviews", year_reviews, to_attr="year_reviews"))
        .in_plan_order()
    )
