"""Verbs of a year’s lines: what is declared, forecast, notified; budgets of the actions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from actions.models import Action
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.french import NBSP, counted
from financing.computing import refresh_after
from financing.conditions import lines_of
from financing.journal import record_year
from financing.models import BonusLine, Declaration, Facility, Stage
from financing.payments import schedule_year


@dataclass(frozen=True)
class Quantities:
    existing: Decimal
    new: Decimal


@transaction.atomic
def declare(
    convention: Convention,
    year: int,
    stage: str,
    quantities: Mapping[Facility, Quantities],
    *,
    by: User | None,
    on: date | None = None,
) -> None:
    """What managers say of the year’s activity; the latest stage is what the line counts.

    ValidationError when a facility is closed that year. Declared again, the stage is corrected.
    """
    for facility, said in quantities.items():
        line = line_of(facility, year)
        Declaration.objects.update_or_create(
            bonus_line=line,
            stage=stage,
            defaults={
                "existing_quantity": said.existing,
                "new_quantity": said.new,
                "declared_on": on or timezone.localdate(),
                "declared_by": by,
            },
        )
        _take_latest(line)
    if quantities:
        record_year(
            "activity.declared",
            convention,
            year,
            by=by,
            summary=f"Activité {year} ({Stage(stage).label}) déclarée{NBSP}: "
            + counted(len(quantities), "équipement", "équipements"),
            stage=stage,
        )
        refresh_after(convention, year)


def line_of(facility: Facility, year: int) -> BonusLine:
    """The facility’s line of the year, opened if need be."""
    if not facility.is_open_in(year):
        raise ValidationError(f"{facility.name} est fermé en {year}{NBSP}: rien à y déclarer.")
    return BonusLine.objects.get_or_create(facility=facility, year=year)[0]


def _take_latest(line: BonusLine) -> None:
    ranks = {stage: rank for rank, stage in enumerate(Stage.values)}
    last = max(line.declarations.all(), key=lambda declaration: ranks[declaration.stage])
    line.existing_quantity = last.existing_quantity
    line.new_quantity = last.new_quantity
    line.save(update_fields=["existing_quantity", "new_quantity"])


@transaction.atomic
def save_amounts(
    convention: Convention, year: int, amounts: Mapping[Facility, Mapping[str, object]], *, by: User
) -> None:
    """Forecast, updated and notified amounts of the year, beside our estimation, never over it.

    ``amounts`` are values by field of BonusLine; ValidationError when a facility is closed.
    """
    notified = 0
    for facility, values in amounts.items():
        line = line_of(facility, year)
        for name, value in values.items():
            setattr(line, name, value)
        line.save(update_fields=list(values))
        notified += values.get("notified") is not None
    if amounts:
        counts = [counted(len(amounts), "ligne mise à jour", "lignes mises à jour")]
        counts += [counted(notified, "notification", "notifications")] * bool(notified)
        said = f"Montants du bonus territoire {year}{NBSP}: {', '.join(counts)}"
        record_year("bonus.amounts_saved", convention, year, by=by, summary=said)
        schedule_year(convention, year)


@transaction.atomic
def adopt_estimations(convention: Convention, year: int, *, by: User) -> int:
    """Take our estimation as the forecast of the lines that have none; the number of lines."""
    lines = list(lines_of(convention, year).filter(forecast=None, computed__isnull=False))
    for line in lines:
        line.forecast = line.computed
    bulk_update_with_history(lines, BonusLine, ["forecast"], batch_size=100)
    if lines:
        taken = counted(len(lines), "ligne", "lignes")
        said = f"Estimation {year} reprise en prévision{NBSP}: {taken}"
        record_year("bonus.forecast_adopted", convention, year, by=by, summary=said)
        schedule_year(convention, year)
    return len(lines)


def record_budget(action: Action, *, added: int, changed: int, removed: int, by: User) -> None:
    """The formset has written the lines; say what moved."""
    said = [
        counted(count, f"ligne {word}", f"lignes {word}s")
        for count, word in ((added, "ajoutée"), (changed, "modifiée"), (removed, "retirée"))
        if count
    ]
    if said:
        record(
            "budget.saved",
            action,
            convention=action.convention,
            by=by,
            summary=f"Budget de {action.code}{NBSP}: {', '.join(said)}",
        )
