"""The plan as a tree of plain objects: stakes, objectives, actions, in plan order."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from actions.models import Action, OperationalObjective, Stake, StrategicObjective
from actions.progress import share_done
from ctg.convention.models import Convention


@dataclass(frozen=True)
class OperationalBranch:
    objective: OperationalObjective
    actions: list[Action]


@dataclass(frozen=True)
class StrategicBranch:
    objective: StrategicObjective
    branches: list[OperationalBranch]

    @property
    def actions(self) -> list[Action]:
        return [action for branch in self.branches for action in branch.actions]


@dataclass(frozen=True)
class StakeBranch:
    stake: Stake
    branches: list[StrategicBranch]

    @property
    def actions(self) -> list[Action]:
        return [action for branch in self.branches for action in branch.actions]

    @property
    def share_done(self) -> int | None:
        return share_done(self.actions)


def plan_tree(
    convention: Convention, actions: Iterable[Action], *, with_empty: bool
) -> list[StakeBranch]:
    """Three queries whatever the size; ``with_empty`` keeps the branches without any action."""
    by_objective: dict[int, list[Action]] = defaultdict(list)
    for action in actions:
        by_objective[action.operational_objective_id].append(action)

    operational: dict[int, list[OperationalBranch]] = defaultdict(list)
    for objective in OperationalObjective.objects.current().filter(
        strategic_objective__stake__convention=convention
    ):
        if with_empty or by_objective[objective.pk]:
            operational[objective.strategic_objective_id].append(
                OperationalBranch(objective, by_objective[objective.pk])
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
