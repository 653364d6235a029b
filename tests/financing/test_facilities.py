"""Facilities and agreements as the lead keeps them, and what a line lacks to be estimated."""

from decimal import Decimal

import pytest

from ctg.french import NBSP
from ctg.management.commands.load_rates import load_rates
from financing.computing import refresh_estimations
from financing.models import BonusLine, Facility, FundingAgreement
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_funded_facility,
)


@pytest.fixture
def nursery(convention):
    facility = make_funded_facility(convention, name="Crèche du Moulin", capacity=60)
    make_agreement(facility, reference="COF-12", contracted_quantity=40, rate=1500)
    return facility


@pytest.fixture
def facility_fields(convention, labege):
    nursery = make_funded_facility(convention)
    return {
        "name": "Crèche Neuve",
        "kind": "eaje",
        "commune": labege.pk,
        "manager": convention.epci.pk,
        "competent_authority": convention.epci.pk,
        "themes": [nursery.themes.get().pk],
    }


def test_camille_adds_a_facility(camille, url, facility_fields):
    answer = camille.post(url("financing:facility_create"), facility_fields)

    facility = Facility.objects.get(name="Crèche Neuve")
    assert answer.url == url("financing:facility", facility.pk)
    assert facility.themes.count() == 1


def test_a_manager_can_be_named_on_the_way(camille, convention, url, facility_fields):
    named = facility_fields | {"manager": "", "new_manager": "Les Lucioles"}

    camille.post(url("financing:facility_create"), named)
    camille.post(url("financing:facility_create"), named | {"name": "Autre"})

    managers = Facility.objects.filter(name__in=("Crèche Neuve", "Autre")).values_list("manager")
    assert len(managers) == 2 and len(set(managers)) == 1
    assert convention.organizations.filter(name="Les Lucioles").count() == 1


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"manager": ""}, "manager", "Choisissez un gestionnaire"),
        ({"themes": []}, "themes", "obligatoire"),
        ({"opened_on": "2022-09-01", "closed_on": "2021-01-01"}, None, "La fermeture doit suivre"),
        ({"capacity": "-3"}, "capacity", "supérieure ou égale à 0"),
        ({"name": "crèche DU moulin"}, "name", "porte déjà ce nom"),
    ],
)
def test_an_impossible_facility_is_refused(
    camille, url, facility_fields, nursery, changed, field, message
):
    answer = camille.post(url("financing:facility_create"), facility_fields | changed)

    assert message in str(answer.context["form"].errors.get(field or "__all__"))
    assert not Facility.objects.filter(name="Crèche Neuve").exists()


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"kind": "alsh"}, "kind", "déjà déclarée en places, pas en heures"),
        ({"closed_on": "2021-12-31"}, "closed_on", "existe déjà en 2022, après cette fermeture"),
        ({"opened_on": "2023-01-01"}, "opened_on", "existe déjà en 2022, avant cette ouverture"),
    ],
)
def test_a_facility_keeps_the_years_and_the_unit_it_declared(
    camille, url, facility_fields, nursery, changed, field, message
):
    make_bonus_line(nursery, existing_quantity=40)
    typed = facility_fields | {"name": nursery.name} | changed

    answer = camille.post(url("financing:facility_edit", nursery.pk), typed)

    assert message in answer.context["form"].errors[field][0]
    nursery.refresh_from_db()
    assert (nursery.kind, nursery.opened_on, nursery.closed_on) == ("eaje", None, None)


def test_only_a_signatory_co_funds_a_facility(camille, url, facility_fields, labege):
    typed = facility_fields | {"competent_authority": labege.pk}

    answer = camille.post(url("financing:facility_create"), typed)

    said = answer.context["form"].errors["competent_authority"][0]
    assert said.startswith("Labège n’a pas signé la convention")


def test_a_theme_that_the_caf_does_not_fund_is_not_enough(
    camille, convention, url, facility_fields
):
    theme = convention.themes.create(code="emploi", label="Emploi")

    answer = camille.post(
        url("financing:facility_create"), facility_fields | {"themes": [theme.pk]}
    )

    assert "que la Caf finance" in answer.context["form"].errors["themes"][0]


