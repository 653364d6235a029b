from datetime import date
from decimal import Decimal

import pytest

from ctg.convention.models import JournalEntry
from ctg.management.commands.load_rates import load_rates
from financing.computing import compute_year
from financing.conditions import estimations
from financing.models import BonusLine, Facility, Rate, Stage
from financing.services import Quantities, declare
from tests.factories.ctg import make_convention, make_organization
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_funded_facility,
    make_rate,
)

pytestmark = pytest.mark.django_db


def make_line(convention, existing, reference=None, *, new=0, year=2022, **facility):
    """``reference`` is the rate per unit of the agreement; none without it."""
    made = make_funded_facility(convention, **facility)
    if reference is not None:
        make_agreement(made, contracted_quantity=existing, rate=Decimal(reference))
    return make_bonus_line(made, year, existing_quantity=existing, new_quantity=new)


def values(convention, year=2022):
    found = estimations(convention, year)
    return [found[pk].amount.value for pk in sorted(found) if found[pk].amount]


def test_existing_places_share_the_envelope_of_their_authority(convention):
    make_line(convention, 40, "1500")
    make_line(convention, 25, "2200")
    make_line(convention, 20)

    assert values(convention) == [
        Decimal("54117.65"),
        Decimal("33823.53"),
        Decimal("27058.82"),
    ]


def test_each_authority_has_its_own_envelope(convention):
    make_line(convention, 10, "1000")
    make_line(convention, 10, "2000", competent_authority=make_organization())

    assert values(convention) == [Decimal("10000.00"), Decimal("20000.00")]


def test_new_places_take_the_lowest_published_tranche_of_their_year(convention):
    load_rates()
    make_line(convention, 0, "0", new=20, year=2020)
    make_line(convention, 0, "0", new=20, year=2021)

    assert values(convention, 2020) == [Decimal("42000.00")]
    assert values(convention, 2021) == [Decimal("52000.00")]


def test_an_own_rate_of_the_convention_prevails(convention):
    load_rates()
    own = {"valid_from": date(2019, 1, 1), "amount": 3000}
    make_rate(Rate.Kind.EAJE_NEW_LOW, convention, **own)
    make_rate(Rate.Kind.EAJE_NEW_LOW, make_convention("voisine"), **own | {"amount": 9})
    make_line(convention, 0, "0", new=10)

    assert values(convention) == [Decimal("30000.00")]


def test_new_places_without_published_rate_are_not_estimated(convention):
    make_line(convention, 10, "1000")
    make_line(convention, 10, "1000", new=2)

    assert values(convention) == [Decimal("10000.00")]


def test_hours_are_paid_at_the_floor_within_the_contract(convention):
    load_rates()
    line = make_line(convention, 100_000, "0.09", new=40_000, kind=Facility.Kind.ALSH)

    assert values(convention) == [Decimal("15000.00")]
    BonusLine.objects.filter(pk=line.pk).update(existing_quantity=120_000)
    assert values(convention) == [Decimal("15000.00")]


def test_new_hours_count_up_to_their_share_from_2023(convention):
    load_rates()
    make_line(convention, 100_000, "0.15", new=40_000, year=2023, kind=Facility.Kind.ALSH)

    assert values(convention, 2023) == [Decimal("18750.00")]


def test_hours_and_lump_sums_without_rates_follow_their_agreement(convention):
    make_line(convention, 1000, "0.30", kind=Facility.Kind.YOUTH)
    make_line(convention, Decimal("1.5"), "21500", kind=Facility.Kind.RPE)
    make_line(convention, 1, kind=Facility.Kind.LAEP)

    assert values(convention) == [Decimal("300.00"), Decimal("32250.00")]


@pytest.mark.parametrize(
    ("places", "trajectory"), [(311, 0), (312, 31_200), (324, 64_800), (336, 100_800)]
)
def test_trajectory_pays_every_place_by_the_growth_since_2023(convention, places, trajectory):
    load_rates()
    facility = make_line(convention, 200, "0", year=2023).facility
    other = make_line(convention, 100, "0", year=2023).facility
    for nursery in (facility, other):
        nursery.agreements.update(ends_on=date(2027, 12, 31))
    make_bonus_line(facility, 2026, existing_quantity=200)
    make_bonus_line(other, 2026, existing_quantity=places - 200)

    assert sum(values(convention, 2026)) == trajectory


def test_trajectory_adds_its_working_to_that_of_the_places(convention):
    load_rates()
    nursery = make_line(convention, 100, "0", year=2023).facility
    make_bonus_line(nursery, 2026, existing_quantity=112)

    amount = estimations(convention, 2026)[nursery.bonus_lines.get(year=2026).pk].amount

    assert amount.value == Decimal("33600.00")
    assert "112 places" in amount.working
    assert amount.working.count("\u00a0; ") == 1


