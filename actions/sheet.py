"""What the action sheet shows beside the fields of the action itself."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone

from actions.grid import Grid, build_grid
from actions.models import (
    Action,
    ActionReview,
    ActionStep,
    Contribution,
    Indicator,
    IndicatorValue,
    Overlap,
)
from actions.progress import yearly_figures
from ctg.convention.models import JournalEntry
from ctg.convention.rights import Access, Right
from ctg.french import french_date

LAST = 12


@dataclass(frozen=True)
class IndicatorRow:
    indicator: Indicator
    values: list[Decimal | None]
    texts: list[str]


@dataclass(frozen=True)
class Sheet:
    years: list[int]
    indicators: list[IndicatorRow]
    reviews: list[ActionReview]
    grid: Grid
    awaited: list[Contribution]
    calendar: list[dict]
    undated: list[ActionStep]
    journal: list[JournalEntry]
    decisions: list[Any]
    overlaps: list[tuple[Overlap, Action]]
    absorbed: list[Action]
    ancestor_url: str
    publication: Any


def build_sheet(action: Action, access: Access) -> Sheet:
    """A fixed number of queries."""
    steps = list(action.steps.all())
    years, indicators = _indicator_rows(action)
    pairs = _pairs(action, access)
    return Sheet(
        years=years,
        indicators=indicators,
        reviews=list(action.reviews.all()),
        grid=build_grid(action, access),
        awaited=_awaited(action, access),
        calendar=_calendar(action, steps),
        undated=[step for step in steps if not (step.starts_on or step.due_on)],
        journal=list(journal_of(action, access)[:LAST]),
        decisions=_decisions(action, access),
        overlaps=[(pair, pair.other(action)) for pair in pairs if pair.kept_id is None],
        absorbed=[pair.other(action) for pair in pairs if pair.kept_id == action.pk],
        ancestor_url=_ancestor_url(action, access),
        publication=getattr(action, "publication", None),  # written by the governance above
    )


def _awaited(action: Action, access: Access) -> list[Contribution]:
    """What the person’s organisations still have to answer on this action."""
    mine = access.organizations_with(Right.ANSWER_CAMPAIGN)
    if not mine:
        return []
    answers = action.contributions.of(mine).waiting_for_answer().filter(campaign__closed_at=None)
    return list(answers.select_related("organization", "campaign"))


def _ancestor_url(action: Action, access: Access) -> str:
    """Where the action it renews is read, for a member of that convention."""
    if action.renewed_from is None:
        return ""
    user = access.memberships[0].user_id
    known = action.renewed_from.convention.memberships.filter(user=user).exists()
    return action.renewed_from.get_absolute_url() if known else ""


def _pairs(action: Action, access: Access) -> list[Overlap]:
    """Linked or merged for everybody; still to examine for who decides."""
    pairs = Overlap.objects.about(action).select_related("first__convention", "second__convention")
    shown = pairs.filter(state__in=[Overlap.State.LINKED, Overlap.State.MERGED])
    return list(shown | pairs.waiting() if access.has(Right.EDIT_PLAN) else shown)


def _decisions(action: Action, access: Access) -> list[Any]:
    """What the committees decided of it, the latest first; written by the governance above."""
    if not access.has(Right.VIEW_GOVERNANCE):
        return []
    return list(action.decisions.select_related("meeting__committee", "owner"))  # type: ignore


def journal_of(action: Action, access: Access) -> QuerySet[JournalEntry]:
    """What is said to one organisation about its answer is for those who follow the campaign."""
    entries = JournalEntry.objects.filter(
        target_type=ContentType.objects.get_for_model(Action), target_id=action.pk
    )
    if not access.has(Right.FOLLOW_CAMPAIGN):
        entries = entries.exclude(verb__startswith="contribution.")
    return entries.select_related("by")


def _indicator_rows(action: Action) -> tuple[list[int], list[IndicatorRow]]:
    values = list(IndicatorValue.objects.filter(indicator__action=action).counted())
    figures = yearly_figures((v.indicator_id, v.year, v.contribution_id, v.value) for v in values)
    years = sorted({value.year for value in values})
    return years, [
        IndicatorRow(
            indicator,
            [figures.get(indicator.pk, {}).get(year) for year in years],
            [v.text for v in values if v.indicator_id == indicator.pk and v.text],
        )
        for indicator in action.indicators.all()
    ]


def _calendar(action: Action, steps: list[ActionStep]) -> list[dict]:
    """Bars of the dated steps, as fractions of the convention’s period; undated ones are left."""
    first, last = action.convention.starts_on, action.convention.ends_on
    days = (last - first).days + 1

    def fraction(on: date) -> float:
        return min(1, max(0, (on - first).days / days))

    return [
        {
            "label": step.title,
            "kind": _step_state(step),
            "text": _step_period(step),
            "start": fraction(step.starts_on or step.due_on),
            "end": fraction(step.due_on or last),
            "done": None,
        }
        for step in steps
        if step.starts_on or step.due_on
    ]


def _step_state(step: ActionStep) -> str:
    if step.done_on:
        return "done"
    late = step.due_on and step.due_on < timezone.localdate()
    return "late" if late else "ongoing"


def _step_period(step: ActionStep) -> str:
    if step.done_on:
        return f"faite le {french_date(step.done_on)}"
    return f"échéance {french_date(step.due_on)}" if step.due_on else "sans échéance"
