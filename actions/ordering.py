"""The order of the plan: move a line among its neighbours or under another parent, renumber."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from actions.history.keeping import remember
from actions.models import Action, OperationalObjective, Stake, StrategicObjective
from actions.services import PlanLevel
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention

Line = Action | PlanLevel

# Of each kind of line: the field that names its parent, and the lines of a parent.
PARENTS = {
    Action: ("operational_objective", "actions"),
    OperationalObjective: ("strategic_objective", "operational_objectives"),
    StrategicObjective: ("stake", "strategic_objectives"),
}


@dataclass(frozen=True)
class Renumbering:
    line: Line
    before: str
    after: str


def parent_of(line: Line) -> PlanLevel | None:
    return getattr(line, PARENTS[type(line)][0]) if type(line) in PARENTS else None


def neighbours(line: Line, parent: PlanLevel | None, convention: Convention) -> QuerySet:
    """The current lines of the same kind under a parent, in plan order."""
    if isinstance(line, Stake):
        return convention.stakes.current()
    lines: QuerySet = getattr(parent, PARENTS[type(line)][1]).current()
    return lines


@transaction.atomic
def place(
    line: Line, *, parent: PlanLevel | None, index: int, convention: Convention, by: User
) -> None:
    """Put a line at a rank among the lines of a parent; its history and its links follow it."""
    if line.archived_at or (parent and parent.archived_at):
        raise ValidationError("Une ligne archivée ne se déplace pas.")
    others = [other for other in neighbours(line, parent, convention) if other.pk != line.pk]
    if parent != parent_of(line):
        _move_under(line, parent, convention, by)
    others.insert(max(0, min(index, len(others))), line)
    for rank, other in enumerate(others, start=1):
        if other.position != rank:
            type(other)._default_manager.filter(pk=other.pk).update(position=rank)


def _move_under(line: Line, parent: PlanLevel, convention: Convention, by: User) -> None:
    before = parent_of(line)
    if isinstance(line, Action):
        remember(line)
    setattr(line, PARENTS[type(line)][0], parent)
    if not isinstance(line, Action):
        line.code = _free_code(line, parent)
    line.save()
    record(
        f"{line._meta.model_name}.moved",
        line,
        convention=convention,
        by=by,
        summary=f"Déplacement : {line}",
        changes=[("Sous", str(before), str(parent))],
    )


def _free_code(line: PlanLevel, parent: PlanLevel) -> str:
    """The code of an objective belongs to its parent: kept when it is free there."""
    taken = set(getattr(parent, PARENTS[type(line)][1]).values_list("code", flat=True))
    if line.code not in taken:
        return line.code
    return next(
        code for n in range(1, len(taken) + 2) if (code := f"{parent.code}.{n}") not in taken
    )


def renumberings(convention: Convention) -> list[Renumbering]:
    """The codes that would change for all of them to follow the order of the plan."""
    return [
        Renumbering(line, line.code, code)
        for line, code in (*_objective_codes(convention), *_action_codes(convention))
        if line.code != code
    ]


def _objective_codes(convention: Convention) -> Iterator[tuple[Line, str]]:
    """« 2.1 » under « 2 », « 2.1.3 » under « 2.1 »; the codes of archived lines are skipped."""
    for stake in convention.stakes.current():
        for strategic, code in _numbered(stake.strategic_objectives, stake.code):
            yield strategic, code
            yield from _numbered(strategic.operational_objectives, code)


def _numbered(lines, prefix: str) -> Iterator[tuple[Line, str]]:
    archived = set(lines.exclude(archived_at=None).values_list("code", flat=True))
    number = 0
    for line in lines.current():
        number += 1
        while f"{prefix}.{number}" in archived:
            number += 1
        yield line, f"{prefix}.{number}"


def _action_codes(convention: Convention) -> Iterator[tuple[Line, str]]:
    """« A-01 » and so on, in plan order."""
    actions = list(convention.actions.current().in_plan_order())
    archived = convention.actions.exclude(archived_at=None).values_list("code", flat=True)
    taken, width, number = set(archived), max(2, len(str(len(actions)))), 0
    for action in actions:
        number += 1
        while f"A-{number:0{width}}" in taken:
            number += 1
        yield action, f"A-{number:0{width}}"


@transaction.atomic
def renumber(convention: Convention, *, by: User) -> int:
    """Give every line the code of its place; the former addresses of the sheets still answer."""
    changes = renumberings(convention)
    for change in changes:
        if isinstance(change.line, Action):
            remember(change.line)
        same = type(change.line)._default_manager.filter(pk=change.line.pk)
        same.update(code=f"~{change.line.pk}")  # out of the way: two lines may exchange codes
    for change in changes:
        change.line.code = change.after
        change.line.save()
        record(
            f"{change.line._meta.model_name}.renumbered",
            change.line,
            convention=convention,
            by=by,
            summary=f"Nouveau code : {change.after}",
            changes=[("Code", change.before, change.after)],
        )
    return len(changes)
