"""What if: the same estimation on other quantities, openings and rates; no real line is touched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.french import NBSP, counted, number
from financing.conditions import Conditions, conditions
from financing.estimate import BY_THE_HOUR, Contract, Estimate, Figure, Rates, Unit, estimate
from financing.models import BonusLine, Facility, Rate, Scenario, ScenarioLine, Stage
from financing.payments import schedule_year
from financing.services import Quantities, declare, line_of

ASSUMED = "Hypothèse de la simulation"
CENTS = Decimal("0.01")


@dataclass(frozen=True)
class Basis:
    """The year as it stands, read once for all the scenarios that start from it."""

    year: int
    facilities: Mapping[int, Facility]
    quantities: Mapping[int, Quantities]
    known: Conditions

    @property
    def units(self) -> dict[int, Unit]:
        return {
            pk: self.known.unit(pk, self.facilities[pk], said.existing, said.new)
            for pk, said in self.quantities.items()
        }


@dataclass(frozen=True)
class Row:
    label: str
    kind: str
    before: Estimate
    after: Estimate
    assumption: str = ""
    facility: Facility | None = None

    @property
    def amounts(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """Before, after and the difference, which is None when neither is known."""
        before, after = _value(self.before), _value(self.after)
        known = before is not None or after is not None
        return before, after, (after or Decimal(0)) - (before or Decimal(0)) if known else None

    @property
    def moves(self) -> bool:
        return bool(self.assumption or self.amounts[2])


def basis(convention: Convention, year: int) -> Basis:
    """Quantities of the year or, for a facility without line yet, of the latest year before."""
    facilities = {one.pk: one for one in convention.facilities.open_in(year)}
    lines = BonusLine.objects.filter(facility__in=facilities, year__lte=year).order_by("year")
    quantities = {
        line.facility_id: Quantities(line.existing_quantity, line.new_quantity) for line in lines
    }
    return Basis(year, facilities, quantities, conditions(convention, year))


def simulate(scenario: Scenario, start: Basis) -> list[Row]:
    """Every facility of the year beside what the scenario makes of it."""
    units = start.units
    before = estimate(units.values(), start.known.rates, start.known.initial_places)
    changed, notes, names = dict(units), {}, {}
    for line in scenario.lines.all():
        unit, note = _assumed(line, start)
        changed[unit.key], notes[unit.key] = unit, note
        names[unit.key] = line.name
    rates = _rates(scenario, start.known.rates)
    after = estimate(changed.values(), rates, start.known.initial_places)
    rows = [
        Row(
            label=start.facilities[key].name if key in start.facilities else names[key],
            kind=unit.kind,
            before=before.get(key, Estimate()),
            after=after[key],
            assumption=notes.get(key, ""),
            facility=start.facilities.get(key),
        )
        for key, unit in changed.items()
    ]
    ranks = {kind: rank for rank, kind in enumerate(Facility.Kind.values)}
    return sorted(rows, key=lambda row: (ranks[row.kind], row.label))


def _assumed(line: ScenarioLine, start: Basis) -> tuple[Unit, str]:
    """The unit that the scenario supposes, and in words what it supposes."""
    months = months_open(line.opens_on, start.year)
    existing, new = (_prorated(q, months) for q in (line.existing_quantity, line.new_quantity))
    note = _prorata(line, months) if months < 12 else ""
    facility = start.facilities.get(line.facility_id or 0)
    if facility is not None:
        unit = start.known.unit(facility.pk, facility, existing, new)
        return replace(unit, contract=_contract(line, unit)), note or "Quantités supposées"
    authority = line.competent_authority_id or 0
    unit = Unit(
        key=-line.pk,
        kind=line.kind,
        authority=authority,
        existing=existing,
        new=new,
        refusal=start.known.refusal_of_authority(authority),
    )
    return replace(unit, contract=_contract(line, unit)), note or "Équipement à créer"


def _prorata(line: ScenarioLine, months: int) -> str:
    """« 12 places, 4 mois sur 12 »: the working tells only what they make together."""
    total = number(line.existing_quantity + line.new_quantity)
    unit = (line.facility or Facility(kind=line.kind)).unit
    return f"{total} {unit}, {months} mois sur 12" if months else "Ouvre après l’année"


def months_open(opens_on: date | None, year: int) -> int:
    """The month of the opening counts: in September, four."""
    if opens_on is None or opens_on.year < year:
        return 12
    return 13 - opens_on.month if opens_on.year == year else 0


def _prorated(quantity: Decimal, months: int) -> Decimal:
    return (quantity * months / 12).quantize(CENTS, ROUND_HALF_UP)


def _contract(line: ScenarioLine, unit: Unit) -> Contract | None:
    """The supposed unit amount: of the new places for a nursery, of everything elsewhere."""
    if line.rate is None:
        return unit.contract
    known = unit.contract or Contract(ASSUMED, quantity=unit.existing)
    if unit.kind == Facility.Kind.EAJE:
        return replace(known, label=ASSUMED, new_rate=line.rate)
    new_rate = line.rate if unit.kind in BY_THE_HOUR else known.new_rate
    return replace(known, label=ASSUMED, rate=line.rate, new_rate=new_rate)


def _rates(scenario: Scenario, real: Rates) -> dict[str, Figure]:
    assumed = {
        rate.kind: Figure(rate.amount, f"{ASSUMED}{NBSP}: {Rate.Kind(rate.kind).label}")
        for rate in scenario.rates.all()
    }
    return {**real, **assumed}


def _value(one: Estimate) -> Decimal | None:
    return one.amount.value if one.amount else None


def totals(rows: Iterable[Row]) -> tuple[Decimal, Decimal, Decimal]:
    """Before, after, difference; what is not known counts for nothing."""
    sums = [sum((row.amounts[i] or Decimal(0) for row in rows), Decimal(0)) for i in (0, 1)]
    return sums[0], sums[1], sums[1] - sums[0]


def record_scenario(scenario: Scenario, word: str, *, by: User) -> None:
    """« créée », « modifiée », « archivée »."""
    record(
        "scenario.saved",
        scenario,
        convention=scenario.convention,
        by=by,
        summary=f"Simulation {word}{NBSP}: {scenario.title} ({scenario.year})",
    )


@transaction.atomic
def archive(scenario: Scenario, *, by: User) -> None:
    scenario.archived_at = timezone.now()
    scenario.save(update_fields=["archived_at"])
    record_scenario(scenario, "archivée", by=by)


@transaction.atomic
def adopt(scenario: Scenario, *, by: User) -> int:
    """Make the simulated amounts the year’s forecast; the number of lines.

    A line already notified keeps its forecast; what has no facility yet is left out.
    ValidationError when nothing can be taken.
    """
    start = basis(scenario.convention, scenario.year)
    rows = [row for row in simulate(scenario, start) if row.facility and row.after.amount]
    notified = set(
        BonusLine.objects.filter(facility__convention=scenario.convention, year=scenario.year)
        .exclude(notified=None)
        .values_list("facility", flat=True)
    )
    taken = [row for row in rows if row.facility and row.facility.pk not in notified]
    if not taken:
        raise ValidationError("Rien à reprendre : aucune ligne calculée, ou toutes notifiées.")
    _declare_changes(scenario, start, taken, by)
    for row in taken:
        if row.facility and row.after.amount:
            line = line_of(row.facility, scenario.year)
            line.forecast = row.after.amount.value
            line.save(update_fields=["forecast"])
    scenario.adopted_at = timezone.now()
    scenario.save(update_fields=["adopted_at"])
    lines = counted(len(taken), "ligne", "lignes")
    said = f"Simulation reprise en prévision {scenario.year}{NBSP}: {scenario.title}, {lines}"
    record(
        "scenario.adopted",
        scenario,
        convention=scenario.convention,
        by=by,
        summary=said,
        year=scenario.year,
    )
    schedule_year(scenario.convention, scenario.year)
    return len(taken)


def _declare_changes(scenario: Scenario, start: Basis, taken: list[Row], by: User) -> None:
    """The supposed quantities, and those a facility brings from the year before."""
    assumed = {
        line.facility_id: _assumed(line, start)[0] for line in scenario.lines.exclude(facility=None)
    }
    without = Q(facility__in=[row.facility for row in taken], year=scenario.year)
    known = set(BonusLine.objects.filter(without).values_list("facility", flat=True))
    quantities = {}
    for row in taken:
        if row.facility and row.facility.pk in assumed:
            unit = assumed[row.facility.pk]
            quantities[row.facility] = Quantities(unit.existing, unit.new)
        elif row.facility and row.facility.pk not in known:
            quantities[row.facility] = start.quantities[row.facility.pk]
    declare(scenario.convention, scenario.year, Stage.FORECAST, quantities, by=by)
