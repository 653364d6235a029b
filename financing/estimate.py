"""The estimation of one year: pure, from quantities, agreements and dated rates to euros.

The Caf’s real lines and a simulation’s lines take the same path.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ctg.french import NBSP
from financing import bonus
from financing.bonus import Amount, TerritoryRate
from financing.models import Facility, Rate

BY_THE_HOUR = (Facility.Kind.ALSH, Facility.Kind.YOUTH)
TRAJECTORY_SINCE = 2023
TRAJECTORY_GROWTH = {
    Rate.Kind.TRAJECTORY_4: Decimal("0.04"),
    Rate.Kind.TRAJECTORY_8: Decimal("0.08"),
    Rate.Kind.TRAJECTORY_12: Decimal("0.12"),
}
NO_UNIT_AMOUNT = "le montant unitaire de la convention d’objectifs et de financement"


@dataclass(frozen=True)
class Contract:
    """What the agreement in force says; ``label`` names it."""

    label: str
    quantity: Decimal | None = None
    rate: Decimal | None = None
    new_rate: Decimal | None = None

    @property
    def reference(self) -> Decimal:
        """What a nursery’s agreement inherited: its places at its rate, to the cent."""
        if self.rate is None or self.quantity is None:
            return Decimal(0)
        return (self.quantity * self.rate).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Figure:
    """A rate and where it comes from."""

    amount: Decimal
    source: str


Rates = Mapping[str, Figure]


@dataclass(frozen=True)
class Unit:
    """What one facility does in the year; ``refusal`` says why it gets no bonus."""

    key: int
    kind: str
    authority: int
    existing: Decimal
    new: Decimal
    contract: Contract | None = None
    is_priority: bool = False
    refusal: str = ""

    @property
    def places(self) -> Decimal:
        return self.existing + self.new

    @property
    def reference(self) -> Decimal:
        return self.contract.reference if self.contract else Decimal(0)


@dataclass(frozen=True)
class Estimate:
    """An amount and what it rests on, or what lacks to reach it."""

    amount: Amount | None = None
    basis: tuple[str, ...] = ()
    lacking: str = ""


@dataclass(frozen=True)
class Territory:
    """The nurseries of one competent authority: their reference amounts smoothed over them all."""

    authority: int
    units: tuple[Unit, ...]
    rate: TerritoryRate
    shares: Mapping[int, Amount]

    @property
    def places(self) -> Decimal:
        return sum((unit.places for unit in self.units), Decimal(0))


def estimate(
    units: Iterable[Unit], rates: Rates, initial_places: Mapping[int, Decimal]
) -> dict[int, Estimate]:
    """By key. ``initial_places`` of each authority in 2023, empty before the trajectory bonus."""
    units = list(units)
    found = {unit.key: Estimate(lacking=unit.refusal) for unit in units if unit.refusal}
    for unit in units:
        if not unit.refusal and unit.kind != Facility.Kind.EAJE:
            found[unit.key] = _by_agreement(unit, rates)
    for territory in territories(units, rates):
        found |= {unit.key: _nursery(unit, territory, rates) for unit in territory.units}
        if initial := initial_places.get(territory.authority):
            found |= _with_trajectory(found, territory, initial, rates)
    return found


def territories(units: Iterable[Unit], rates: Rates) -> list[Territory]:
    """The existing-place floor is not published: it counts when the convention gives its own."""
    nurseries: dict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.kind == Facility.Kind.EAJE and not unit.refusal:
            nurseries[unit.authority].append(unit)
    floor = rates.get(Rate.Kind.EAJE_FLOOR)
    return [
        _territory(authority, group, floor.amount if floor else Decimal(0))
        for authority, group in nurseries.items()
    ]


def _territory(authority: int, units: list[Unit], floor: Decimal) -> Territory:
    places = {unit.key: unit.existing for unit in units}
    supported = sum(places.values(), Decimal(0))
    references = [unit.reference for unit in units] if supported else []
    rate = bonus.territory_rate(
        reference_total=sum(references, Decimal(0)), supported_places=supported, floor=floor
    )
    shares = bonus.smoothing(envelope=rate.envelope, places=places)
    return Territory(authority, tuple(units), rate, shares)


def _by_agreement(unit: Unit, rates: Rates) -> Estimate:
    """A lump sum counts once where neither the agreement nor the activity tells posts."""
    contract = unit.contract
    if contract is None or contract.rate is None:
        return Estimate(lacking=NO_UNIT_AMOUNT)
    if unit.kind in BY_THE_HOUR:
        return _hours(unit, contract, rates)
    is_whole = contract.quantity is None and not unit.existing
    amount = bonus.lump_sum(agreed=contract.rate, full_time=None if is_whole else unit.existing)
    return Estimate(amount, (contract.label,))


def _hours(unit: Unit, contract: Contract, rates: Rates) -> Estimate:
    """Before a floor was published there is none."""
    floor, share = rates.get(Rate.Kind.ALSH_FLOOR), rates.get(Rate.Kind.ALSH_NEW_SHARE)
    if contract.quantity is None:
        return Estimate(lacking="les heures contractualisées de la convention")
    if unit.new and share is None:
        return Estimate(lacking=_absent(Rate.Kind.ALSH_NEW_SHARE))
    rate = contract.rate or Decimal(0)
    amount = bonus.alsh(
        actual_hours=unit.existing,
        contracted_hours=contract.quantity,
        hourly_rate=rate,
        floor=floor.amount if floor else Decimal(0),
        new_hours=unit.new,
        new_rate=rate if contract.new_rate is None else contract.new_rate,
        cap_share=share.amount / 100 if share else Decimal(0),
    )
    used = [floor.source] if floor else []
    used += [share.source] if share and unit.new else []
    return Estimate(amount, (contract.label, *used))


def _nursery(unit: Unit, territory: Territory, rates: Rates) -> Estimate:
    tranche = _tranche(unit, rates)
    if unit.new and tranche is None:
        return Estimate(lacking=_absent(_tranche_kind(unit)))
    amount = bonus.eaje(
        existing_places=unit.existing,
        territory_rate=territory.rate.exact,
        new_places=unit.new,
        tranche_rate=tranche.amount if tranche else Decimal(0),
        share=territory.shares[unit.key].value,
    )
    used = _territory_basis(territory, rates) if unit.existing else ()
    return Estimate(amount, (*used, tranche.source) if unit.new and tranche else used)


def _territory_basis(territory: Territory, rates: Rates) -> tuple[str, ...]:
    said = f"Tarif du territoire{NBSP}: {territory.rate.working}"
    floor = rates.get(Rate.Kind.EAJE_FLOOR)
    return (said, floor.source) if floor else (f"{said} (plancher non publié, non appliqué)",)


def _tranche_kind(unit: Unit) -> Rate.Kind:
    """The thresholds of the five tranches are not published: the lowest, unless in priority."""
    return Rate.Kind.EAJE_NEW_TOP if unit.is_priority else Rate.Kind.EAJE_NEW_LOW


def _tranche(unit: Unit, rates: Rates) -> Figure | None:
    contract = unit.contract
    if contract is not None and contract.new_rate is not None:
        return Figure(contract.new_rate, contract.label)
    return rates.get(_tranche_kind(unit))


def _with_trajectory(
    found: Mapping[int, Estimate], territory: Territory, initial: Decimal, rates: Rates
) -> dict[int, Estimate]:
    """The authority’s trajectory bonus, shared among its nurseries by their places."""
    places = {unit.key: unit.places for unit in territory.units}
    known = [(kind, growth) for kind, growth in TRAJECTORY_GROWTH.items() if kind in rates]
    total = bonus.trajectory(
        initial_places=initial,
        places=territory.places,
        thresholds=[bonus.Threshold(growth, rates[kind].amount) for kind, growth in known],
    )
    if not total.value:
        return {}
    shares = bonus.smoothing(envelope=total.value, places=places)
    source = rates[known[0][0]].source
    return {
        key: Estimate(_sum(amount, shares[key]), (*found[key].basis, source))
        for key in places
        if (amount := found[key].amount)
    }


def _sum(one: Amount, other: Amount) -> Amount:
    return Amount(one.value + other.value, f"{one.working}{NBSP}; {other.working}")


def _absent(kind: Rate.Kind) -> str:
    return f"le barème «{NBSP}{kind.label}{NBSP}» de l’année"
