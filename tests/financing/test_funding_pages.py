from datetime import date
from decimal import Decimal

import pytest

from ctg.french import MINUS, NBSP, THIN
from financing.models import Facility, Rate
from tests.factories.actions import make_action
from tests.factories.ctg import make_commune, make_convention, make_organization
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_budget_line,
    make_facility,
    make_instalment,
    make_rate,
)

READERS = [("camille", 200), ("malik", 200), ("ines", 200), ("alix", 200)]
REFUSED = [("sacha", 403), ("noa", 404)]
NOT_FOR_YOU = "Les financements sont lus par le ou la chef·fe de projet"


@pytest.fixture
def facility(convention):
    return make_facility(convention, name="Crèche du Moulin")


@pytest.fixture
def action(convention):
    return make_action(convention, code="A-31", title="Ouvrir des permanences")


def text(response):
    return response.content.decode()


@pytest.mark.parametrize(
    ("kind", "unit"), [("eaje", "places"), ("alsh", "heures"), ("youth", "heures"), ("rpe", "ETP")]
)
def test_quantities_have_the_unit_of_the_kind(kind, unit):
    assert Facility(kind=kind).unit == unit


@pytest.mark.parametrize(("who", "status"), READERS + REFUSED)
@pytest.mark.parametrize("page", ["overview", "facility", "action", "rates"])
def test_funding_is_read_by_those_who_follow_the_money(
    client_of, url, facility, action, page, who, status
):
    arguments = {"facility": [facility.pk], "action": [action.code]}.get(page, [])

    response = client_of(who).get(url(f"financing:{page}", *arguments))

    assert response.status_code == status
    assert (NOT_FOR_YOU in text(response)) == (status == 403)


def test_overview_page_shows_amounts_estimation_and_what_is_missing(alix_page):
    page = alix_page("2022")

    for said in (
        f"54{THIN}117,65{NBSP}€",
        "Estimation",
        "Le montant notifié par la Caf fait foi",
        "Place nouvelle d’EAJE, tranche haute",
        "Barème d’essai",
        "manque=notification",
        "sans notification de la Caf",
    ):
        assert said in page


@pytest.fixture
def alix_page(client_of, convention, url, facility):
    make_bonus_line(facility, computed="54117.65", forecast=50_000)
    make_rate(
        Rate.Kind.EAJE_NEW_TOP, valid_from=date(2021, 1, 1), amount=3600, source="Barème d’essai"
    )

    def get(year):
        return text(client_of("alix").get(url("financing:overview"), {"annee": year}))

    return get


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("2021", "2021"), ("1999", "2020"), ("2031", "2024"), ("", "2022"), ("x", "2022")],
)
def test_overview_year_stays_in_the_convention(alix_page, asked, shown):
    assert f"<title>Financements {shown}" in alix_page(asked)


def test_overview_without_line_opens_on_this_year(camille, url):
    assert camille.get(url("financing:overview")).context["year"] == 2024


def test_overview_without_facility_guides(camille, url):
    page = text(camille.get(url("financing:overview")))

    assert "Aucun équipement cette année-là" in page


def test_overview_filters_by_kind_and_lack(camille, convention, url, facility):
    make_bonus_line(facility, notified=1)
    make_facility(convention, name="Ludo", kind=Facility.Kind.TOY_LIBRARY)
    make_bonus_line(make_facility(convention, name="Crèche en attente"))

    def names(**asked):
        response = camille.get(url("financing:overview"), {"annee": 2022, **asked})
        return [facility.name for facility in response.context["page"]]

    assert names() == ["Crèche du Moulin", "Crèche en attente", "Ludo"]
    assert names(type="toy_library") == ["Ludo"]
    assert names(manque="notification") == ["Crèche en attente"]
    assert names(gestionnaire=convention.epci.pk, type="alsh") == []


def test_overview_filter_choices_stay_in_the_convention(camille, url, facility):
    elsewhere = make_convention("loin-2020-2024")
    far = make_facility(elsewhere, commune=make_commune("Loin", elsewhere))

    form = camille.get(url("financing:overview")).context["filters"].form

    assert far.manager not in form.fields["gestionnaire"].queryset
    assert far.commune not in form.fields["commune"].queryset


