"""The versions of an action sheet: what changed from one to the next, in words."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from actions.history.changes import FieldChange
from actions.history.keeping import ROWS
from actions.history.states import State, differences, state_at, states
from actions.models import Action
from ctg.accounts.models import User

RECORDS_READ = 60


@dataclass(frozen=True)
class Version:
    """``before`` is the version it followed; the first one kept followed none."""

    pk: int
    at: datetime
    by: User | None
    before: int | None
    changes: list[FieldChange]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Those of which several rows changed, to bring them back together."""
        rows = Counter(change.name.partition("-")[0] for change in self.changes)
        return [
            (kind, str(model._meta.verbose_name_plural))
            for kind, model in ROWS.items()
            if rows[kind] > 1
        ]


def versions(action: Action) -> list[Version]:
    """Newest first, the oldest one read last; one that changed nothing in words is left out."""
    kept = states(action, limit=RECORDS_READ)
    found = [
        _version(new, old.record.history_id, changes)
        for new, old in pairwise(kept)
        if (changes := differences(old, new))
    ]
    return [*found, _version(kept[-1], None, [])] if found else []


def _version(state: State, before: int | None, changes: list[FieldChange]) -> Version:
    record = state.record
    return Version(record.history_id, record.history_date, record.history_user, before, changes)


def compare(action: Action, old: Any, new: Any) -> list[FieldChange]:
    """Two records of its history, each with its rows."""
    return differences(state_at(action, old), state_at(action, new))
