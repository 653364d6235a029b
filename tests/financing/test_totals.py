"""Sums by manager, commune, theme and year; what managers see; what is downloaded."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from ctg.french import NBSP
from financing.models import Facility, Instalment
from financing.overview import Amounts
from financing.totals import compare_years, coverage, rows_by, tiles
from tests.factories.ctg import make_commune, make_organization, make_theme
from tests.factories.financing import (
    make_bonus_line,
    make_calendar_date,
    make_facility,
    make_instalment,
)

D = Decimal


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("gestionnaire", [("Les Lucioles", 1, 300), ("Sicoval", 2, 150)]),
        ("commune", [("Auzielle", 1, 50), ("Labège", 2, 400)]),
        (
            "thematique",
            [("Enfance", 1, 300), ("Petite enfance", 2, 400), ("Sans thématique", 1, 50)],
        ),
    ],
)
def test_totals_by_manager_commune_and_theme(convention, labege, slug, expected):
    childhood, early = make_theme(convention, "Enfance"), make_theme(convention, "Petite enfance")
    lucioles = make_organization("Les Lucioles")
    rows = (
        (make_facility(convention, commune=labege, themes=[early]), 100),
        (make_facility(convention, commune=make_commune("Auzielle", convention)), 50),
        (
            make_facility(convention, commune=labege, manager=lucioles, themes=[childhood, early]),
            300,
        ),
    )
    for facility, forecast in rows:
        make_bonus_line(facility, forecast=forecast)
        make_bonus_line(facility, 2021, forecast=9)

    found = rows_by(convention, 2022, slug)

    assert sorted((row.label, row.lines, row.amounts.forecast) for row in found) == expected


def test_years_are_compared_by_kind_and_in_all(convention):
    creche, relay = make_facility(convention), make_facility(convention, kind=Facility.Kind.RPE)
    make_bonus_line(creche, 2020, notified=100)
    make_bonus_line(creche, 2021, notified=130)
    make_bonus_line(relay, 2021, notified=20)

    comparison = compare_years(convention, "notifie")

    assert comparison.years == [2020, 2021]
    assert comparison.rows == [
        ("Établissement d’accueil du jeune enfant", 100, 130, 30),
        ("Relais petite enfance", None, 20, None),
    ]
    assert comparison.footer == ("Ensemble", 100, 150, 50)


def test_the_map_says_euros_per_inhabitant_of_what_is_best_known(convention):
    place = {"latitude": D("43.5"), "longitude": D("1.5")}
    there = make_commune("Auzielle", convention, population=100, **place)
    make_commune("Vide", convention, population=50, latitude=D("43.6"), longitude=D("1.6"))
    make_bonus_line(make_facility(convention, commune=there), notified=500, computed=900)
    make_bonus_line(make_facility(convention, commune=there), computed=700, forecast=1)

    values = {tile["name"]: tile["value"] for tile in tiles(convention, 2022)}

    assert values == {"Auzielle": 12, "Vide": None}


def test_coverage_compares_with_the_control_figure(convention):
    amounts = Amounts(None, None, D(1_052_037), None, None)
    assert coverage(convention, amounts) == ""
    convention.annual_support, convention.annual_support_year = D(10_520_374), 2018

    said = coverage(convention, amounts)

    assert f"1\u202f052\u202f037{NBSP}€ estimés, couvrent 10{NBSP}%" in said
    assert "base 2018" in said


def test_the_overview_draws_bars_and_totals_by_choice(camille, convention, url):
    line = make_bonus_line(make_facility(convention), forecast=1000, notified=500)
    make_instalment(line, 250)

    answer = camille.get(url("financing:overview"), {"annee": 2022, "par": "commune"})

    (group,) = answer.context["bars"]
    assert [(bar.label, bar.share) for bar in group.bars] == [
        ("Prévu", 100),
        ("Notifié", 50),
        ("Versé", 25),
    ]
    assert answer.context["totals"]["rows"][0][0] == "Labège"


def test_a_member_of_a_manager_is_led_to_its_page(sacha, url, convention, labege):
    assert sacha.get(url("financing:overview")).status_code == 403
    own = make_facility(convention, name="La nôtre", manager=labege)
    make_facility(convention, name="La leur")
    make_bonus_line(own, forecast=1234)
    make_calendar_date(convention, "actual", date(2023, 3, 31))

    answer = sacha.get(url("financing:overview"), {"annee": 2022}, follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(url("financing:manager", labege.pk), 302)]
    assert "La nôtre" in page and "La leur" not in page
    assert "Déclaration du réel 2022" in page
    assert sacha.get(url("financing:manager", convention.epci.pk)).status_code == 404
    assert url("financing:overview") in sacha.get(url("governance:home")).content.decode()


def test_a_declaration_waits_on_the_home_page(sacha, url, convention, labege):
    make_facility(convention, manager=labege)
    make_calendar_date(convention, "actual", date(2023, 3, 31))

    assert "déclaration d’activité à faire" in sacha.get(url("governance:home")).content.decode()


def test_the_lines_and_payments_on_screen_are_downloaded(camille, url, convention):
    line = make_bonus_line(
        make_facility(convention, name="=Crèche"), forecast=50_000, computed=D("54117.65")
    )
    make_instalment(line, 17_500)
    make_bonus_line(make_facility(convention, kind=Facility.Kind.RPE), forecast=1)

    answer = camille.get(url("financing:export", "xlsx"), {"annee": 2022, "type": "eaje"})

    workbook = load_workbook(BytesIO(b"".join(answer)))
    lines, payments = workbook.worksheets
    head, row = list(lines.values)
    told = dict(zip(head, row, strict=True))
    assert (lines.max_row, told["Estimation (€)"], told["Prévu (€)"]) == (2, 54117.65, 50_000)
    assert told["Équipement"] == "'=Crèche"
    assert payments.max_row == 2
    assert camille.get(url("financing:export", "exe")).status_code == 404


@pytest.mark.parametrize("count", (1, 3))
@pytest.mark.parametrize(("page", "queries"), [("manager", 15), ("years", 6), ("export", 6)])
def test_totals_query_count(
    camille, url, convention, page, queries, count, django_assert_num_queries
):
    for number in range(count):
        facility = make_facility(convention, kind=Facility.Kind.values[number])
        make_instalment(make_bonus_line(facility), kind=Instalment.Kind.ADVANCE)
    make_calendar_date(convention, "actual", date(2023, 3, 31))
    arguments = {"manager": [convention.epci.pk], "export": ["csv"]}.get(page, [])

    with django_assert_num_queries(queries):
        answer = camille.get(url(f"financing:{page}", *arguments), {"annee": 2022})
        b"".join(answer)
