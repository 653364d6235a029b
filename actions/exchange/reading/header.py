"""The header of a table, wherever it stands: which column says what."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile

from actions.exchange.cells import STATUS_WORDS
from actions.exchange.reading.vocabulary import ELSEWHERE, SURE
from actions.exchange.words import folded
from ctg.spreadsheets import Grid

Recognise = Callable[[str], tuple[str, int]]

HEADER_WITHIN = 60  # rows from the top
STATUS_TO_TICK, YEAR_TO_TICK, COMMUNE_TO_TICK = "status to tick", "year to tick", "commune to tick"
TO_TICK = {STATUS_TO_TICK: "status", YEAR_TO_TICK: "calendar", COMMUNE_TO_TICK: "communes"}
YEAR = re.compile(r"20\d\d")
INDICATORS = ("indicators", "quantitative", "qualitative")
# Beside an indicator, its target; « Cible » anywhere else is a public.
TARGET = "target"
TARGETS = frozenset(
    "cible|cibles|valeur cible|cible chiffree|objectif chiffre|objectif cible|valeur visee|"
    "valeur attendue|objectif a atteindre|cible a atteindre".split("|")
)


@dataclass(frozen=True)
class Columns:
    """The header of a table: where it ends, and what each column is."""

    first_row: int
    last_row: int
    labels: dict[int, str]
    keys: dict[int, str]
    shares: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        return len(self.known)

    @property
    def known(self) -> set[str]:
        return set(self.keys.values()) - {ELSEWHERE, *TO_TICK}

    @property
    def is_enough(self) -> bool:
        if "title" in self.known:
            return len(self.known) > 1 or len(self.labels) == 1
        return len(self.known) > 2 or "id" in self.known

    def of(self, key: str) -> list[int]:
        return [column for column, named in self.keys.items() if named == key]

    def target_of(self, column: int) -> int | None:
        """The first target on the right of an indicator, before another indicator."""
        if self.keys.get(column) not in INDICATORS:
            return None
        right = (other for other in sorted(self.keys) if other > column)
        mine = takewhile(lambda other: self.keys[other] not in INDICATORS, right)
        return next((other for other in mine if self.keys[other] == TARGET), None)

    def with_shares(self, grid: Grid) -> "Columns":
        """In a column of progress that holds a fraction, 1 is the whole, and not one percent."""
        told = {
            column: [grid.own(row, column) for row in range(self.last_row + 1, len(grid.rows))]
            for column in (*self.of("progress"), *self.of("status"))
        }
        shares = {
            column
            for column, values in told.items()
            if any(isinstance(value, float) and 0 < value < 1 for value in values)
        }
        return replace(self, shares=frozenset(shares))


def find_columns(grid: Grid, recognise: Recognise) -> Columns | None:
    """The row, or two rows, that name the most columns."""
    found = [
        columns
        for row in range(min(HEADER_WITHIN, len(grid.rows)))
        for columns in (one_row(grid, row, recognise), _two_rows(grid, row, recognise))
        if columns and columns.is_enough
    ]
    return max(found, key=lambda columns: (columns.count, -columns.last_row), default=None)


def one_row(grid: Grid, row: int, recognise: Recognise) -> Columns:
    labels = {
        column: " ".join(str(value).split())
        for column, value in enumerate(grid.rows[row])
        if value is not None
    }
    return Columns(row, row, labels, _keys(labels, recognise))


def _keys(labels: dict[int, str], recognise: Recognise) -> dict[int, str]:
    keys: dict[int, str] = {}
    left = ""
    for column, label in labels.items():
        is_target = left in (*INDICATORS, TARGET) and folded(label) in TARGETS
        left = TARGET if is_target else key_of(label, recognise)
        if left:
            keys[column] = left
    return keys


def key_of(label: str, recognise: Recognise) -> str:
    """The field of a column; one a status or one a year, to tick, says it by its own name."""
    key, sure = recognise(label)
    if sure >= SURE:
        return key
    if YEAR.fullmatch(label):
        return YEAR_TO_TICK
    return STATUS_TO_TICK if folded(label) in STATUS_WORDS else key


def _two_rows(grid: Grid, row: int, recognise: Recognise) -> Columns | None:
    """« Indicateurs » above « Quantitatifs » and « Qualitatifs »; nothing stands below the rest."""
    if row + 1 >= len(grid.rows) or not grid.rows[row + 1]:
        return None
    above, below = one_row(grid, row, recognise), one_row(grid, row + 1, recognise)
    alone = {
        column
        for column in above.keys
        if grid.covered.get((row, column + 1)) != (row, column)
        and (column + 1 in above.labels or column + 1 >= grid.width)
    }
    if len(above.labels) < 2 or not below.keys or alone & below.labels.keys():
        return None
    labels = dict(above.labels)
    keys = dict(above.keys)
    parent, over = "", ""
    for column in range(grid.width):
        parent = above.labels.get(column, parent)
        over = above.keys.get(column, "") if column in above.labels else over
        if column in below.labels:
            labels[column] = f"{parent} {below.labels[column]}".strip()
            if over in INDICATORS:
                keys[column] = _of_an_indicator(over, below, column)
            else:
                keys[column] = below.keys.get(column) or recognise(labels[column])[0]
    return Columns(row, row + 1, labels, {column: key for column, key in keys.items() if key})


def _of_an_indicator(over: str, below: Columns, column: int) -> str:
    """Under « Indicateurs »: what is measured, its target; what was reached is entered later."""
    key = below.keys.get(column, "")
    if folded(below.labels[column]) in TARGETS:
        return TARGET
    if key in ("quantitative", "qualitative"):
        return key
    return over if key in ("indicators", "title") else ELSEWHERE
