"""The lines of a preview: what becomes of each action of the file, field by field."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from actions.exchange.interpret import Interpreter
from actions.exchange.outline import Branch
from actions.exchange.reading.records import Record
from actions.models import Action

CREATED, CHANGED, SAME, REFUSED = "created", "changed", "same", "refused"


@dataclass
class Cell:
    """One field of one line. ``problem`` says why it stays out."""

    key: str
    label: str
    ref: str
    said: str
    before: str = ""
    after: str = ""
    problem: str = ""


@dataclass
class Proposal:
    record: Record
    action: Action | None
    outcome: str = SAME
    code: str = ""
    title: str = ""
    problem: str = ""
    cells: list[Cell] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    place: Branch | None = None
    reason: str = ""

    @property
    def refused_cells(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.problem]


@dataclass
class Proposals:
    lines: list[Proposal]
    interpreter: Interpreter

    @property
    def counts(self) -> Counter:
        return Counter(line.outcome for line in self.lines)
