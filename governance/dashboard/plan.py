"""The plan in one look: its states, and how far each stake is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from actions.models import Stake
from actions.progress import LATE, STATE_LABELS, count_by_state, share_done
from ctg.convention.models import Convention
from ctg.french import counted, number


@dataclass(frozen=True)
class StakeProgress:
    stake: Stake
    share_done: int | None
    actions: int
    late: int

    @property
    def counts(self) -> str:
        actions = counted(self.actions, "action", "actions")
        return f"{actions}, dont {number(self.late)} en retard" if self.late else actions


@dataclass(frozen=True)
class Plan:
    count: int
    segments: list[tuple[str, str, int]]
    stakes: list[StakeProgress]
    blocked: int


def plan_rows(convention: Convention, today: date) -> list[Any]:
    stake = F("operational_objective__strategic_objective__stake")
    actions = convention.actions.current().with_lateness(today).annotate(stake_pk=stake)
    return list(
        actions.order_by().values_list(
            "pk", "status", "progress", "is_late", "is_blocked", "stake_pk", named=True
        )
    )


def plan_in_one_look(convention: Convention, rows: list[Any]) -> Plan:
    stakes = []
    for stake in convention.stakes.current():
        of_stake = [row for row in rows if row.stake_pk == stake.pk]
        late = count_by_state(of_stake)[LATE]
        stakes.append(StakeProgress(stake, share_done(of_stake), len(of_stake), late))
    return Plan(
        count=len(rows),
        segments=[
            (state, STATE_LABELS[state][count > 1], count)
            for state, count in count_by_state(rows).items()
        ],
        stakes=stakes,
        blocked=sum(row.is_blocked for row in rows),
    )
