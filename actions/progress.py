"""Figures of the plan, from numbers to numbers: no query, no rounding before display."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Protocol

from actions.models import Action

LATE = "late"
# Singular and plural, after a figure: « 1 réalisée », « 9 réalisées ».
STATE_LABELS = {
    "done": ("réalisée", "réalisées"),
    "ongoing": ("en cours", "en cours"),
    "late": ("en retard", "en retard"),
    "todo": ("à venir", "à venir"),
    "postponed": ("reportée", "reportées"),
    "abandoned": ("abandonnée", "abandonnées"),
}


class Progressing(Protocol):
    status: str
    progress: int
    is_late: bool


def share_done(actions: Iterable[Progressing]) -> int | None:
    """Mean progress in whole percent, half up, abandoned actions left out; None without any."""
    figures = [a.progress for a in actions if a.status != Action.Status.ABANDONED]
    return mean_progress(sum(figures), len(figures))


def mean_progress(total: int, count: int) -> int | None:
    """As share_done, from figures that the database added up."""
    return (2 * total + count) // (2 * count) if count else None


def count_by_state(actions: Iterable[Progressing]) -> dict[str, int]:
    """Each action once: late ones apart from their status, in the order of the status bar."""
    counts = Counter(LATE if action.is_late else str(action.status) for action in actions)
    return {str(state): counts[str(state)] for state in STATE_LABELS}


def yearly_figures(
    values: Iterable[tuple[int, int, int | None, Decimal | None]],
) -> Mapping[int, dict[int, Decimal]]:
    """Figures per indicator and year, from (indicator, year, contribution, value) rows.

    The territory’s own value, given without contribution, prevails over the sum of what the
    organisations reported; a year without any figure is absent, which is not zero.
    """
    reported: dict[int, dict[int, Decimal]] = defaultdict(dict)
    stated: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for indicator, year, contribution, value in values:
        if value is None:
            continue
        if contribution is None:
            stated[indicator][year] = value
        else:
            known = reported[indicator].get(year, Decimal(0))
            reported[indicator][year] = known + value
    return {
        indicator: {**reported.get(indicator, {}), **stated.get(indicator, {})}
        for indicator in reported.keys() | stated.keys()
    }
