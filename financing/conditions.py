"""What the estimation of a year leans on, read from the convention in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import QuerySet

from ctg.convention.models import Convention
from ctg.french import NBSP, number
from financing.estimate import TRAJECTORY_SINCE, Contract, Estimate, Figure, Rates, Unit, estimate
from financing.models import BonusLine, Facility, FundingAgreement, Rate


def estimations(convention: Convention, year: int) -> dict[int, Estimate]:
    """By line."""
    lines = list(lines_of(convention, year))
    known = conditions(convention, year)
    units = [
        known.unit(line.pk, line.facility, line.existing_quantity, line.new_quantity)
        for line in lines
    ]
    return estimate(units, known.rates, known.initial_places)


@dataclass(frozen=True)
class Conditions:
    """What a year’s estimation leans on, read once: agreements, rates, who is entitled."""

    contracts: Mapping[int, Contract]
    rates: Rates
    initial_places: Mapping[int, Decimal]
    signatories: set[int]
    funded: set[int]

    def unit(self, key: int, facility: Facility, existing: Decimal, new: Decimal) -> Unit:
        return Unit(
            key=key,
            kind=facility.kind,
            authority=facility.competent_authority_id,
            existing=existing,
            new=new,
            contract=self.contracts.get(facility.pk),
            is_priority=facility.in_priority_area,
            refusal=self._refusal(facility),
        )

    def _refusal(self, facility: Facility) -> str:
        if facility.pk not in self.funded:
            return "une thématique financée par la Caf"
        return self.refusal_of_authority(facility.competent_authority_id)

    def refusal_of_authority(self, authority: int) -> str:
        if authority not in self.signatories:
            return "la signature de la convention par l’autorité compétente"
        return ""


def conditions(convention: Convention, year: int) -> Conditions:
    signatures = convention.signatures.exclude(signed_on__year__gt=year)
    funded = convention.facilities.filter(themes__has_caf_funding=True)
    return Conditions(
        contracts=_contracts(convention, year),
        rates=rates_of(convention, year),
        initial_places=_initial_places(convention, year),
        signatories=set(signatures.values_list("organization", flat=True)),
        funded=set(funded.values_list("pk", flat=True)),
    )


def lines_of(convention: Convention, year: int) -> QuerySet[BonusLine]:
    return (
        BonusLine.objects.filter(facility__convention=convention, year=year)
        .select_related("facility")
        .order_by("pk")
    )


def _contracts(convention: Convention, year: int) -> dict[int, Contract]:
    """Of each facility the latest agreement that covers the year.

    What an amendment leaves blank stays as the agreement it amends says, even when it prolongs it.
    """
    so_far, found = dict[int, Contract](), dict[int, Contract]()
    begun = FundingAgreement.objects.filter(
        facility__convention=convention, starts_on__year__lte=year
    )
    for agreement in begun.order_by("starts_on", "pk"):
        before = so_far.get(agreement.facility_id) if agreement.amends_id else None
        said = _contract(agreement, before)
        so_far[agreement.facility_id] = said
        if agreement.ends_on.year >= year:
            found[agreement.facility_id] = said
    return found


def _contract(agreement: FundingAgreement, before: Contract | None) -> Contract:
    said = Contract(
        f"Convention d’objectifs et de financement {agreement.period_label}",
        agreement.contracted_quantity,
        agreement.rate,
        agreement.new_rate,
    )
    if before is None:
        return said
    blank = [name for name in ("quantity", "rate", "new_rate") if getattr(said, name) is None]
    return replace(said, **{name: getattr(before, name) for name in blank})


def rates_of(convention: Convention, year: int) -> dict[str, Figure]:
    """The convention's own rates first, then the latest national ones."""
    known = Rate.objects.known_to(convention).in_force_during(year)
    ranked = sorted(known, key=lambda rate: (rate.convention_id is not None, rate.valid_from))
    return {rate.kind: Figure(rate.amount, _source(rate)) for rate in ranked}


def _source(rate: Rate) -> str:
    label = Rate.Kind(rate.kind).label
    value = f"{label[:1].upper()}{label[1:]}{NBSP}: {number(rate.amount)}"
    return f"{value}, depuis {rate.valid_from.year} ({rate.source})"


def _initial_places(convention: Convention, year: int) -> dict[int, Decimal]:
    """Of 2023, by competent authority; a renewal looks into the convention that it follows."""
    places: dict[int, Decimal] = defaultdict(Decimal)
    if year <= TRAJECTORY_SINCE:
        return {}
    lineage = [convention]
    while followed := lineage[-1].follows:
        lineage.append(followed)
    nurseries = BonusLine.objects.filter(
        facility__convention__in=lineage,
        facility__kind=Facility.Kind.EAJE,
        year=TRAJECTORY_SINCE,
    )
    for line in nurseries.select_related("facility"):
        places[line.facility.competent_authority_id] += line.existing_quantity + line.new_quantity
    return dict(places)
