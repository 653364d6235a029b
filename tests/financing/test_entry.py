"""What managers declare, what the Caf notifies, what the lead keeps: pages and their verbs."""

from datetime import date
from decimal import Decimal

import pytest

from ctg.french import NBSP
from financing.models import BonusLine, Declaration, Facility, Stage
from tests.factories.ctg import make_organization
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_facility,
    make_funded_facility,
)


@pytest.fixture
def nursery(convention):
    facility = make_funded_facility(convention, name="Crèche du Moulin", capacity=60)
    make_agreement(facility, reference="COF-12", contracted_quantity=40, rate=1500)
    return facility


def errors(response, name):
    """Messages of one field, whatever its row."""
    return [
        message
        for form in response.context["grid"]
        if name in form.fields
        for message in form[name].errors
    ]


def row(facility, **values):
    return {f"f{facility.pk}-{name}": value for name, value in values.items()}


# Declarations


def test_a_declaration_opens_the_line_and_estimates_it(camille, url, nursery):
    page = url("financing:declare", 2022, "prevision")

    answer = camille.post(page, row(nursery, existing="40", new=""))

    line = BonusLine.objects.get()
    assert answer.status_code == 302
    assert (line.facility, line.year, line.existing_quantity) == (nursery, 2022, 40)
    assert line.computed == Decimal("60000.00")
    assert line.working == f"40 places × 1\u202f500,00{NBSP}€ = 60\u202f000,00{NBSP}€"
    assert "60\u202f000,00" in line.basis
    assert nursery.convention.journal.get().summary == (
        f"Activité 2022 (prévision) déclarée{NBSP}: 1{NBSP}équipement"
    )


def test_the_latest_stage_is_what_counts_whatever_the_order(camille, url, nursery):
    camille.post(url("financing:declare", 2022, "reel"), row(nursery, existing="38,5"))
    camille.post(url("financing:declare", 2022, "prevision"), row(nursery, existing="40"))

    assert BonusLine.objects.get().existing_quantity == Decimal("38.5")
    assert set(Declaration.objects.values_list("stage", flat=True)) == {
        Stage.ACTUAL,
        Stage.FORECAST,
    }


def test_a_row_left_alone_writes_nothing_and_undoes_nothing(camille, url, nursery):
    page = url("financing:declare", 2022, "reel")
    shown = row(nursery, existing="38") | {f"initial-f{nursery.pk}-existing": "38"}
    camille.post(page, row(nursery, existing="41"))

    camille.post(page, shown)

    assert Declaration.objects.get().existing_quantity == 41


def test_blank_rows_can_take_the_last_known_figures(camille, url, nursery):
    make_bonus_line(nursery, existing_quantity=39, new_quantity=2)

    camille.post(url("financing:declare", 2022, "reel"), {"fill": "1"})

    declaration = Declaration.objects.get()
    assert (declaration.existing_quantity, declaration.new_quantity) == (39, 2)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"existing": "-1"}, "existing", "supérieure ou égale à 0"),
        ({"existing": "beaucoup"}, "existing", "Écrivez un nombre en chiffres"),
        ({"existing": "5000"}, "existing", "ce n’est pas vraisemblable"),
        ({"existing": "61"}, "existing", "dépassent la capacité enregistrée"),
        ({"new": "3"}, "existing", "Indiquez l’offre existante"),
    ],
)
def test_impossible_quantities_are_said_at_the_field(
    camille, url, convention, nursery, typed, field, message
):
    other = make_funded_facility(convention)
    page = url("financing:declare", 2022, "reel")

    answer = camille.post(page, row(nursery, **typed) | row(other, existing="12"))

    assert any(message in said for said in errors(answer, field))
    assert 'value="12"' in answer.content.decode()
    assert not Declaration.objects.exists()


def test_a_closed_facility_has_nothing_to_declare(camille, url, nursery):
    Facility.objects.filter(pk=nursery.pk).update(closed_on=date(2021, 8, 31))
    page = url("financing:declare", 2022, "reel")

    answer = camille.post(page, row(nursery, existing="40"))

    assert "Aucun équipement à déclarer" in camille.get(page).content.decode()
    assert not BonusLine.objects.exists()
    assert answer.status_code == 302


