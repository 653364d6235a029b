"""What a workbook says of each action, cell by cell, before anything is compared or written."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

HIERARCHY = ("stake", "strategic_objective", "operational_objective")


@dataclass(frozen=True)
class Told:
    """One cell. ``label`` is its column’s or its own; "" stands for the context of the sheet."""

    value: Any
    ref: str
    label: str = ""


@dataclass
class Record:
    sheet: str
    row: int
    told: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))

    def say(self, key: str, value: Any, ref: str, label: str = "") -> None:
        self.told[key].append(Told(value, ref, label))


@dataclass(frozen=True)
class Header:
    """A column or a label met, and the field it was taken for ("" for none)."""

    sheet: str
    label: str
    key: str
    sample: str = ""


@dataclass
class Reading:
    records: list[Record] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
