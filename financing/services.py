"""Verbs of the money: facilities, agreements, declarations, notifications, estimations."""

from collections.abc import Iterable, Mapping
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
from ctg.convention.models import Convention, Theme
from ctg.french import NBSP, counted, number
from financing.conditions import estimations, lines_of
from financing.estimate import Estimate
from financing.models import BonusLine, Declaration, Facility, FundingAgreement, Rate, Stage
from financing.payments import schedule_year

ESTIMATED = ("computed", "working", "basis", "lacking")


# Estimation


@transaction.atomic
def compute_year(convention: Convention, year: int, *, by: User | None) -> int:
    """Write our estimation on the year's lines, the Caf's notification untouched.

    The number of lines that changed; a line that cannot be estimated loses its estimation and
    says what it lacks.
    """
    changed = refresh_estimations(convention, year)
    if changed:
        record(
            "bonus.computed",
            convention,
            convention=convention,
            by=by,
            summary=f"Estimation du bonus territoire {year}{NBSP}: "
            + counted(changed, "ligne mise à jour", "lignes mises à jour"),
            year=year,
        )
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


def _written(one: Estimate) -> dict[str, object]:
    return {
        "computed": one.amount.value if one.amount else None,
        "working": one.amount.working if one.amount else "",
        "basis": "\n".join(one.basis),
        "lacking": one.lacking,
    }


# Facilities and agreements


@transaction.atomic
def save_facility(
    facility: Facility, *, themes: Iterable[Theme], actions: Iterable[Action], by: User
) -> None:
    created = facility.pk is None
    write_facility(facility, themes=themes, actions=actions)
    said = "Équipement ajouté" if created else "Équipement modifié"
    _record_facility("facility.saved", facility, by, f"{said}{NBSP}: {facility.name}")
    refresh_all(facility.convention, facility.convention.years)


def write_facility(
    facility: Facility, *, themes: Iterable[Theme], actions: Iterable[Action]
) -> None:
    """A manager named for the first time joins the territory’s organisations."""
    if facility.manager.pk is None:
        facility.manager.save()
        facility.convention.organizations.add(facility.manager)
    facility.manager = facility.manager
    facility.save()
    facility.themes.set(themes)
    facility.actions.set(actions)


@transaction.atomic
def save_agreement(agreement: FundingAgreement, *, by: User) -> None:
    """A convention d’objectifs et de financement, or its amendment."""
    facility = agreement.facility
    agreement.save()
    _record_facility(
        "agreement.saved",
        facility,
        by,
        f"Convention de financement {agreement.period_label}{NBSP}: {facility.name}",
    )
    refresh_all(facility.convention, range(agreement.starts_on.year, agreement.ends_on.year + 1))


@transaction.atomic
def save_rate(rate: Rate, *, by: User) -> None:
    """One of the convention’s own rates; every year with lines is estimated again."""
    convention = rate.convention
    if convention is None:
        raise ValidationError("Un barème national ne se change pas depuis une convention.")
    rate.save()
    label = Rate.Kind(rate.kind).label
    record(
        "rate.saved",
        rate,
        convention=convention,
        by=by,
        summary=f"Barème enregistré{NBSP}: {label}, {number(rate.amount)}",
    )
    refresh_all(convention, convention.years)


def _record_facility(verb: str, facility: Facility, by: User, summary: str) -> None:
    record(verb, facility, convention=facility.convention, by=by, summary=summary)


# The lines of a year


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
        record(
            "activity.declared",
            convention,
            convention=convention,
            by=by,
            summary=f"Activité {year} ({Stage(stage).label}) déclarée{NBSP}: "
            + counted(len(quantities), "équipement", "équipements"),
            year=year,
            stage=stage,
        )
        refresh_estimations(convention, year)


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
        record(
            "bonus.amounts_saved",
            convention,
            convention=convention,
            by=by,
            summary=f"Montants du bonus territoire {year}{NBSP}: {', '.join(counts)}",
            year=year,
        )
        schedule_year(convention, year)


@transaction.atomic
def adopt_estimations(convention: Convention, year: int, *, by: User) -> int:
    """Take our estimation as the forecast of the lines that have none; the number of lines."""
    lines = list(lines_of(convention, year).filter(forecast=None, computed__isnull=False))
    for line in lines:
        line.forecast = line.computed
    bulk_update_with_history(lines, BonusLine, ["forecast"], batch_size=100)
    if lines:
        record(
            "bonus.forecast_adopted",
            convention,
            convention=convention,
            by=by,
            summary=f"Estimation {year} reprise en prévision{NBSP}: "
            + counted(len(lines), "ligne", "lignes"),
            year=year,
        )
        schedule_year(convention, year)
    return len(lines)


# Budgets of the actions


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
