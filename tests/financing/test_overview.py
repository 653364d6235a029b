"""The sums of a year and what it lacks, before any page shows them."""

from datetime import date
from decimal import Decimal

import pytest

from ctg.french import NBSP
from financing.models import BonusLine, Facility, Instalment
from financing.overview import build_overview, facilities_of, missing
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_facility,
    make_instalment,
)


def test_sums_by_kind_count_each_line_once(convention):
    creche = make_bonus_line(make_facility(convention), forecast=50_000, notified=47_200)
    make_instalment(creche, 17_500)
    make_instalment(creche, 17_500)
    make_instalment(creche, 12_200, Instalment.Kind.BALANCE, paid_on=None)
    other = make_bonus_line(make_facility(convention), forecast=20_000, computed="19999.99")
    make_instalment(other, 7_000)
    make_instalment(other, 500, Instalment.Kind.OVERPAYMENT)
    make_bonus_line(make_facility(convention, kind=Facility.Kind.ALSH), forecast=1)
    make_bonus_line(creche.facility, 2021, forecast=9)

    rows = BonusLine.objects.filter(facility__convention=convention).totals_by_kind(2022)

    assert list(rows) == [
        {
            "kind": "alsh",
            "lines": 1,
            "notified_lines": 0,
            "total_forecast": Decimal(1),
            "total_updated": None,
            "total_computed": None,
            "total_notified": None,
            "total_paid": None,
        },
        {
            "kind": "eaje",
            "lines": 2,
            "notified_lines": 1,
            "total_forecast": Decimal(70_000),
            "total_updated": None,
            "total_computed": Decimal("19999.99"),
            "total_notified": Decimal(47_200),
            "total_paid": Decimal(41_500),
        },
    ]


def test_still_due_is_what_was_notified_less_what_was_paid(convention):
    line = make_bonus_line(make_facility(convention), notified=33_000)
    make_instalment(line, 35_000)
    unknown = make_bonus_line(line.facility, 2021)

    due = {line.year: line.still_due for line in BonusLine.objects.with_paid()}

    assert due == {2022: Decimal(-2_000), 2021: None}
    assert unknown.facility.bonus_lines.waiting_for_notification().get() == unknown


def test_overview_sums_and_says_the_gap(convention):
    convention.annual_support, convention.annual_support_year = Decimal(10_520_374), 2018
    paid = make_bonus_line(make_facility(convention), forecast=1_104_000, notified=1_081_200)
    make_instalment(paid, 1_081_200)
    make_facility(convention, kind=Facility.Kind.RPE)

    overview = build_overview(convention, 2022)

    columns = [(row[0], row[1], row[2], row[-1]) for row in (*overview.rows, overview.total.cells)]
    assert columns == [
        ("Établissement d’accueil du jeune enfant", 1, 1_104_000, -22_800),
        ("Relais petite enfance", 1, None, None),
        ("Ensemble", 2, 1_104_000, -22_800),
    ]
    assert [(figure.value, figure.compared) for figure in overview.headline] == [
        (Decimal(1_104_000), f"estimation{NBSP}: —"),
        (Decimal(1_081_200), f"1 sur 1{NBSP}ligne"),
        (Decimal(1_081_200), f"100{NBSP}% du notifié"),
        (Decimal(10_520_374), "chiffre de contrôle, base 2018"),
    ]


def test_facilities_of_a_year_are_those_open_or_with_a_line(convention):
    kept = [
        make_facility(convention, opened_on=date(2022, 12, 31)),
        make_facility(convention, closed_on=date(2022, 1, 1)),
        make_facility(convention, closed_on=date(2021, 6, 30)),
    ]
    make_bonus_line(kept[-1], 2022)
    make_facility(convention, opened_on=date(2023, 1, 1))
    make_facility(convention, closed_on=date(2021, 12, 31))

    assert set(facilities_of(convention, 2022)) == set(kept)


@pytest.mark.parametrize(
    ("slug", "lacking"),
    [
        ("ligne", {"sans ligne"}),
        ("prevision", {"à prévoir"}),
        ("estimation", {"à prévoir"}),
        ("notification", {"à prévoir", "à notifier"}),
        ("ecart", {"à expliquer"}),
        ("cof", {"sans ligne", "à expliquer", "à prévoir", "à notifier"}),
    ],
)
def test_missing_lists_the_facilities_that_lack_it(convention, slug, lacking):
    make_bonus_line(make_facility(convention, name="sans ligne"), 2021)
    make_bonus_line(make_facility(convention, name="à prévoir"))
    make_bonus_line(make_facility(convention, name="à notifier"), forecast=1, computed=1)
    make_bonus_line(
        make_facility(convention, name="à expliquer"), forecast=1, computed=1, notified=2
    )
    whole = make_facility(convention, name="complet")
    make_bonus_line(whole, forecast=1, computed=1, notified=1)
    make_agreement(whole)
    make_agreement(convention.facilities.get(name="sans ligne"), ends_on=date(2021, 12, 31))

    found = missing(convention.facilities.all(), slug, 2022)

    assert {facility.name for facility in found} == lacking