def test_the_year_and_the_stage_are_those_of_the_convention(camille, url, nursery):
    assert camille.get(url("financing:declare", 1999, "reel")).status_code == 404
    assert camille.get(url("financing:declare", 2022, "jamais")).status_code == 404
    assert camille.get(url("financing:amounts", 2031)).status_code == 404


def test_a_member_declares_for_the_facilities_her_organisation_runs(
    sacha, url, convention, labege, nursery
):
    page = url("financing:declare", 2022, "reel")
    assert sacha.get(page).status_code == 403
    own = make_funded_facility(convention, name="Crèche de Labège", manager=labege)

    shown = sacha.get(page).content.decode()
    sacha.post(page, row(own, existing="10") | row(nursery, existing="1"))

    assert "Crèche de Labège" in shown and "Crèche du Moulin" not in shown
    assert Declaration.objects.get().bonus_line.facility == own
    assert sacha.get(url("financing:facility", own.pk)).status_code == 200
    assert sacha.get(url("financing:facility", nursery.pk)).status_code == 404


# Amounts


def test_ines_enters_notified_amounts_with_one_date(client_of, url, nursery):
    make_bonus_line(nursery, forecast=50_000)
    page = url("financing:amounts", 2022)

    client_of("ines").post(
        page,
        row(nursery, notified="47 200,50", gap_note="Contrôle") | {"notified_on": "2023-06-15"},
    )

    line = BonusLine.objects.get()
    assert (line.forecast, line.notified) == (50_000, Decimal("47200.50"))
    assert (line.notified_on, line.gap_note) == (date(2023, 6, 15), "Contrôle")


def test_ines_cannot_write_the_forecast(client_of, url, nursery):
    make_bonus_line(nursery, forecast=50_000)
    typed = row(nursery, forecast="1", notified="2", notified_on="2023-06-15")

    client_of("ines").post(url("financing:amounts", 2022), typed)

    assert BonusLine.objects.values_list("forecast", "notified").get() == (50_000, 2)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"notified": "100"}, "notified_on", "Indiquez la date de la notification"),
        ({"notified_on": "2023-06-15"}, "notified", "Indiquez le montant notifié"),
        ({"notified": "9", "notified_on": "2999-01-01"}, "notified_on", "ne peut pas être à venir"),
        ({"notified": "9", "notified_on": "2021-12-31"}, "notified_on", "avant 2022"),
        ({"forecast": "-5"}, "forecast", "supérieure ou égale à 0"),
        ({"updated": "90000000"}, "updated", "pas vraisemblable"),
    ],
)
def test_impossible_amounts_are_said_at_the_field(camille, url, nursery, typed, field, message):
    answer = camille.post(url("financing:amounts", 2022), row(nursery, **typed))

    assert any(message in said for said in errors(answer, field))
    assert not BonusLine.objects.exists()


def test_the_estimation_can_become_the_forecast(camille, url, nursery):
    line = make_bonus_line(nursery, existing_quantity=40)
    kept = make_bonus_line(make_facility(nursery.convention), forecast=7, computed=9)

    camille.post(url("financing:compute", 2022))
    camille.post(url("financing:adopt", 2022))

    line.refresh_from_db()
    kept.refresh_from_db()
    assert (line.forecast, kept.forecast) == (Decimal("60000.00"), 7)


@pytest.mark.parametrize("count", (1, 3))
@pytest.mark.parametrize(("page", "queries"), [("declare", 11), ("amounts", 10)])
def test_grid_query_count(
    camille, url, convention, page, queries, count, django_assert_num_queries
):
    for _ in range(count):
        make_bonus_line(make_facility(convention, manager=make_organization()))
    arguments = [2022, "reel"][: 1 + (page == "declare")]

    with django_assert_num_queries(queries):
        camille.get(url(f"financing:{page}", *arguments))
