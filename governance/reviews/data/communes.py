"""What the review says of one commune: enough for a document of its own."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import slugify

from governance.reviews.data.money import BonusTable, Cells
from governance.reviews.data.opening import KeyFigure, Segment, bar


def anchor_of(commune: str) -> str:
    return f"commune-{slugify(commune)}"


@dataclass(frozen=True)
class Figure:
    title: str
    unit: str
    value: Decimal | None
    text: str


@dataclass(frozen=True)
class CommuneAnswer:
    """A validated answer, whole."""

    code: str
    title: str
    state: str
    state_label: str
    done: str
    difficulty: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class CommuneChapter:
    """``actions`` are the codes of those it takes part in, without those of the whole territory."""

    name: str
    anchor: str
    summary: str
    figures: tuple[KeyFigure, ...]
    segments: tuple[Segment, ...]
    actions: tuple[str, ...]
    answers: tuple[CommuneAnswer, ...]
    bonus: BonusTable | None

    @property
    def bar(self) -> list[Cells]:
        return bar(self.segments)
