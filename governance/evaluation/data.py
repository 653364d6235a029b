"""The final evaluation as values and labels, as governance.reviews.data."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from governance.frozen.data import FrozenData
from governance.reviews.data.chapters import IndicatorRow
from governance.reviews.data.money import Cells, euros
from governance.reviews.data.opening import KeyFigure, Segment, bar


@dataclass(frozen=True)
class YearLine:
    """``None``: nothing is known of that year."""

    year: int
    actions: int | None
    share_done: int | None
    communes: int | None
    meetings: int
    decisions: int
    paid: Decimal | None
    spent: Decimal | None

    @property
    def cells(self) -> Cells:
        """Amounts in whole euros."""
        return (
            *(str(self.year), self.actions, self.share_done, self.communes),
            *(self.meetings or None, self.decisions or None),
            *(euros(self.paid), euros(self.spent)),
        )


@dataclass(frozen=True)
class Question:
    """One of the four of the national frame: what is asked, what was found, the lead’s answer."""

    key: str
    title: str
    question: str
    facts: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class StakeResult:
    number: int
    code: str
    title: str
    actions: int
    segments: tuple[Segment, ...]
    shares: tuple[int | None, ...]
    share_done: int | None

    @property
    def bar(self) -> list[Cells]:
        return bar(self.segments)


@dataclass(frozen=True)
class ActionOutcome:
    """``shares`` is the progress consolidated each year of the evaluation."""

    number: int
    code: str
    title: str
    pilot: str
    state: str
    state_label: str
    progress: int
    shares: tuple[int | None, ...]
    decision: str
    decision_label: str
    reason: str


@dataclass(frozen=True)
class StakeOutcomes:
    result: StakeResult
    actions: tuple[ActionOutcome, ...]


@dataclass(frozen=True)
class EvaluationData(FrozenData):
    WHAT: ClassVar[str] = "d’évaluation"

    late_on: date
    years: tuple[int, ...]
    headline: str
    sentence: str
    figures: tuple[KeyFigure, ...]
    segments: tuple[Segment, ...]
    by_year: tuple[YearLine, ...]
    questions: tuple[Question, ...]
    stakes: tuple[StakeOutcomes, ...]
    indicators: tuple[IndicatorRow, ...]
    outlook: str

    @property
    def title(self) -> str:
        return f"Évaluation globale {self.period} — {self.short_name}"

    @property
    def bar(self) -> list[Cells]:
        return bar(self.segments)

    @property
    def year_rows(self) -> list[Cells]:
        return [line.cells for line in self.by_year]

    @property
    def undecided(self) -> list[ActionOutcome]:
        outcomes = (outcome for stake in self.stakes for outcome in stake.actions)
        return [outcome for outcome in outcomes if not outcome.decision]

    @property
    def unwritten(self) -> list[Question]:
        return [question for question in self.questions if not question.text]
