"""Verbs of the money: the estimation of a year, from its lines, agreements and dated rates."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.french import NBSP, counted
from financing import bonus
from financing.bonus import Amount
from financing.models import BonusLine, Facility, FundingAgreement, Rate

Agreements = dict[int, FundingAgreement]
Rates = dict[str, Decimal]

BY_THE_HOUR = (Facility.Kind.ALSH, Facility.Kind.YOUTH)
TRAJECTORY_SINCE = 2023
TRAJECTORY_GROWTH = {
    Rate.Kind.TRAJECTORY_4: Decimal("0.04"),
    Rate.Kind.TRAJECTORY_8: Decimal("0.08"),
    Rate.Kind.TRAJECTORY_12: Decimal("0.12"),
}


@transaction.atomic
def compute_year(convention: Convention, year: int, *, by: User | None) -> int:
    """Write our estimation on the year's lines, the Caf's notification untouched.

    The number of lines that changed; a line that cannot be estimated loses its estimation.
    """
    amounts = estimations(convention, year)
    changed = 0
    for line in _lines(convention, year):
        amount = amounts.get(line.pk)
        value = amount.value if amount else None
        if line.computed != value:
            line.computed = value
            line.save(update_fields=["computed"])
            changed += 1
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


def estimations(convention: Convention, year: int) -> dict[int, Amount]:
    """By line; absent where an agreement or a published rate is missing.

    New EAJE places count for the lowest tranche: the thresholds of the five are not published.
    The existing-place floor is not either: the territory's average stands without floor.
    """
    lines = list(_lines(convention, year))
    agreements = _agreements(convention, year)
    rates = _rates(convention, year)
    found: dict[int, Amount] = {}
    nurseries: dict[int, list[BonusLine]] = defaultdict(list)
    for line in lines:
        agreement = agreements.get(line.facility_id)
        if line.facility.kind == Facility.Kind.EAJE:
            nurseries[line.facility.competent_authority_id].append(line)
        elif agreement and agreement.rate is not None:
            found[line.pk] = _by_agreement(line, agreement, rates)
    for authority, group in nurseries.items():
        found |= _nurseries(group, agreements, rates)
        initial = _initial_places(convention, authority) if year > TRAJECTORY_SINCE else None
        if initial:
            found = _with_trajectory(found, group, initial, rates)
    return found


def _lines(convention: Convention, year: int):
    return (
        BonusLine.objects.filter(facility__convention=convention, year=year)
        .select_related("facility")
        .order_by("pk")
    )


def _agreements(convention: Convention, year: int) -> Agreements:
    """The latest agreement of each facility among those that cover the year."""
    covering = FundingAgreement.objects.covering(year).filter(facility__convention=convention)
    return {agreement.facility_id: agreement for agreement in covering.order_by("starts_on")}


def _rates(convention: Convention, year: int) -> Rates:
    """The convention's own rates first, then the latest national ones."""
    known = Rate.objects.known_to(convention).in_force_during(year)
    ranked = sorted(known, key=lambda rate: (rate.convention_id is not None, rate.valid_from))
    return {rate.kind: rate.amount for rate in ranked}


def _by_agreement(line: BonusLine, agreement: FundingAgreement, rates: Rates) -> Amount:
    if line.facility.kind not in BY_THE_HOUR:
        return bonus.lump_sum(agreed=agreement.rate, full_time=line.existing_quantity)
    return bonus.alsh(
        actual_hours=line.existing_quantity,
        contracted_hours=agreement.contracted_quantity or Decimal(0),
        hourly_rate=agreement.rate,
        floor=rates.get(Rate.Kind.ALSH_FLOOR, Decimal(0)),
        new_hours=line.new_quantity,
        new_rate=agreement.rate,
        cap_share=rates.get(Rate.Kind.ALSH_NEW_SHARE, Decimal(0)) / 100,
    )


def _nurseries(
    lines: Iterable[BonusLine], agreements: Agreements, rates: Rates
) -> dict[int, Amount]:
    """Of one competent authority: its reference amounts smoothed over its existing places."""
    places = {line.pk: line.existing_quantity for line in lines}
    supported = sum(places.values(), Decimal(0))
    references = (_reference(agreements.get(line.facility_id)) for line in lines)
    rate = bonus.territory_rate(
        reference_total=sum(references, Decimal(0)) if supported else Decimal(0),
        supported_places=supported,
        floor=Decimal(0),
    )
    shares = bonus.smoothing(envelope=rate.envelope, places=places)
    tranche = rates.get(Rate.Kind.EAJE_NEW_LOW)
    return {
        line.pk: bonus.eaje(
            existing_places=line.existing_quantity,
            territory_rate=rate.exact,
            new_places=line.new_quantity,
            tranche_rate=tranche or Decimal(0),
            share=shares[line.pk].value,
        )
        for line in lines
        if tranche is not None or not line.new_quantity
    }


def _reference(agreement: FundingAgreement | None) -> Decimal:
    """What the agreement inherited: its places at its rate, to the cent."""
    if agreement is None or agreement.rate is None or agreement.contracted_quantity is None:
        return Decimal(0)
    amount = agreement.contracted_quantity * agreement.rate
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _initial_places(convention: Convention, authority: int) -> Decimal:
    lines = _lines(convention, TRAJECTORY_SINCE).filter(
        facility__kind=Facility.Kind.EAJE, facility__competent_authority=authority
    )
    return sum((line.existing_quantity + line.new_quantity for line in lines), Decimal(0))


def _with_trajectory(
    found: dict[int, Amount], lines: Iterable[BonusLine], initial: Decimal, rates: Rates
) -> dict[int, Amount]:
    """The authority's trajectory bonus, shared among its nurseries by their places."""
    places = {line.pk: line.existing_quantity + line.new_quantity for line in lines}
    thresholds = [
        bonus.Threshold(growth, rates[kind])
        for kind, growth in TRAJECTORY_GROWTH.items()
        if kind in rates
    ]
    total = bonus.trajectory(
        initial_places=initial, places=sum(places.values()), thresholds=thresholds
    )
    if not total.value:
        return found
    shares = bonus.smoothing(envelope=total.value, places=places)
    added = {
        pk: Amount(found[pk].value + share.value, f"{found[pk].working}{NBSP}; {share.working}")
        for pk, share in shares.items()
        if pk in found
    }
    return found | added