def test_growth_is_counted_from_the_convention_before(convention):
    load_rates()
    make_line(convention, 100, "0", year=2023)
    renewal = make_convention("suite", follows=convention)
    nursery = make_funded_facility(renewal, competent_authority=convention.epci)
    make_bonus_line(nursery, 2026, existing_quantity=112)

    assert values(renewal, 2026) == [Decimal("33600.00")]


def test_activity_of_2023_declared_late_moves_the_growth_since(convention, cast):
    load_rates()
    make_rate(Rate.Kind.TRAJECTORY_4, convention, valid_from=date(2024, 1, 1), amount=100)
    nursery = make_line(convention, 100, "0", year=2023).facility
    later = make_bonus_line(nursery, 2024, existing_quantity=104)

    declare(
        convention, 2023, Stage.ACTUAL, {nursery: Quantities(Decimal(100), Decimal(0))}, by=None
    )
    later.refresh_from_db()
    assert later.computed == Decimal("10400.00")

    declare(
        convention, 2023, Stage.ACTUAL, {nursery: Quantities(Decimal(102), Decimal(0))}, by=None
    )
    later.refresh_from_db()
    assert later.computed == 0


def test_the_floor_of_existing_places_counts_once_it_is_given(convention):
    make_line(convention, 40, "1500")
    make_line(convention, 25, "2200")
    small = make_line(convention, 20)
    assert (
        estimations(convention, 2022)[small.pk]
        .basis[0]
        .endswith("(plancher non publié, non appliqué)")
    )

    make_rate(Rate.Kind.EAJE_FLOOR, convention, valid_from=date(2020, 1, 1), amount=1500)

    assert values(convention) == [Decimal("60000.00"), Decimal("37500.00"), Decimal("30000.00")]
    territory, floor = estimations(convention, 2022)[small.pk].basis
    assert "relevé au plancher de 1\u202f500,00" in territory
    assert "(Circulaire d’essai)" in floor


@pytest.mark.parametrize(
    ("agreed", "posts", "amount"),
    [(None, 0, "8000.00"), (None, "0.5", "4000.00"), (1, 0, "0.00"), (1, "0.5", "4000.00")],
)
def test_a_lump_sum_without_posts_counts_once(convention, agreed, posts, amount):
    place = make_funded_facility(convention, kind=Facility.Kind.LAEP)
    make_agreement(place, contracted_quantity=agreed, rate=8000)
    make_bonus_line(place, existing_quantity=Decimal(posts))

    assert values(convention) == [Decimal(amount)]


def test_what_an_amendment_leaves_blank_stays(convention):
    line = make_line(convention, 40, "1500")
    first = line.facility.agreements.get()
    first.ends_on = date(2021, 12, 31)
    first.save()
    make_agreement(line.facility, amends=first, starts_on=date(2021, 6, 1), rate=2000)
    assert values(convention) == [Decimal("80000.00")]

    make_agreement(line.facility, starts_on=date(2022, 1, 1))
    assert values(convention) == [Decimal("0.00")]


def test_compute_year_writes_estimations_beside_the_notification(convention, cast):
    line = make_line(convention, 40, "1500")
    unknown = make_line(convention, 1, kind=Facility.Kind.LAEP)
    BonusLine.objects.filter(pk=line.pk).update(notified=1, notified_on=date(2023, 6, 1))
    BonusLine.objects.filter(pk=unknown.pk).update(computed=5)
    elsewhere = make_line(make_convention("voisine"), 40, "1500")

    assert compute_year(convention, 2022, by=cast["camille"]) == 2

    for row in (line, unknown, elsewhere):
        row.refresh_from_db()
    assert (line.computed, line.notified) == (Decimal("60000.00"), 1)
    assert unknown.lacking.startswith("le montant unitaire")
    assert (unknown.computed, elsewhere.computed) == (None, None)
    entry = JournalEntry.objects.get()
    assert entry.summary == (
        "Estimation du bonus territoire 2022\u00a0: 2\u00a0lignes mises à jour"
    )
    assert (entry.by, entry.target, entry.data) == (cast["camille"], convention, {"year": 2022})


def test_compute_year_again_changes_nothing(convention, cast):
    make_line(convention, 40, "1500")
    compute_year(convention, 2022, by=cast["camille"])

    assert compute_year(convention, 2022, by=cast["camille"]) == 0
    assert JournalEntry.objects.count() == 1
    assert BonusLine.history.count() == 2
