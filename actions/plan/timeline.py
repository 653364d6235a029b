"""The plan along the convention’s years; what has no date is said apart, never guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from actions.models import Action, ActionStep
from ctg.convention.models import Convention
from ctg.french import NBSP, french_date


@dataclass(frozen=True)
class Timeline:
    rows: list[dict]
    today: float | None
    undated: list[Action]


def timeline(convention: Convention, actions: Iterable[Action], today: date) -> Timeline:
    """Bars as fractions of the convention; without an end, an action runs to the end of it."""
    actions = list(actions)
    dated = [action for action in actions if action.starts_on or action.ends_on]
    return Timeline(
        rows=[_row(convention, action, today) for action in dated],
        today=fraction(convention, today) if today <= convention.ends_on else None,
        undated=[action for action in actions if not (action.starts_on or action.ends_on)],
    )


def fraction(convention: Convention, on: date) -> float:
    days = (convention.ends_on - convention.starts_on).days + 1
    return min(1, max(0, (on - convention.starts_on).days / days))


def _row(convention: Convention, action: Action, today: date) -> dict:
    start = fraction(convention, action.starts_on or convention.starts_on)
    end = fraction(convention, action.ends_on) if action.ends_on else 1
    steps = [step for step in action.steps.all() if step.due_on]
    said = [f"{action.state_label}, {action.period_label}"]
    said += [f"étape « {step.title} », {french_date(step.due_on)}" for step in steps]
    return {
        "code": action.code,
        "label": action.title,
        "note": action.calendar or ("sans date de fin" if action.is_continuous else ""),
        "url": action.get_absolute_url(),
        "kind": action.state,
        "text": f"{NBSP}; ".join(said),
        "start": start,
        "end": max(end, start),
        "is_open": action.ends_on is None,
        "done": action.progress / 100,
        "marks": [
            (fraction(convention, step.due_on), step_state(step, today), step.title)
            for step in steps
        ],
    }


def step_state(step: ActionStep, today: date) -> str:
    if step.done_on:
        return "done"
    return "late" if step.due_on < today else "todo"
