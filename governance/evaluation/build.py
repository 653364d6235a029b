"""The final evaluation as it would be published now, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone

from actions.models import Action, ActionReview, Contribution
from actions.plan.tree import StakeBranch
from actions.progress import share_done
from ctg.convention.models import Convention
from ctg.french import money_short, percent
from financing.models import BonusLine, BudgetLine
from governance.evaluation.data import (
    ActionOutcome,
    EvaluationData,
    StakeOutcomes,
    StakeResult,
    YearLine,
)
from governance.evaluation.models import FinalEvaluation, FollowUp
from governance.evaluation.questions import questions
from governance.frozen.heading import heading
from governance.models import Meeting
from governance.reviews.build.chapters import indicator_rows, segments, stake_number
from governance.reviews.build.money import total
from governance.reviews.build.opening import started_words
from governance.reviews.build.sources import Judged, Sources, load
from governance.reviews.data.opening import KeyFigure

HELD = (Meeting.State.HELD, Meeting.State.ADOPTED)


class History:
    """What each year of the convention left, up to the last one reviewed."""

    def __init__(self, convention: Convention, last: int) -> None:
        self.years = tuple(range(convention.starts_on.year, last + 1))
        self.reviews: dict[int, dict[int, ActionReview]] = defaultdict(dict)
        for review in ActionReview.objects.filter(action__convention=convention, year__lte=last):
            self.reviews[review.year][review.action_id] = review
        self.communes = _counts(
            Contribution.objects.filter(
                campaign__convention=convention,
                state__in=Contribution.SENT,
                organization__in=convention.communes,
            )
            .values_list("campaign__year")
            .annotate(Count("organization", distinct=True))
        )
        meetings = Meeting.objects.filter(committee__convention=convention, state__in=HELD)
        self.meetings = _counts(meetings.values_list("starts_at__year").annotate(Count("pk")))
        self.decisions = _counts(
            meetings.values_list("starts_at__year").annotate(Count("decisions"))
        )
        bonus = BonusLine.objects.filter(facility__convention=convention).with_paid()
        self.paid = _sums((line.year, line.paid) for line in bonus)
        budgets = BudgetLine.objects.filter(action__convention=convention)
        self.spent = _sums((line.year, line.spent) for line in budgets)

    def share(self, year: int, actions: Iterable[Action]) -> int | None:
        reviews = self.reviews.get(year, {})
        return share_done(
            Judged.of(action, reviews[action.pk]) for action in actions if action.pk in reviews
        )

    def line(self, year: int, actions: list[Action]) -> YearLine:
        reviewed = self.reviews.get(year, {})
        return YearLine(
            year=year,
            actions=sum(action.pk in reviewed for action in actions) or None,
            share_done=self.share(year, actions),
            communes=self.communes.get(year),
            meetings=self.meetings.get(year, 0),
            decisions=self.decisions.get(year, 0),
            paid=self.paid.get(year),
            spent=self.spent.get(year),
        )


def _counts(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    return dict(rows)


def _sums(rows: Iterable[tuple[int, Decimal | None]]) -> dict[int, Decimal | None]:
    amounts: dict[int, list[Decimal | None]] = defaultdict(list)
    for year, amount in rows:
        amounts[year].append(amount)
    return {year: total(known) for year, known in amounts.items()}


def last_year(convention: Convention) -> int:
    """The last one with a consolidated action; before any, this year, within the period."""
    years = ActionReview.objects.filter(action__convention=convention).values_list("year")
    reviewed = years.order_by("-year").first()
    within = (convention.starts_on.year, timezone.localdate().year, convention.ends_on.year)
    return reviewed[0] if reviewed else sorted(within)[1]


def build_evaluation(convention: Convention) -> EvaluationData:
    last = last_year(convention)
    sources, history = load(convention, last), History(convention, last)
    evaluation = FinalEvaluation.objects.filter(convention=convention).order_by("-edition").first()
    actions = sources.all_actions
    judged = sources.judgements(actions)
    sentence = f"{started_words(judged)}." if judged else "Le plan ne compte encore aucune action."
    written = _writer(evaluation)
    return EvaluationData(
        **heading(convention, evaluation, sources.now),
        late_on=sources.late_on,
        years=history.years,
        headline=written("headline") or sentence,
        sentence=sentence,
        figures=_figures(sources, history),
        segments=segments(judged),
        by_year=tuple(history.line(year, actions) for year in history.years),
        questions=questions(sources, history.paid, history.spent, written),
        stakes=_stakes(sources, history, evaluation),
        indicators=tuple(
            row for action in actions for row in indicator_rows(sources, action) if any(row.values)
        ),
        outlook=written("outlook"),
    )


def _writer(evaluation: FinalEvaluation | None) -> Callable[[str], str]:
    """The text of a field, empty before the evaluation is begun."""
    return lambda field: getattr(evaluation, field).strip() if evaluation else ""


def _figures(sources: Sources, history: History) -> tuple[KeyFigure, ...]:
    judged = sources.judgements(sources.all_actions)
    done = sum(one.status == Action.Status.DONE for one in judged)
    first, last = history.years[0], history.years[-1]
    start = history.share(first, sources.all_actions)
    paid = total(history.paid.values())
    meetings = sum(history.meetings.values())
    return (
        KeyFigure(f"{done}/{len(judged)}", "actions réalisées", ""),
        KeyFigure(
            percent(share_done(judged)),
            "d’avancement moyen",
            "" if start is None or first == last else f"{percent(start)} en {first}",
        ),
        KeyFigure(str(meetings), "réunions tenues" if meetings > 1 else "réunion tenue", ""),
        KeyFigure(money_short(paid), "de bonus territoire versés", _period(first, last)),
    )


def _period(first: int, last: int) -> str:
    return f"en {first}" if first == last else f"de {first} à {last}"


def _stakes(
    sources: Sources, history: History, evaluation: FinalEvaluation | None
) -> tuple[StakeOutcomes, ...]:
    follow_ups = {
        follow_up.action_id: follow_up
        for follow_up in FollowUp.objects.filter(evaluation=evaluation)
    }
    return tuple(
        StakeOutcomes(
            result=_result(sources, history, rank, branch),
            actions=tuple(
                _outcome(sources, history, stake_number(rank), action, follow_ups.get(action.pk))
                for action in branch.actions
            ),
        )
        for rank, branch in enumerate(sources.tree)
    )


def _result(sources: Sources, history: History, rank: int, branch: StakeBranch) -> StakeResult:
    judged = sources.judgements(branch.actions)
    return StakeResult(
        number=stake_number(rank),
        code=branch.stake.code,
        title=branch.stake.title,
        actions=len(branch.actions),
        segments=segments(judged),
        shares=tuple(history.share(year, branch.actions) for year in history.years),
        share_done=share_done(judged),
    )


def _outcome(
    sources: Sources, history: History, number: int, action: Action, follow_up: FollowUp | None
) -> ActionOutcome:
    judged = sources.judged[action.pk]
    reviews = (history.reviews.get(year, {}).get(action.pk) for year in history.years)
    return ActionOutcome(
        number=number,
        code=action.code,
        title=action.title,
        pilot=str(action.pilot or ""),
        state=judged.state,
        state_label=judged.state_label,
        progress=judged.progress,
        shares=tuple(review.progress if review else None for review in reviews),
        decision=follow_up.decision if follow_up else "",
        decision_label=follow_up.get_decision_display() if follow_up else "",
        reason=follow_up.reason.strip() if follow_up else "",
    )
