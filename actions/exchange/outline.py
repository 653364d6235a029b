"""Stakes and objectives by what a sheet says of them: found, or to be created."""

import re
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from actions.exchange.cells import Refused
from actions.exchange.reading.vocabulary import LEVEL_LINES
from actions.exchange.words import folded
from actions.models import Action, OperationalObjective, Stake, StrategicObjective
from ctg.convention.models import Convention

UNSORTED = "Actions importées à classer"
CODED = re.compile(
    r"^\s*(?P<code>[A-Z]{0,2}[. ]?\d+(?:[.\-]\d+)*(?=[\s·:–—.)-])|(?:[A-Z]|[IVX]+)(?=\s*[·:–—.)]))"
    r"\s*[·:–—.)-]*\s*(?P<title>\S.*)$",
    re.DOTALL,
)
TITLE_MOST, CODE_MOST = 300, 20
ALIKE = 90


@dataclass
class Branch:
    """A line of the plan; ``pk`` is None until it is created."""

    level: str
    code: str
    title: str
    parent: "Branch | None" = None
    pk: int | None = None
    is_archived: bool = False
    children: list["Branch"] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.code} · {self.title}"

    def line(self) -> list["Branch"]:
        """From the stake down to here."""
        return [*(self.parent.line() if self.parent else ()), self]


def parse_level(level: str, text: str) -> tuple[str, str]:
    """(code, title) of « Axe 1 : Petite enfance », « 1.2 Accueillir », « Jeunesse »."""
    text = " ".join(text.split())
    for pattern in (LEVEL_LINES[level], CODED):
        found = pattern.match(text)
        if found:
            code, title = found["code"] or "", (found["title"] or "").strip()
            return _fitting(code, title or text)
    return _fitting("", text)


def _fitting(code: str, title: str) -> tuple[str, str]:
    if len(title) > TITLE_MOST:
        raise Refused(f"Intitulé trop long : {len(title)} signes, {TITLE_MOST} au plus.")
    return code.strip()[:CODE_MOST], title


class Outline:
    """The whole plan above the actions, with what the sheets add to it."""

    LEVELS = ("stake", "strategic_objective", "operational_objective")

    def __init__(self, convention: Convention) -> None:
        self.stakes: list[Branch] = []
        self.by_pk: dict[tuple[str, int], Branch] = {}
        for stake in convention.stakes.order_by("position", "code"):
            self._add("stake", stake, None)
        strategic = StrategicObjective.objects.filter(stake__convention=convention)
        for objective in strategic.order_by("position", "code"):
            self._add("strategic_objective", objective, ("stake", objective.stake_id))
        operational = OperationalObjective.objects.filter(
            strategic_objective__stake__convention=convention
        )
        for objective in operational.order_by("position", "code"):
            above = ("strategic_objective", objective.strategic_objective_id)
            self._add("operational_objective", objective, above)
        self._known: dict[Any, Branch] = {}

    def _add(self, level: str, row: Any, above: tuple[str, int] | None) -> None:
        parent = self.by_pk[above] if above else None
        branch = Branch(level, row.code, row.title, parent, row.pk, row.archived_at is not None)
        self.by_pk[level, row.pk] = branch
        (parent.children if parent else self.stakes).append(branch)

    def of(self, action: Action) -> Branch:
        return self.by_pk["operational_objective", action.operational_objective_id]

    def place(self, said: dict[str, str], action: Action | None) -> Branch | None:
        """The operational objective told; None when the sheet says nothing of a known action."""
        if not said and action:
            return None
        key = (*(folded(said.get(level, "")) for level in self.LEVELS), action and action.pk)
        if key not in self._known:
            self._known[key] = self._place(said, action)
        return self._known[key]

    def _place(self, said: dict[str, str], action: Action | None) -> Branch:
        if action:
            here = self.of(action).line()
            told = [
                (branch, parse_level(branch.level, said[branch.level]))
                for branch in here
                if branch.level in said
            ]
            if all(_is(branch, *parsed) for branch, parsed in told):
                return here[-1]
        branch: Branch | None = None
        for level in self.LEVELS:
            branch = self._descend(level, said, branch)
        assert branch
        return branch

    def _descend(self, level: str, said: dict[str, str], above: Branch | None) -> Branch:
        siblings = above.children if above else self.stakes
        if level in said:
            code, title = parse_level(level, said[level])
        else:
            below = self._said_below(level, said)
            if below:
                return below
            code, title = "", above.title if above else UNSORTED
        found = _closest(siblings, code, title)
        if not found:
            found = Branch(level, self._free_code(siblings, code, above), title, above)
            siblings.append(found)
        return found

    def _said_below(self, level: str, said: dict[str, str]) -> Branch | None:
        """The parent of an objective that is told alone and that the plan already has."""
        for lower in self.LEVELS[self.LEVELS.index(level) + 1 :]:
            if lower not in said:
                continue
            everywhere = [b for (named, _), b in self.by_pk.items() if named == lower]
            found = _closest(everywhere, *parse_level(lower, said[lower]))
            if found:
                return next(branch for branch in found.line() if branch.level == level)
        return None

    def _free_code(self, siblings: list[Branch], code: str, above: Branch | None) -> str:
        taken = {branch.code for branch in siblings}
        if code and code not in taken:
            return code
        start = f"{above.code}." if above else ""
        number = len(siblings) + 1
        while f"{start}{number}"[:CODE_MOST] in taken:
            number += 1
        return f"{start}{number}"[:CODE_MOST]


def _closest(branches: list[Branch], code: str, title: str) -> Branch | None:
    """By its title, or nearly; by its code when the titles look alike. Current lines first."""
    wanted = folded(title)
    ordered = sorted(branches, key=lambda branch: branch.is_archived)
    for branch in ordered:
        if folded(branch.title) == wanted:
            return branch
    for branch in ordered:
        if _is(branch, code, title):
            return branch
    return None


def _is(branch: Branch, code: str, title: str) -> bool:
    mine, other = folded(branch.title), folded(title)
    likeness = fuzz.ratio(mine, other)
    figures = re.findall(r"\d+", mine) == re.findall(r"\d+", other)
    return mine == other or (
        figures and (likeness >= ALIKE or (bool(code) and branch.code == code and likeness > 60))
    )


def row_of(level: str) -> type[Stake | StrategicObjective | OperationalObjective]:
    return {
        "stake": Stake,
        "strategic_objective": StrategicObjective,
        "operational_objective": OperationalObjective,
    }[level]
