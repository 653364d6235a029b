"""What if: other quantities, openings and rates, beside the real lines and never on them."""

from datetime import date
from decimal import Decimal

import pytest

from ctg.management.commands.load_rates import load_rates
from financing.models import BonusLine, Facility, Scenario, Stage
from financing.simulation import basis, months_open, simulate, totals
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_funded_facility,
    make_scenario,
    make_scenario_line,
)

D = Decimal


@pytest.fixture
def nursery(convention):
    load_rates()
    facility = make_funded_facility(convention, name="Crèche du Moulin")
    make_agreement(facility, contracted_quantity=40, rate=1500)
    make_bonus_line(facility, existing_quantity=40, computed=60_000)
    return facility


@pytest.fixture
def scenario(convention):
    return make_scenario(convention)


def result(scenario):
    rows = simulate(scenario, basis(scenario.convention, scenario.year))
    return {row.label: row.amounts for row in rows}


@pytest.mark.parametrize(
    ("opens_on", "months"),
    [
        (None, 12),
        (date(2022, 9, 1), 4),
        (date(2022, 1, 31), 12),
        (date(2022, 12, 31), 1),
        (date(2021, 9, 1), 12),
        (date(2023, 1, 1), 0),
    ],
)
def test_the_month_of_the_opening_counts(opens_on, months):
    assert months_open(opens_on, 2022) == months


def test_new_places_are_added_to_the_estimation(nursery, scenario):
    make_scenario_line(scenario, nursery, existing_quantity=40, new_quantity=10)

    assert result(scenario) == {"Crèche du Moulin": (60_000, 86_000, 26_000)}


def test_a_facility_that_opens_in_september_counts_four_months(convention, nursery, scenario):
    make_scenario_line(
        scenario,
        name="Micro-crèche",
        kind="eaje",
        competent_authority=convention.epci,
        new_quantity=12,
        opens_on=date(2022, 9, 1),
    )

    assert result(scenario)["Micro-crèche"] == (None, D("10400.00"), D("10400.00"))


def test_a_rate_can_change(nursery, scenario):
    make_scenario_line(scenario, nursery, existing_quantity=40, new_quantity=10)
    scenario.rates.create(kind="eaje_new_low", amount=3000)

    assert result(scenario)["Crèche du Moulin"][1] == 90_000


def test_hours_can_be_supposed_with_their_unit_amount(convention, scenario):
    load_rates()
    centre = make_funded_facility(convention, name="Loisirs", kind=Facility.Kind.ALSH)
    make_agreement(centre, contracted_quantity=100_000, rate=D("0.15"))
    make_bonus_line(centre, existing_quantity=90_000)
    make_scenario_line(scenario, centre, existing_quantity=100_000, rate=D("0.20"))

    assert result(scenario)["Loisirs"] == (13_500, 20_000, 6_500)


def test_a_year_without_lines_starts_from_the_year_before(convention, nursery):
    later = make_scenario(convention, 2023)

    assert result(later) == {"Crèche du Moulin": (60_000, 60_000, 0)}


def test_an_authority_that_did_not_sign_gets_nothing(convention, labege, nursery, scenario):
    make_scenario_line(
        scenario, name="Neuve", kind="eaje", competent_authority=labege, new_quantity=9
    )

    (row,) = [r for r in simulate(scenario, basis(convention, 2022)) if r.label == "Neuve"]

    assert row.after.amount is None
    assert row.after.lacking.startswith("la signature")
    assert totals([row]) == (0, 0, 0)


def test_nothing_real_moves_until_it_is_adopted(camille, url, nursery, scenario):
    before = list(BonusLine.objects.values())
    make_scenario_line(scenario, nursery, new_quantity=10)

    for page in ("scenario", "scenario_edit"):
        assert camille.get(url(f"financing:{page}", scenario.pk)).status_code == 200
    camille.get(url("financing:scenarios"))

    assert list(BonusLine.objects.values()) == before


