"""Sheets with one action a line: the header wherever it stands, sections, merged cells."""

import re
from dataclasses import replace
from typing import Any

from actions.exchange.cells import BULLET
from actions.exchange.reading.header import (
    TARGET,
    TO_TICK,
    Columns,
    Recognise,
    one_row,
)
from actions.exchange.reading.records import HIERARCHY, Header, Record, Told
from actions.exchange.reading.vocabulary import ELSEWHERE, PHRASES, SURE, level_of
from actions.exchange.words import folded, main_words
from ctg.spreadsheets import Grid, ref

# A line that has only such cells, and no title, goes on with the action above.
GOING_ON = frozenset(
    "steps indicators quantitative qualitative contributors funders co_pilots communes audiences"
    " description expected_results findings themes".split()
)
TICKS = {"x", "xx", "oui", "o", "1", "✓", "✔", "☑", "●", "v"}
ASIDE = re.compile(r"\s*(l[ée]gende|source|nota|nb|note)\b", re.IGNORECASE)
# « * sous réserve de financement », alone on its line
FOOTNOTE = re.compile(r"\s*(\*+|\(\d+\)|[¹²³]|mise? [àa] jour\b|version du\b)\s*\S", re.IGNORECASE)
DITTO = frozenset(("idem", "id.", '"', "''", "“", "”", "″", "〃", "//", '-"-', "- idem -"))
TOTALS = re.compile(r"(sous[ -]?)?total\b", re.IGNORECASE)


def read_table(
    grid: Grid, columns: Columns, recognise: Recognise, *, stake: str = ""
) -> tuple[list[Record], list[Header]]:
    """``stake`` is what the sheet as a whole stands under, when no column says it."""
    reader = _TableReader(grid, columns.with_shares(grid), recognise, stake)
    _say_again(grid, columns.last_row + 1)
    reader.read()
    return reader.records, reader.headers


def _say_again(grid: Grid, first: int) -> None:
    """« Idem », or a mark of repetition, says what the cell above says."""
    for row in range(first + 1, len(grid.rows)):
        for column, value in enumerate(grid.rows[row]):
            if isinstance(value, str) and value.strip().lower() in DITTO:
                grid.rows[row][column] = grid.shown(row - 1, column)


