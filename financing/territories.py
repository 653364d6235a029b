"""The territories of competence of a year: how each authority’s envelope is shared."""

from dataclasses import dataclass
from decimal import Decimal

from ctg.convention.models import Convention, Organization
from financing.conditions import conditions, lines_of
from financing.estimate import TRAJECTORY_SINCE, Rates, Territory, territories
from financing.models import Facility, Rate


@dataclass(frozen=True)
class Share:
    """``gap`` is what the smoothing brings to the facility, or takes from it."""

    facility: Facility
    existing: Decimal
    new: Decimal
    reference: Decimal
    amount: Decimal

    @property
    def gap(self) -> Decimal:
        return self.amount - self.reference


@dataclass(frozen=True)
class Card:
    authority: Organization
    shares: list[Share]
    working: str
    envelope: Decimal
    places: Decimal
    places_before: Decimal | None

    @property
    def total(self) -> Share:
        existing, new, reference, amount = (
            sum((getattr(share, name) for share in self.shares), Decimal(0))
            for name in ("existing", "new", "reference", "amount")
        )
        return Share(self.shares[0].facility, existing, new, reference, amount)

    @property
    def growth(self) -> Decimal | None:
        """Percent of places since the year that the trajectory bonus starts from."""
        before = self.places_before
        return 100 * (self.places - before) / before if before else None


@dataclass(frozen=True)
class Smoothing:
    cards: list[Card]
    rates: Rates
    since: int = TRAJECTORY_SINCE

    @property
    def has_floor(self) -> bool:
        return Rate.Kind.EAJE_FLOOR in self.rates


def build_smoothing(convention: Convention, year: int) -> Smoothing:
    """In a fixed number of queries; a facility that gets no bonus is not of its territory."""
    known = conditions(convention, year)
    lines = lines_of(convention, year).select_related("facility__competent_authority")
    facilities = {line.pk: line.facility for line in lines}
    units = [
        known.unit(line.pk, line.facility, line.existing_quantity, line.new_quantity)
        for line in lines
    ]
    cards = [
        _card(territory, facilities, known.initial_places.get(territory.authority))
        for territory in territories(units, known.rates)
    ]
    return Smoothing(sorted(cards, key=lambda card: card.authority.name), known.rates)


def _card(territory: Territory, facilities: dict[int, Facility], before: Decimal | None) -> Card:
    shares = [
        Share(
            facility=facilities[unit.key],
            existing=unit.existing,
            new=unit.new,
            reference=unit.reference,
            amount=territory.shares[unit.key].value,
        )
        for unit in territory.units
    ]
    return Card(
        authority=facilities[territory.units[0].key].competent_authority,
        shares=sorted(shares, key=lambda share: share.facility.name),
        working=territory.rate.working,
        envelope=territory.rate.envelope,
        places=territory.places,
        places_before=before,
    )
