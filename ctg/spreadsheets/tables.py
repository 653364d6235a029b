"""What a table is made of, whatever the file it goes to."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils.timezone import is_aware, localtime

Value = str | Decimal | int | float | date | datetime | None


class Kind(Enum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Column:
    """``value`` reads it from a row; ``width`` counts characters."""

    label: str
    value: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    width: int = 18
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """``rows`` may be a generator: it is read once, one row at a time."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Any]

    def lines(self) -> Iterable[list[Value]]:
        for row in self.rows:
            yield [plain(column.value(row)) for column in self.columns]


# Neither XML nor any spreadsheet accepts them.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST = 32_767  # of a cell in Excel


def plain(value: Any) -> Value:
    """True → « oui »; an aware moment → the local one, as a person reads it."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return localtime(value).replace(tzinfo=None) if is_aware(value) else value
    if value is None or isinstance(value, (Decimal, int, float, date)):
        return value
    return CONTROLS.sub("", str(value).replace("\r\n", "\n"))[:LONGEST]


# A text that starts so could be run as a formula by who opens the file. A dash before a space
# is a list item; only a CSV, where nothing says what is text, cannot tell it from a formula.
FORMULA = re.compile(r"[=+@\t\r]|-(?! )")
FORMULA_IN_CSV = re.compile(r"[=+@\t\r-]")


def harmless(text: str, pattern: re.Pattern[str] = FORMULA) -> str:
    return f"'{text}" if pattern.match(text) else text