class _TableReader:
    def __init__(self, grid: Grid, columns: Columns, recognise: Recognise, stake: str) -> None:
        self.grid, self.columns, self.recognise = grid, columns, recognise
        self.records: list[Record] = []
        self.headers: list[Header] = []
        self.context: dict[str, tuple[Any, str]] = {}
        self.is_over = False
        if stake:
            self.context["stake"] = (stake, "")
        for row in range(columns.first_row):
            self._section(row, titles_only=True)
        self._tell_headers()

    def _tell_headers(self) -> None:
        first = self.columns.last_row + 1
        for column, label in self.columns.labels.items():
            below = (self.grid.own(row, column) for row in range(first, len(self.grid.rows)))
            sample = next((str(value) for value in below if value is not None), "")
            key = self.columns.keys.get(column, "")
            key = {**TO_TICK, TARGET: "quantitative", ELSEWHERE: ""}.get(key, key)
            self.headers.append(Header(self.grid.name, label, key, sample))

    def read(self) -> None:
        row = self.columns.last_row + 1
        while row < len(self.grid.rows):
            again = self._header_again(row)
            if again:
                self.columns, self.is_over = again, False
                row = again.last_row + 1
                continue
            self._row(row)
            row += 1

    def _header_again(self, row: int) -> Columns | None:
        """The same sheet starts another table, or repeats its header at each page."""
        values = [value for value in self.grid.rows[row] if value is not None]
        if len(values) < 2 or not all(
            isinstance(value, str) and len(value) < 70 for value in values
        ):
            return None
        if sum(" ".join(main_words(value)) in PHRASES for value in values) < 2:
            return None
        sure = {self.recognise(value)[0] for value in values if self.recognise(value)[1] >= SURE}
        if len(sure) < 2 or len(sure) < 0.6 * len(values):
            return None
        columns = one_row(self.grid, row, self.recognise)
        return columns if columns.is_enough else None

    def _row(self, row: int) -> None:
        own = {
            column: value for column, value in enumerate(self.grid.rows[row]) if value is not None
        }
        first = str(next(iter(own.values()), ""))
        if not own or self._is_aside(first) or len(own) == 1 and FOOTNOTE.match(first):
            return
        if len(own) == 1 and self._section(row) or len(own) == 2 and self._section_in_two(row, own):
            return
        self._carry(row, own)
        keys = {self.columns.keys[column] for column in own if column in self.columns.keys}
        if keys and self._goes_on(row, keys):
            self._say(self.records[-1], row, own, only_own=True)
        elif keys - {*HIERARCHY}:
            record = Record(self.grid.name, row + 1)
            self._say(record, row, own, only_own=False)
            self.records += split_titles(record)

    def _is_aside(self, first: str) -> bool:
        """Totals, sources; after « Légende » nothing is an action, until another header."""
        self.is_over = self.is_over or bool(re.match(r"\s*l[ée]gende", first, re.IGNORECASE))
        return self.is_over or bool(TOTALS.match(first) or ASIDE.match(first))

    def _goes_on(self, row: int, keys: set[str]) -> bool:
        """The title is merged with the one above, or the line only lengthens lists."""
        if not self.records or "title" in keys:
            return False
        titles = self.columns.of("title")
        merged = any(self.grid.covered.get((row, column), (row, 0))[0] < row for column in titles)
        return merged or (keys <= GOING_ON and bool(titles))

    def _section(self, row: int, *, titles_only: bool = False) -> bool:
        """A line alone: « Axe 1 : Petite enfance »; False when it is an action without the rest."""
        values = [(c, v) for c, v in enumerate(self.grid.rows[row]) if isinstance(v, str)]
        if len(values) != 1:
            return False
        column, text = values[0]
        level = level_of(text)
        if not level and not titles_only and self._is_across(row, column):
            level = "stake" if not self.columns.of("stake") else "strategic_objective"
            if level == "stake" and self.context.get("stake", ("", ""))[1]:
                level = level if self._stands_alone(text) else "strategic_objective"
        if level:
            self._set(level, text, ref(row, column))
        return bool(level)

    def _section_in_two(self, row: int, own: dict[int, Any]) -> bool:
        """« Axe 1 » in the column of numbers, « Petite enfance » beside it."""
        (column, first), (_, second) = own.items()
        level = level_of(str(first)) if self.columns.keys.get(column) not in HIERARCHY else ""
        if level:
            self._set(level, f"{first} : {second}", ref(row, column))
        return bool(level)

    def _is_loud(self, row: int, column: int) -> bool:
        """« PETITE ENFANCE » alone, in capitals above titles that are not."""
        below = self.grid.own(row + 1, column)
        return (
            not self.columns.of("stake")
            and str(self.grid.own(row, column)).isupper()
            and isinstance(below, str)
            and not below.isupper()
        )

    def _is_across(self, row: int, column: int) -> bool:
        merged = self.grid.covered.get((row, column + 1)) == (row, column)
        key = self.columns.keys.get(column)
        if self._is_loud(row, column):
            return True
        return merged or (key in (None, "code") and not str(self.grid.own(row, column)).isdigit())

    def _stands_alone(self, text: str) -> bool:
        return text == text.upper() or bool(re.match(r"\s*[\dIVX]+\s*[.:–-]\s", text))

    def _carry(self, row: int, own: dict[int, Any]) -> None:
        for level in HIERARCHY:
            for column in self.columns.of(level):
                value = self.grid.shown(row, column)
                if value is not None:
                    self._set(level, value, ref(row, column))

    def _set(self, level: str, value: Any, place: str) -> None:
        if folded(str(self.context.get(level, ("", ""))[0])) != folded(str(value)):
            for below in HIERARCHY[HIERARCHY.index(level) + 1 :]:
                self.context.pop(below, None)
        self.context[level] = (value, place)

    def _say(self, record: Record, row: int, own: dict[int, Any], *, only_own: bool) -> None:
        for column, key in self.columns.keys.items():
            value = own.get(column) if only_own else self.grid.shown(row, column)
            if key not in HIERARCHY or (value is None and self.is_export):
                self._say_cell(record, key, value, row, column)
        if only_own:
            return
        for level, (value, place) in self.context.items():
            if level not in record.told or record.told[level][0].value is None:
                record.told[level] = [Told(value, place)]

    def _say_cell(self, record: Record, key: str, value: Any, row: int, column: int) -> None:
        label = self.columns.labels[column]
        if key in TO_TICK:
            if folded(str(value)) in TICKS or value in TICKS:
                record.say(TO_TICK[key], label, ref(row, column))
        elif key not in (ELSEWHERE, TARGET) and (value is not None or self.is_export):
            record.say(key, self._whole(value, row, column), ref(row, column), label)

    def _whole(self, value: Any, row: int, column: int) -> Any:
        """A share in percents, an indicator with the target that stands beside it."""
        if column in self.columns.shares and isinstance(value, int | float):
            return f"{round(100 * value)} %"
        aims = self.columns.target_of(column)
        aim = self.grid.own(row, aims) if aims is not None else None
        return value if value is None or aim is None else f"{value} (cible : {aim})"

    @property
    def is_export(self) -> bool:
        """One of ours: there, an empty cell says something."""
        return "fingerprint" in self.columns.keys.values()


def split_titles(record: Record) -> list[Record]:
    """A cell that lists « - Forum », « - Salon » holds as many actions, alike in the rest."""
    titles = record.told.get("title", [])
    if len(titles) != 1 or not isinstance(titles[0].value, str):
        return [record]
    lines = [line for line in titles[0].value.split("\n") if line.strip()]
    if len(lines) < 2 or not all(BULLET.match(line) for line in lines):
        return [record]
    split = []
    for line in lines:
        one = Record(record.sheet, record.row)
        one.told.update(record.told)
        one.told["title"] = [replace(titles[0], value=BULLET.sub("", line).strip())]
        split.append(one)
    return split
