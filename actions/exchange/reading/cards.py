"""« Fiches action »: labels and their values, one action a sheet or several below each other."""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import chain

from actions.exchange.reading.header import Recognise
from actions.exchange.reading.records import Header, Record
from actions.exchange.reading.vocabulary import ELSEWHERE, LONGEST_LABEL, SURE, level_of
from actions.exchange.words import folded
from ctg.spreadsheets import Grid, ref

CODE = r"(?P<code>[A-Z]{0,3}[-. ]?\d+(?:[.\-]\d+)*[a-z]?)"
HEADING = re.compile(
    rf"^\s*(?:fiche|action)(?:[\s-]*(?:action|projet))?\s*(?:n\s*[°o]|num[ée]ro|#)?\s*{CODE}"
    r"\s*(?:[:–—.)-]+\s*(?P<title>.+))?$",
    re.IGNORECASE | re.DOTALL,
)
SHEET_CODE = re.compile(
    rf"^\s*(?:fiche|action|fa|f|n°|no)?[\s_-]*(?:action)?[\s_-]*{CODE}\s*$", re.I
)
PLAIN_NAME = re.compile(r"^(feuil(le)?|sheet|tabelle|page|fiche)?\s*\d*$", re.IGNORECASE)
LOOKED_AT = 200  # rows, to tell what kind of sheet it is
INLINE = re.compile(r"^([^:\n]{2,60}?)\s*:\s*(\S.*)$", re.DOTALL)


def label_columns(grid: Grid, recognise: Recognise) -> dict[int, int]:
    """How many different labels each column holds."""
    keys: dict[int, set[str]] = defaultdict(set)
    for cells in grid.rows[:LOOKED_AT]:
        for column, value in enumerate(cells):
            if isinstance(value, str) and (key := _sure(value, recognise)):
                keys[column].add(key)
    return {column: len(found) for column, found in keys.items()}


def _sure(text: str, recognise: Recognise) -> str:
    """The field that a label names beyond doubt, alone in its cell or before its value."""
    key, sure = recognise(text)
    if sure >= SURE:
        return key
    if inline := INLINE.match(text):
        key, sure = recognise(inline[1])
        return key if sure >= SURE else ""
    return key if text.rstrip().endswith(":") else ""


def is_turned(grid: Grid, recognise: Recognise) -> bool:
    """A table lying on its side: labels down the first column, one action a column."""
    several = Counter(
        sum(value is not None for value in cells[1:]) > 1
        for cells in grid.rows
        if cells and isinstance(cells[0], str) and recognise(cells[0])[1] >= SURE
    )
    titles = [
        cells
        for cells in grid.rows
        if cells and isinstance(cells[0], str) and recognise(cells[0])[0] == "title"
    ]
    return (
        len(titles) == 1
        and sum(value is not None for value in titles[0][1:]) > 1
        and several[True] > 2 * several[False]
    )


def read_cards(grid: Grid, recognise: Recognise) -> tuple[list[Record], list[Header]]:
    reader = _CardReader(grid, recognise)
    for row, cells in enumerate(grid.rows):
        reader.read_row(row, cells)
    return reader.finished()


class _CardReader:
    def __init__(self, grid: Grid, recognise: Recognise) -> None:
        self.grid, self.recognise = grid, recognise
        counts = label_columns(grid, recognise)
        self.columns = {column for column, count in counts.items() if count > 1}
        self.records: list[Record] = []
        self.headers: dict[str, Header] = {}
        self.heading: list[tuple[str, str]] = []
        self.open: list[tuple[int, str, str]] = []  # column, key, label of the last row of labels
        self.record = Record(grid.name, 1)
        self.only_labels = self.awaiting = False

    def read_row(self, row: int, cells: list) -> None:
        labels: list[tuple[int, str, str]] = []
        said = [value for value in cells if value is not None]
        self.only_labels = all(isinstance(v, str) and self.recognise(v)[1] >= SURE for v in said)
        self.awaiting = False
        for column, value in enumerate(cells):
            if value is None:
                continue
            place = ref(row, column)
            if isinstance(value, str) and self._heading(value, row, place):
                labels, self.open = [], []
            elif isinstance(value, str) and (label := self._label(column, value)):
                key, words, rest = label
                self._begin_again(key, row)
                labels.append((column, key, words))
                field = "" if key == ELSEWHERE else key
                self.headers.setdefault(folded(words), Header(self.grid.name, words, field, rest))
                self.awaiting = not rest
                if rest:
                    self.record.say(key, rest, place, words)
            else:
                self.awaiting = False
                self._say(value, column, place, labels)
        if labels:
            self.open = labels

    def _heading(self, text: str, row: int, place: str) -> bool:
        """« Fiche action n° 3 : Ouvrir un lieu d’accueil » starts a card."""
        found = HEADING.match(text)
        if not found:
            level = level_of(text)
            if level and not self.recognise(text)[1] >= SURE:
                self.record.say(level, text, place)
                self.open = []
                return True
            return False
        self._begin_again("code", row)
        self.record.say("code", found["code"], place)
        if found["title"]:
            self._begin_again("title", row)
            self.record.say("title", found["title"].strip(), place)
        return True

    def _label(self, column: int, text: str) -> tuple[str, str, str] | None:
        """(key, label, value in the same cell); a label may be the value that another awaits."""
        key, sure = self.recognise(text)
        told_so = text.rstrip().endswith(":")
        if (sure >= SURE or (key and told_so)) and (
            told_so or column in self.columns or self.only_labels or not self.awaiting
        ):
            return key, text.rstrip(" :"), ""
        if told_so and column in self.columns and len(text) <= LONGEST_LABEL and "\n" not in text:
            return ELSEWHERE, text.rstrip(" :"), ""
        inline = INLINE.match(text)
        if inline:
            key, sure = self.recognise(inline[1])
            if sure >= SURE:
                return key, inline[1].strip(), inline[2].strip()
        return None

    def _begin_again(self, key: str, row: int) -> None:
        """The title or the code comes a second time: another card."""
        if key in ("title", "code") and self.record.told.get(key):
            self._close()
            self.record = Record(self.grid.name, row + 1)

    def _say(self, value, column: int, place: str, labels: list) -> None:
        candidates = labels or self.open
        before = [label for label in candidates if label[0] <= column]
        if not candidates:
            if isinstance(value, str):
                self.heading.append((value, place))
            return
        _, key, words = (before or candidates[:1])[-1]
        self.record.say(key, value, place, words)

    def _close(self) -> None:
        if not self.record.told.get("title") and self.heading:
            self.record.say("title", *max(self.heading, key=lambda said: len(said[0])))
        self.heading = []
        if self.record.told:
            self.records.append(self.record)

    def finished(self) -> tuple[list[Record], list[Header]]:
        self._close()
        if len(self.records) == 1:
            self._name_by_the_sheet(self.records[0])
        self._add_samples()
        return self.records, list(self.headers.values())

    def _add_samples(self) -> None:
        said = (told for record in self.records for told in record.told.values())
        for told in chain.from_iterable(said):
            header = self.headers.get(folded(told.label))
            if header and not header.sample:
                self.headers[folded(told.label)] = replace(header, sample=str(told.value))

    def _name_by_the_sheet(self, record: Record) -> None:
        code = SHEET_CODE.match(self.grid.name)
        if code and not record.told.get("code"):
            record.say("code", code["code"], "")
        if not record.told.get("title") and not code and not PLAIN_NAME.match(self.grid.name):
            record.say("title", self.grid.name, "")
