"""Stake by stake, commune by commune, action by action."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from ctg.templatetags.drawings import level
from governance.reviews.data.money import BudgetRow, Cells
from governance.reviews.data.opening import AskedDecision, Segment, bar


@dataclass(frozen=True)
class ActionLine:
    code: str
    title: str
    pilot: str
    state: str
    state_label: str
    progress: int
    communes: int | None
    is_blocked: bool
    is_consolidated: bool


@dataclass(frozen=True)
class ObjectiveTable:
    code: str
    title: str
    actions: tuple[ActionLine, ...]


@dataclass(frozen=True)
class IndicatorRow:
    """``series`` is the value of each year, up to that of the review."""

    action: str
    title: str
    kind: str
    unit: str
    baseline: Decimal | None
    target: Decimal | None
    target_year: int | None
    series: tuple[tuple[int, Decimal | None], ...]
    texts: tuple[str, ...]
    verdict: str

    @property
    def values(self) -> list[Decimal | None]:
        return [value for _, value in self.series]

    @property
    def years(self) -> list[int]:
        return [year for year, _ in self.series]

    @property
    def current(self) -> Decimal | None:
        return self.series[-1][1] if self.series else None

    @property
    def last(self) -> Decimal | None:
        return self.series[-2][1] if len(self.series) > 1 else None


@dataclass(frozen=True)
class Remark:
    code: str
    title: str
    text: str


@dataclass(frozen=True)
class StakeChapter:
    number: int
    code: str
    title: str
    lead: str
    synthesis: str
    segments: tuple[Segment, ...]
    objectives: tuple[ObjectiveTable, ...]
    indicators: tuple[IndicatorRow, ...]
    highlights: tuple[Remark, ...]
    difficulties: tuple[Remark, ...]

    @property
    def anchor(self) -> str:
        return f"enjeu-{slugify(self.code)}"

    @property
    def target_year(self) -> int | None:
        """The year of the targets, when they all have the same."""
        years = {row.target_year for row in self.indicators if row.target is not None}
        return years.pop() if len(years) == 1 else None

    @property
    def bar(self) -> list[Cells]:
        return bar(self.segments)


@dataclass(frozen=True)
class Column:
    number: int
    code: str
    title: str
    everywhere: int


@dataclass(frozen=True)
class CommuneRow:
    name: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Tile:
    name: str
    value: int
    row: int
    column: int


@dataclass(frozen=True)
class Territory:
    """``everywhere`` actions are for the whole territory: they are in no commune’s count."""

    everywhere: int
    columns: tuple[Column, ...]
    rows: tuple[CommuneRow, ...]
    tiles: tuple[Tile, ...]

    @property
    def drawn_tiles(self) -> list[dict[str, Any]]:
        return [asdict(tile) for tile in self.tiles]

    @property
    def drawn_rows(self) -> list[tuple[CommuneRow, list[tuple[int, int, int]]]]:
        """Each commune with, per column: its count, the depth of colour, the colour."""
        highest = max((count for row in self.rows for count in row.counts), default=0)
        return [
            (
                row,
                [
                    (count, level(count, highest), column.number)
                    for count, column in zip(row.counts, self.columns, strict=True)
                ],
            )
            for row in self.rows
        ]


@dataclass(frozen=True)
class Quote:
    action: str
    text: str
    is_difficulty: bool


@dataclass(frozen=True)
class Answers:
    """What one organisation was asked and said; ``state`` is a status, for its colour."""

    name: str
    anchor: str
    asked: int
    sent: int
    state: str
    state_label: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class Contributions:
    summary: str
    communes: tuple[Answers, ...]

    @property
    def heard(self) -> list[Answers]:
        return [answers for answers in self.communes if answers.quotes]

    @property
    def groups(self) -> list[tuple[str, str, list[str]]]:
        """Label, state and names of the communes that answered alike."""
        named: dict[tuple[str, str], list[str]] = {}
        for answers in self.communes:
            named.setdefault((answers.state_label, answers.state), []).append(answers.name)
        return [(label, state, names) for (label, state), names in sorted(named.items())]


@dataclass(frozen=True)
class PartnerLine:
    name: str
    kind: str
    piloted: int
    other: int
    asked: int
    sent: int

    @property
    def cells(self) -> Cells:
        """Nothing rather than zero; an organisation that was asked nothing has no answer."""
        sent = self.sent if self.asked else None
        roles = (self.piloted or None, self.other or None)
        return (self.name, self.kind, *roles, self.asked or None, sent)


@dataclass(frozen=True)
class Change:
    code: str
    title: str
    state: str
    state_label: str
    reason: str


@dataclass(frozen=True)
class Outlook:
    text: str
    decisions: tuple[AskedDecision, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class ActionSheet:
    line: ActionLine
    number: int
    objective: str
    facts: tuple[tuple[str, str], ...]
    summary: str
    highlight: str
    difficulty: str
    decision_asked: str
    indicators: tuple[IndicatorRow, ...]
    budget: BudgetRow | None

    @property
    def anchor(self) -> str:
        return f"fiche-{self.line.code}"

    @property
    def is_long(self) -> bool:
        """More than a page may hold: it is cut rather than pushed to the next one."""
        texts = self.summary, self.highlight, self.difficulty, self.decision_asked
        return sum(map(len, texts)) > 2500
