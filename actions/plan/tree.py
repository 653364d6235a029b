"""The plan as a tree of plain objects: stakes, objectives, actions, in plan order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Count, Q, QuerySet, Sum

from actions.models import Action, OperationalObjective, Stake, StrategicObjective
from actions.progress import mean_progress
from ctg.convention.models import Convention

FOLDED_FROM = 150  # actions: beyond, an objective opens when one asks for it


@dataclass(frozen=True)
class Tally:
    """``counted``: those whose progress counts, abandoned ones left out."""

    count: int = 0
    counted: int = 0
    progress: int = 0


class Tallied(Protocol):
    @property
    def tally(self) -> Tally: ...


def _sum(branches: Iterable[Tallied]) -> Tally:
    tallies = [branch.tally for branch in branches]
    return Tally(
        sum(tally.count for tally in tallies),
        sum(tally.counted for tally in tallies),
        sum(tally.progress for tally in tallies),
    )


@dataclass(frozen=True)
class OperationalBranch:
    """Folded when its actions are counted and not read."""

    objective: OperationalObjective
    tally: Tally
    actions: list[Action]

    @property
    def is_folded(self) -> bool:
        return self.tally.count > 0 and not self.actions


@dataclass(frozen=True)
class StrategicBranch:
    objective: StrategicObjective
    branches: list[OperationalBranch]

    @property
    def actions(self) -> list[Action]:
        return [action for branch in self.branches for action in branch.actions]

    @property
    def tally(self) -> Tally:
        return _sum(self.branches)


@dataclass(frozen=True)
class StakeBranch:
    stake: Stake
    branches: list[StrategicBranch]

    @property
    def actions(self) -> list[Action]:
        return [action for branch in self.branches for action in branch.actions]

    @property
    def tally(self) -> Tally:
        return _sum(self.branches)

    @property
    def share_done(self) -> int | None:
        tally = self.tally
        return mean_progress(tally.progress, tally.counted)


def plan_tree(
    convention: Convention,
    actions: Iterable[Action],
    *,
    with_empty: bool,
    tallies: Mapping[int, Tally] | None = None,
) -> list[StakeBranch]:
    """Three queries whatever the size; ``with_empty`` keeps the branches without any action.

    ``tallies`` by objective count more than ``actions`` holds: the other objectives stay folded.
    """
    by_objective: dict[int, list[Action]] = defaultdict(list)
    for action in actions:
        by_objective[action.operational_objective_id].append(action)
    if tallies is None:
        tallies = {key: _tally(found) for key, found in by_objective.items()}

    operational: dict[int, list[OperationalBranch]] = defaultdict(list)
    for objective in OperationalObjective.objects.current().filter(
        strategic_objective__stake__convention=convention
    ):
        tally = tallies.get(objective.pk, Tally())
        if with_empty or tally.count:
            operational[objective.strategic_objective_id].append(
                OperationalBranch(objective, tally, by_objective[objective.pk])
            )

    strategic: dict[int, list[StrategicBranch]] = defaultdict(list)
    for objective in StrategicObjective.objects.current().filter(stake__convention=convention):
        if with_empty or operational[objective.pk]:
            strategic[objective.stake_id].append(
                StrategicBranch(objective, operational[objective.pk])
            )

    return [
        StakeBranch(stake, strategic[stake.pk])
        for stake in convention.stakes.current()
        if with_empty or strategic[stake.pk]
    ]


def _tally(actions: list[Action]) -> Tally:
    figures = [a.progress for a in actions if a.status != Action.Status.ABANDONED]
    return Tally(len(actions), len(figures), sum(figures))


def tallies(actions: QuerySet[Action]) -> dict[int, Tally]:
    """By operational objective, added up by the database."""
    counted = ~Q(status=Action.Status.ABANDONED)
    rows = (
        actions.order_by()
        .values_list("operational_objective")
        .annotate(
            count=Count("pk"),
            counted=Count("pk", filter=counted),
            total=Sum("progress", filter=counted, default=0),
        )
    )
    return {key: Tally(count, counted, total) for key, count, counted, total in rows}