def test_facility_page_shows_lines_instalments_and_agreement(camille, url, facility):
    line = make_bonus_line(facility, notified=33_000, computed="54117.65", new_quantity=10)
    make_instalment(line, 17_500, due_on=date(2022, 4, 30))
    make_instalment(line, 17_500)
    make_agreement(facility, reference="COF-12", contracted_quantity=40)

    page = text(camille.get(url("financing:facility", facility.pk)))

    for said in (
        f"33{THIN}000,00{NBSP}€",
        f"{MINUS}2{THIN}000,00{NBSP}€",
        "trop versé",
        '<td data-label="Attendu le">30 avril 2022</td>',
        "versé le 1er sept. 2022",
        "Offre nouvelle (places)",
        "COF-12",
    ):
        assert said in page


def test_facility_page_without_anything_says_so(camille, url, facility):
    page = text(camille.get(url("financing:facility", facility.pk)))

    for said in ("Pas encore de ligne de bonus", "Aucun versement enregistré", "Aucune convention"):
        assert said in page


def test_facility_of_another_convention_is_not_found(camille, url):
    far = make_facility(make_convention("loin-2020-2024"))

    assert camille.get(url("financing:facility", far.pk)).status_code == 404


def test_action_budget_by_year_and_funder(camille, convention, url, action):
    state = make_organization("État", short_name="État")
    make_budget_line(action, 2021, planned=40_000, granted=40_000)
    make_budget_line(action, 2022, planned=42_000, granted=42_000, spent=39_480)
    make_budget_line(action, 2022, state, planned=50_000, spent="50000.50")
    make_budget_line(make_action(convention), 2022, planned=1)

    budget = camille.get(url("financing:action", "A-31")).context["budget"]

    assert budget.by_year.rows == [
        ("2021", 40_000, 40_000, None),
        ("2022", 92_000, 42_000, Decimal("89480.50")),
    ]
    assert sorted(budget.by_funder.rows) == [
        ("Sicoval", 82_000, 82_000, 39_480),
        ("État", 50_000, None, Decimal("50000.50")),
    ]
    assert budget.lines.footer == ("Ensemble", " ", 132_000, 82_000, Decimal("89480.50"))


def test_action_without_budget_says_so(camille, url, action):
    assert "Pas encore de budget" in text(camille.get(url("financing:action", action.code)))


def test_rates_page_shows_national_and_own_rates(camille, convention, url):
    make_rate(Rate.Kind.ALSH_FLOOR, amount="0.15", source="Circulaire nationale")
    make_rate(Rate.Kind.EAJE_NEW_TOP, convention, amount=3000, source="Courrier de la Caf")
    make_rate(Rate.Kind.EAJE_NEW_LOW, make_convention("loin-2020-2024"), source="Ailleurs")

    page = text(camille.get(url("financing:rates")))

    for said in ("0,15", "Nationale", "Circulaire nationale", "Cette convention", "Courrier de la"):
        assert said in page
    assert "Ailleurs" not in page


def test_rates_page_without_rate_says_so(camille, url):
    assert "Aucun barème enregistré" in text(camille.get(url("financing:rates")))


@pytest.mark.parametrize("count", (1, 3))
def test_overview_query_count(camille, convention, url, count, django_assert_num_queries):
    for _ in range(count):
        facility = make_facility(convention, manager=make_organization())
        make_agreement(facility)
        make_instalment(make_bonus_line(facility, forecast=1, computed=1))
    make_rate()

    with django_assert_num_queries(19):
        response = camille.get(url("financing:overview"), {"annee": 2022})

    assert len(response.context["page"]) == count


@pytest.mark.parametrize("count", (1, 3))
def test_facility_query_count(camille, url, facility, count, django_assert_num_queries):
    for year in range(2021, 2021 + count):
        make_instalment(make_bonus_line(facility, year, computed=1))
        make_agreement(facility)

    with django_assert_num_queries(11):
        camille.get(url("financing:facility", facility.pk))


@pytest.mark.parametrize("count", (1, 3))
def test_action_budget_query_count(camille, url, action, count, django_assert_num_queries):
    for _ in range(count):
        make_budget_line(action, funder=make_organization(), planned=1)

    with django_assert_num_queries(13):
        camille.get(url("financing:action", action.code))


@pytest.mark.parametrize("count", (1, 3))
def test_rates_query_count(camille, url, count, django_assert_num_queries):
    for _ in range(count):
        make_rate()

    with django_assert_num_queries(7):
        camille.get(url("financing:rates"))
