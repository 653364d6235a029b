"""Everything a review is made of, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from actions.models import (
    Action,
    ActionPartner,
    ActionReview,
    Contribution,
    Indicator,
    IndicatorValue,
)
from actions.plan.tree import StakeBranch, plan_tree
from actions.progress import yearly_figures
from ctg.convention.models import Commune, Convention, Milestone, Principle, Signature
from financing.models import BonusLine, BudgetLine
from governance.models import (
    AnnualReview,
    Attendance,
    Committee,
    Decision,
    Meeting,
    StakeSynthesis,
)

State = Action.Status


@dataclass
class Judged:
    """An action as the review sees it: its consolidated year, or its state of today."""

    action: Action
    review: ActionReview | None
    status: str
    progress: int
    is_late: bool
    is_blocked: bool

    @classmethod
    def of(cls, action: Action, review: ActionReview | None) -> "Judged":
        source = review or action
        unfinished = source.status not in Action.FINISHED
        return cls(
            action=action,
            review=review,
            status=source.status,
            progress=source.progress,
            is_late=unfinished and action.is_late,  # type: ignore[attr-defined]
            is_blocked=unfinished and action.is_blocked,
        )

    @property
    def is_started(self) -> bool:
        return self.status in (State.ONGOING, State.DONE)

    @property
    def state(self) -> str:
        if self.is_late:
            return "late"
        return "blocked" if self.is_blocked else self.status

    @property
    def state_label(self) -> str:
        return {"late": "En retard", "blocked": "Bloquée"}.get(self.state, State(self.status).label)

    def said(self, field: str) -> str:
        return getattr(self.review, field).strip() if self.review else ""


@dataclass(frozen=True)
class Sources:
    convention: Convention
    year: int
    now: datetime
    review: AnnualReview | None
    syntheses: dict[int, str]
    tree: list[StakeBranch]
    reviews: dict[tuple[int, int], ActionReview]
    places: dict[int, list[int]]
    indicators: dict[int, list[Indicator]]
    figures: dict[int, dict[int, Decimal]]
    texts: dict[int, list[str]]
    reported: dict[int, list[IndicatorValue]]
    contributions: list[Contribution]
    last_answers: list[tuple[int, str]]
    communes: list[Commune]
    committees: list[Committee]
    meetings: list[Meeting]
    decisions: list[Decision]
    bonus: list[BonusLine]
    budgets: list[BudgetLine]
    signatures: list[Signature]
    principles: list[Principle]
    milestones: list[Milestone]
    themes: list[str]

    @property
    def late_on(self) -> date:
        return late_day(self.year, self.now)

    @cached_property
    def judged(self) -> dict[int, Judged]:
        """Every action of the plan, in plan order."""
        return {
            action.pk: Judged.of(action, self.reviews.get((action.pk, self.year)))
            for branch in self.tree
            for action in branch.actions
        }

    @cached_property
    def action_budgets(self) -> dict[int, list[BudgetLine]]:
        return _group((line.action_id, line) for line in self.budgets)

    @cached_property
    def commune_names(self) -> dict[int, str]:
        return {commune.pk: commune.name for commune in self.communes}

    def judgements(self, actions: Iterable[Action]) -> list[Judged]:
        return [self.judged[action.pk] for action in actions]

    def last_judgements(self, actions: Iterable[Action]) -> list[Judged]:
        """What was consolidated the year before, of these actions."""
        reviews = ((action, self.reviews.get((action.pk, self.year - 1))) for action in actions)
        return [Judged.of(action, review) for action, review in reviews if review]

    @property
    def all_actions(self) -> list[Action]:
        return [judged.action for judged in self.judged.values()]


def late_day(year: int, now: datetime) -> date:
    """The last day of the year under review, or today before it."""
    return min(date(year, 12, 31), timezone.localdate(now))


def load(convention: Convention, year: int) -> Sources:
    now = timezone.now().replace(microsecond=0)
    review = (
        convention.annual_reviews.select_related("meeting__committee")
        .filter(year=year)
        .order_by("-edition")
        .first()
    )
    values = list(
        IndicatorValue.objects.filter(indicator__action__convention=convention, year__lte=year)
        .counted()
        .order_by("contribution__organization__name", "pk")
    )
    return Sources(
        convention=convention,
        year=year,
        now=now,
        review=review,
        syntheses=_syntheses(review),
        tree=plan_tree(convention, _actions(convention, late_day(year, now)), with_empty=True),
        reviews=_action_reviews(convention, year),
        places=_places(convention),
        indicators=_indicators(convention),
        figures=dict(
            yearly_figures((v.indicator_id, v.year, v.contribution_id, v.value) for v in values)
        ),
        texts=_group((v.indicator_id, v.text) for v in values if v.year == year and v.text),
        reported=_group((v.contribution_id, v) for v in values if v.contribution_id),
        contributions=_contributions(convention, year),
        last_answers=list(
            Contribution.objects.asked()
            .filter(campaign__convention=convention, campaign__year=year - 1)
            .values_list("organization_id", "state")
        ),
        communes=list(convention.communes.defer("contour").order_by("name")),
        committees=list(convention.committees.all()),
        meetings=_meetings(convention, year),
        decisions=_decisions(convention, year, late_day(year, now)),
        bonus=_bonus(convention, year),
        budgets=list(
            BudgetLine.objects.filter(action__convention=convention, year=year)
            .select_related("funder")
            .order_by("funder__name", "pk")
        ),
        signatures=list(convention.signatures.select_related("organization")),
        principles=list(convention.principles.all()),
        milestones=list(convention.milestones.all()),
        themes=[theme.label for theme in convention.themes.all()],
    )


def _syntheses(review: AnnualReview | None) -> dict[int, str]:
    rows = StakeSynthesis.objects.filter(review=review)
    return {row.stake_id: row.text.strip() for row in rows}


def _actions(convention: Convention, late_on: date) -> QuerySet[Action]:
    partners = ActionPartner.objects.select_related("organization")
    return (
        convention.actions.current()
        .with_lateness(late_on)
        .in_plan_order()
        .prefetch_related("themes", "audiences", Prefetch("partners", partners))
    )


def _action_reviews(convention: Convention, year: int) -> dict[tuple[int, int], ActionReview]:
    reviews = ActionReview.objects.filter(action__convention=convention, year__in=(year - 1, year))
    return {(review.action_id, review.year): review for review in reviews}


def _places(convention: Convention) -> dict[int, list[int]]:
    """Commune ids by action id, without loading the communes once more per action."""
    links = Action.communes.through.objects.filter(action__convention=convention)
    return _group(links.order_by("pk").values_list("action_id", "commune_id"))


def _indicators(convention: Convention) -> dict[int, list[Indicator]]:
    indicators = Indicator.objects.filter(action__convention=convention)
    return _group((indicator.action_id, indicator) for indicator in indicators)


def _contributions(convention: Convention, year: int) -> list[Contribution]:
    return list(
        Contribution.objects.filter(campaign__convention=convention, campaign__year=year)
        .asked()
        .only("organization_id", "action_id", "state", "status", "done", "difficulty")
        .order_by("organization__name", "organization_id", "action_id")
    )


def _meetings(convention: Convention, year: int) -> list[Meeting]:
    """Held in the year, whatever the state of their minutes."""
    present = Count(
        "attendances__organization",
        filter=Q(attendances__state__in=[Attendance.State.PRESENT, Attendance.State.REPRESENTED]),
        distinct=True,
    )
    return list(
        Meeting.objects.filter(
            committee__convention=convention,
            starts_at__year=year,
            state__in=[Meeting.State.HELD, Meeting.State.ADOPTED],
        )
        .select_related("committee")
        .annotate(present=present, decisions_count=Count("decisions", distinct=True))
        .order_by("starts_at", "pk")
    )


def _decisions(convention: Convention, year: int, on: date) -> list[Decision]:
    """Taken in the year, and older ones that still wait to be applied."""
    of_year = Q(meeting__starts_at__year=year)
    waiting = Q(meeting__starts_at__year__lt=year, state=Decision.State.OPEN)
    return list(
        Decision.objects.filter(of_year | waiting, meeting__committee__convention=convention)
        .with_lateness(on)
        .select_related("meeting__committee", "owner")
        .prefetch_related(Prefetch("actions", Action.objects.only("code").order_by("code")))
        .order_by("meeting__starts_at", "pk")
    )


def _bonus(convention: Convention, year: int) -> list[BonusLine]:
    return list(
        BonusLine.objects.filter(facility__convention=convention, year__in=(year - 1, year))
        .with_paid()
        .select_related("facility__manager")
        .order_by("pk")
    )


def _group(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)