AGREEMENT = {"reference": "COF-13", "starts_on": "2022-01-01", "ends_on": "2024-12-31"}


def test_overlapping_agreements_are_refused(camille, url, nursery):
    answer = camille.post(url("financing:agreement_create", nursery.pk), AGREEMENT)

    said = answer.context["form"].errors["starts_on"][0]
    assert said.startswith("Chevauche la convention COF-12, 2020–2024")
    assert FundingAgreement.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"starts_on": "2032-01-01", "ends_on": "2034-12-31"}, "starts_on", "hors de la"),
        (
            {"starts_on": "2022-06-01", "ends_on": "2022-01-01", "amends": True},
            None,
            "doit suivre le début",
        ),
        ({"contracted_quantity": "-4"}, "contracted_quantity", "supérieure ou égale à 0"),
        ({"starts_on": "2019-01-01", "amends": True}, "starts_on", "Un avenant commence après"),
    ],
)
def test_an_impossible_agreement_is_refused(camille, url, nursery, changed, field, message):
    if "amends" in changed:
        changed = changed | {"amends": nursery.agreements.get().pk}

    answer = camille.post(url("financing:agreement_create", nursery.pk), AGREEMENT | changed)

    said = answer.context["form"].errors.get(field or "__all__")
    assert any(message in one for one in said)
    assert FundingAgreement.objects.count() == 1


def test_an_amendment_prevails_from_its_start(camille, url, nursery):
    make_bonus_line(nursery, 2021, existing_quantity=40)
    make_bonus_line(nursery, 2022, existing_quantity=40)
    refresh_estimations(nursery.convention, 2021)
    amended = nursery.agreements.get().pk
    typed = AGREEMENT | {"amends": amended, "contracted_quantity": "40", "rate": "2 000,5"}

    camille.post(url("financing:agreement_create", nursery.pk), typed)

    found = dict(BonusLine.objects.values_list("year", "computed"))
    assert found == {2021: Decimal("60000.00"), 2022: Decimal("80020.00")}


def test_new_places_of_a_priority_area_take_the_top_tranche(convention):
    load_rates()
    facility = make_funded_facility(convention, in_priority_area=True)
    own = make_funded_facility(convention)
    make_agreement(own, new_rate=Decimal("2900"))
    lines = [make_bonus_line(one, new_quantity=10) for one in (facility, own)]

    from_rates, from_agreement = amounts_of(convention, lines)

    assert (from_rates, from_agreement) == (Decimal("36000.00"), Decimal("29000.00"))


def amounts_of(convention, lines):
    from_services = BonusLine.objects.filter(pk__in=[line.pk for line in lines]).order_by("pk")
    refresh_estimations(convention, 2022)
    return [line.computed for line in from_services]


@pytest.mark.parametrize(
    ("prepare", "lacking"),
    [
        (lambda f: f.themes.clear(), "une thématique financée par la Caf"),
        (lambda f: f.convention.signatures.all().delete(), "la signature de la convention"),
        (lambda f: f.bonus_lines.update(new_quantity=2), "tranche basse"),
    ],
)
def test_a_line_says_what_it_lacks_and_stays_uncomputed(convention, nursery, prepare, lacking):
    make_bonus_line(nursery, existing_quantity=40, computed=5)
    prepare(nursery)

    refresh_estimations(convention, 2022)

    line = BonusLine.objects.get()
    assert line.computed is None and line.working == ""
    assert lacking in line.lacking


def test_the_facility_page_tells_the_working_and_the_gap(camille, url, nursery):
    make_bonus_line(nursery, existing_quantity=40, notified=59_000)
    make_bonus_line(nursery, 2021, new_quantity=40)
    refresh_estimations(nursery.convention, 2022)
    refresh_estimations(nursery.convention, 2021)

    page = camille.get(url("financing:facility", nursery.pk)).content.decode()

    assert f"40 places × 1\u202f500,00{NBSP}€" in page
    assert "sans explication" in page
    assert "Non calculé : il manque le barème" in page
