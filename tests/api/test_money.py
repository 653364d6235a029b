from datetime import date
from decimal import Decimal

import pytest

from tests.api.conftest import pointers
from tests.factories.actions import make_action
from tests.factories.ctg import make_convention, make_theme
from tests.factories.financing import (
    make_bonus_line,
    make_budget_line,
    make_facility,
    make_funded_facility,
    make_instalment,
    make_rate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def facility(convention, labege):
    return make_funded_facility(convention, name="Les Lutins", commune=labege, capacity=40)


def test_a_manager_reads_its_facilities_only(program, convention, facility, labege):
    make_facility(convention, name="La nôtre", manager=labege)

    found = program("sacha").get("facilities/").json()["results"]

    assert [one["name"] for one in found] == ["La nôtre"]
    assert program("sacha").get(f"facilities/{facility.pk}/").status_code == 404


def test_declaring_activity(program, facility):
    malik, address = program("malik"), f"facilities/{facility.pk}/declare/"
    said = {"year": 2022, "stage": "forecast", "existing": "30", "new": "2.5"}

    (line,) = malik.post(address, said).json()["bonus_lines"]
    assert (line["existing_quantity"], line["new_quantity"]) == ("30.00", "2.50")
    assert line["declarations"][0]["stage"] == "forecast"
    wrong = malik.post(address, said | {"existing": "400"})
    assert pointers(wrong)["#/existing"].startswith("402,5 places dépassent la capacité")
    outside = malik.post(address, said | {"year": 2031})
    assert pointers(outside) == {"#/year": "Cette année n’est pas dans la convention."}


def test_the_caf_notifies_and_does_not_forecast(program, facility):
    make_bonus_line(facility, forecast=Decimal(1000))
    ines, address = program("ines"), f"facilities/{facility.pk}/amounts/"

    refused = ines.post(address, {"year": 2022, "forecast": "1"})
    assert pointers(refused) == {"#/forecast": "Votre rôle ne permet pas de le changer."}
    undated = ines.post(address, {"year": 2022, "notified": "950"})
    assert pointers(undated) == {"#/notified_on": "Indiquez la date de la notification."}
    said = {"year": 2022, "notified": "950.50", "notified_on": "2023-06-01"}
    (line,) = ines.post(address, said).json()["bonus_lines"]

    assert (line["forecast"], line["notified"]) == ("1000.00", "950.50")


def test_a_facility_is_created_and_changed(program, convention, labege):
    convention.signatures.create(organization=labege)
    theme = make_theme(convention, "Petite enfance", has_caf_funding=True)
    body = {"name": "Les Lutins", "kind": "eaje", "commune": labege.pk, "themes": [theme.pk]}
    body |= {"manager": convention.epci.pk, "competent_authority": labege.pk}
    camille = program("camille")

    made = camille.post("facilities/", body)
    assert made.status_code == 201, made.json()
    address = f"facilities/{made.json()['id']}/"
    changed = camille.patch(address, {"capacity": 30}).json()

    assert (changed["name"], changed["capacity"]) == ("Les Lutins", 30)
    elsewhere = make_theme(make_convention("autre-2021-2025"), has_caf_funding=True)
    assert set(pointers(camille.patch(address, {"themes": [elsewhere.pk]}))) == {"#/themes"}


def test_an_agreement_does_not_overlap_another(program, facility):
    camille = program("camille")
    body = {"facility": facility.pk, "starts_on": "2020-01-01", "ends_on": "2024-12-31"}

    made = camille.post("agreements/", body)
    again = camille.post("agreements/", body)

    assert made.status_code == 201
    assert pointers(again)["#/starts_on"].startswith("Chevauche la convention 2020–2024")


def test_payments_are_received_then_corrected(program, facility):
    due = make_instalment(make_bonus_line(facility), "350", paid_on=None, due_on=date(2022, 5, 1))
    ines, address = program("ines"), f"instalments/{due.pk}/"

    assert pointers(ines.post(f"{address}receive/")) == {
        "#/paid_on": "Indiquez la date du versement."
    }
    paid = ines.post(f"{address}receive/", {"paid_on": "2022-05-03"}).json()
    assert (paid["amount"], paid["paid_on"]) == ("350.00", "2022-05-03")
    right = ines.post(f"{address}correct/", {"amount": "340", "note": "Erreur de saisie"}).json()

    assert (right["amount"], right["paid_on"], right["corrects"]) == (
        "340.00",
        "2022-05-03",
        due.pk,
    )
    assert ines.get(address).status_code == 404


def test_a_national_rate_is_not_changed_here(program, convention):
    national, own = make_rate(), make_rate(convention=convention)
    camille = program("camille")

    assert camille.patch(f"rates/{national.pk}/", {"amount": "1"}).status_code == 403
    assert camille.patch(f"rates/{own.pk}/", {"amount": "0.2"}).json()["amount"] == "0.2000"


def test_a_budget_is_sent_whole(program, convention):
    action = make_action(convention, code="A-01", pilot=convention.epci)
    kept = make_budget_line(action, 2021, planned=Decimal(10))
    make_budget_line(action, 2020, planned=Decimal(5))
    new = {"year": "2022", "funder": convention.caf.pk, "planned": "12.5"}

    shown = program("malik").patch("budgets/A-01/", {"lines": [{"id": kept.pk}, new]}).json()

    assert [(line["year"], line["planned"]) for line in shown["lines"]] == [
        (2021, "10.00"),
        (2022, "12.50"),
    ]
    assert convention.journal.filter(verb="budget.saved").count() == 1
    twice = program("malik").patch("budgets/A-01/", {"lines": [new, new]})
    assert "#/lines" in {place.rsplit("/", 1)[0] for place in pointers(twice)} | set(
        pointers(twice)
    )


def test_a_grant_needs_a_true_siret(program, convention, labege):
    body = {
        "granted_by": labege.pk,
        "granted_by_siret": "12345678901234",
        "beneficiary": convention.caf.pk,
        "beneficiary_rna": "W313001234",
        "purpose": "Soutien",
        "amount": "30000",
        "agreed_on": "2022-03-01",
        "pays_from": "2022-04-01",
    }

    refused = program("camille").post("grants/", body)

    assert set(pointers(refused)) == {"#/granted_by_siret"}
