"""Our estimation written on the lines of a year, the Caf’s notification untouched."""

from collections.abc import Iterable

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from ctg.accounts.models import User
from ctg.convention.models import Convention
from ctg.french import NBSP, counted
from financing.conditions import estimations, lines_of
from financing.estimate import TRAJECTORY_SINCE, Estimate
from financing.journal import record_year
from financing.models import BonusLine

ESTIMATED = ("computed", "working", "basis", "lacking")


@transaction.atomic
def compute_year(convention: Convention, year: int, *, by: User | None) -> int:
    """Write our estimation on the year's lines, the Caf's notification untouched.

    The number of lines that changed; a line that cannot be estimated loses its estimation and
    says what it lacks.
    """
    changed = refresh_estimations(convention, year)
    if changed:
        updated = counted(changed, "ligne mise à jour", "lignes mises à jour")
        said = f"Estimation du bonus territoire {year}{NBSP}: {updated}"
        record_year("bonus.computed", convention, year, by=by, summary=said)
    return changed


@transaction.atomic
def refresh_estimations(convention: Convention, year: int) -> int:
    """What every verb that changes a figure of the year ends with."""
    estimates = estimations(convention, year)
    changed = []
    for line in lines_of(convention, year):
        values = _written(estimates[line.pk])
        if any(getattr(line, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(line, name, value)
            changed.append(line)
    bulk_update_with_history(changed, BonusLine, ESTIMATED, batch_size=100)
    return len(changed)


def refresh_all(convention: Convention, years: Iterable[int]) -> None:
    lines = BonusLine.objects.filter(facility__convention=convention, year__in=set(years))
    for year in sorted(set(lines.values_list("year", flat=True))):
        refresh_estimations(convention, year)


def refresh_after(convention: Convention, year: int) -> None:
    """Once the activity of a year has changed; that of 2023 also moves the growth since then."""
    later = [one for one in convention.years if one > year]
    refresh_all(convention, [year, *later] if year == TRAJECTORY_SINCE else [year])


def _written(one: Estimate) -> dict[str, object]:
    return {
        "computed": one.amount.value if one.amount else None,
        "working": one.amount.working if one.amount else "",
        "basis": "\n".join(one.basis),
        "lacking": one.lacking,
    }
