"""The plan along the convention’s years; what has no date is said apart, never guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from actions.models import Action
from ctg.convention.models import Convention


@dataclass(frozen=True)
class Timeline:
    rows: list[dict]
    today: float | None
    undated: list[Action]


def timeline(convention: Convention, actions: Iterable[Action], today: date) -> Timeline:
    """Bars as fractions of the convention; a continuous action runs to the end of it."""
    actions = list(actions)
    dated = [action for action in actions if action.starts_on or action.ends_on]
    return Timeline(
        rows=[_row(convention, action) for action in dated],
        today=fraction(convention, today) if today <= convention.ends_on else None,
        undated=[action for action in actions if not (action.starts_on or action.ends_on)],
    )


def fraction(convention: Convention, on: date) -> float:
    days = (convention.ends_on - convention.starts_on).days + 1
    return min(1, max(0, (on - convention.starts_on).days / days))


def _row(convention: Convention, action: Action) -> dict:
    start = fraction(convention, action.starts_on or convention.starts_on)
    end = fraction(convention, action.ends_on) if action.ends_on else 1
    return {
        "code": action.code,
        "label": action.title,
        "url": action.get_absolute_url(),
        "kind": action.state,
        "text": f"{action.state_label}, {action.period_label}",
        "start": start,
        "end": max(end, start),
        "done": action.progress / 100,
    }