def test_a_scenario_becomes_the_forecast(camille, convention, url, nursery, scenario):
    notified = make_funded_facility(convention, name="Déjà notifiée")
    make_bonus_line(notified, existing_quantity=1, forecast=5, notified=5)
    make_scenario_line(scenario, nursery, existing_quantity=40, new_quantity=10)
    make_scenario_line(
        scenario, name="À créer", kind="eaje", competent_authority=convention.epci, new_quantity=9
    )

    camille.post(url("financing:scenario_adopt", scenario.pk))

    line = nursery.bonus_lines.get()
    scenario.refresh_from_db()
    assert line.forecast == line.computed
    assert (line.existing_quantity, line.new_quantity) == (40, 10)
    assert line.declarations.get().stage == Stage.FORECAST
    assert notified.bonus_lines.get().forecast == 5
    assert scenario.adopted_at
    assert Facility.objects.count() == 2


def test_adopting_nothing_says_so(camille, url, scenario):
    answer = camille.post(url("financing:scenario_adopt", scenario.pk), follow=True)

    assert "Rien à reprendre" in answer.content.decode()


def typed(lines=(), openings=(), rates=()):
    data = {}
    for prefix, rows in (("lignes", lines), ("ouvertures", openings), ("baremes", rates)):
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def test_camille_writes_a_scenario(camille, convention, url, nursery):
    answer = camille.post(url("financing:scenario_create"), {"title": "Dix places", "year": "2022"})
    scenario = Scenario.objects.get()
    authority = {"competent_authority": convention.epci.pk}
    camille.post(
        answer.url,
        typed(
            [{"facility": nursery.pk, "new_quantity": "10"}],
            openings=[
                {"name": "Neuve", "kind": "rpe", "quantity": "1"} | authority,
                {"name": "Micro", "kind": "eaje", "quantity": "12", "opens_on": "2022-09-01"}
                | authority,
            ],
            rates=[{"kind": "eaje_new_low", "amount": "2 800"}],
        ),
    )

    page = camille.get(url("financing:scenario", scenario.pk)).content.decode()
    assert scenario.lines.get(facility=nursery).existing_quantity == 40
    assert "88\u202f000,00" in page
    assert "4 places nouvelles × 2\u202f800,00" in page
    assert "12 places, 4 mois sur 12" in page
    assert "Non calculé : il manque le montant unitaire" in page
    assert "Dix places" in camille.get(url("financing:scenarios"), {"annee": 2022}).content.decode()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"lines": [{"facility": "999999"}]}, "Sélectionnez un choix valide"),
        ({"lines": [{"new_quantity": "-3"}]}, "supérieure ou égale à 0"),
        ({"openings": [{"name": "Neuve"}]}, "obligatoire"),
        ({"openings": [{"kind": "eaje", "quantity": "9000"}]}, "pas vraisemblable"),
        ({"rates": [{"kind": "eaje_new_low", "amount": "-1"}]}, "supérieure ou égale à 0"),
    ],
)
def test_an_impossible_assumption_is_refused(camille, url, scenario, rows, message):
    answer = camille.post(url("financing:scenario_edit", scenario.pk), typed(**rows))

    assert message in answer.content.decode()
    assert not scenario.lines.exists()


def test_the_same_facility_is_supposed_once(camille, url, nursery, scenario):
    row = {"facility": nursery.pk, "new_quantity": "1"}

    answer = camille.post(url("financing:scenario_edit", scenario.pk), typed([row, row]))

    assert "La même hypothèse figure deux fois" in answer.content.decode()


def test_an_archived_scenario_leaves_the_list(camille, url, scenario):
    camille.post(url("financing:scenario_archive", scenario.pk))

    assert "Aucune simulation" in camille.get(url("financing:scenarios")).content.decode()
    assert camille.get(url("financing:scenario", scenario.pk)).status_code == 200


@pytest.mark.parametrize("count", (1, 3))
@pytest.mark.parametrize(("page", "queries"), [("scenario", 15), ("scenarios", 14)])
def test_simulation_query_count(
    camille, url, convention, scenario, page, queries, count, django_assert_num_queries
):
    for _ in range(count):
        facility = make_funded_facility(convention)
        make_bonus_line(facility, existing_quantity=1)
        make_scenario_line(scenario, facility, new_quantity=1)
    arguments = [scenario.pk] if page == "scenario" else []

    with django_assert_num_queries(queries):
        camille.get(url(f"financing:{page}", *arguments), {"annee": 2022})
