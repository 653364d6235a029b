"""Grants of the communes: typed with what the law asks, published above the threshold."""

import csv
import re
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest

from ctg.management.commands.load_rates import load_rates
from financing.forms.grant import is_siret
from financing.models import Grant
from tests.factories.ctg import make_organization
from tests.factories.financing import make_grant

# The schema « subventions » 2.1.1: (column, is required, pattern of its values).
DAY = r"\d{4}-\d{2}-\d{2}"
SCHEMA = [
    ("nomAttribuant", True, r".+"),
    ("idAttribuant", True, r"\d{14}"),
    ("dateConvention", True, DAY),
    ("referenceDecision", False, r".*"),
    ("nomBeneficiaire", True, r".+"),
    ("idBeneficiaire", False, r"\d{14}"),
    ("rnaBeneficiaire", False, r"W\d{9}"),
    ("objet", True, r".{1,256}"),
    ("montant", True, r"\d+\.\d{2}"),
    ("nature", True, r"aide en (numéraire|nature)|aide en numéraire;aide en nature"),
    ("conditionsVersement", True, r".{1,256}"),
    ("datesPeriodeVersement", True, rf"{DAY}(/{DAY})?"),
    ("idRAE", False, r".{0,5}"),
    ("notificationUE", True, r"oui|non"),
    ("pourcentageSubvention", True, r"1\.00"),
    ("dispositifAide", False, r".*"),
]


def test_the_open_data_file_follows_the_schema(camille, convention, url):
    load_rates()
    make_grant(convention, amount=Decimal("23000.00"), purpose="Sous le seuil")
    make_grant(convention, amount=Decimal("23000.01"), purpose="=Juste, au-dessus")
    make_grant(
        convention,
        amount=Decimal(90_000),
        nature=Grant.Nature.BOTH,
        terms=Grant.Terms.SPREAD,
        pays_until=date(2023, 4, 1),
        is_state_aid=True,
    )

    answer = camille.get(url("financing:scdl"))

    head, *rows = csv.reader(StringIO(answer.content.decode()))
    assert head == [name for name, _, _ in SCHEMA]
    assert len(rows) == 2
    for row in rows:
        for value, (name, is_required, pattern) in zip(row, SCHEMA, strict=True):
            assert re.fullmatch(pattern, value) or (not is_required and not value), name
        assert row[5] or row[6]
    assert rows[0][7] == "'=Juste, au-dessus"
    assert rows[1][11] == "2022-04-01/2023-04-01"


def test_nothing_is_published_while_the_threshold_is_unknown(camille, convention, url):
    make_grant(convention, amount=90_000)

    assert len(camille.get(url("financing:scdl")).content.decode().splitlines()) == 1
    assert "n’est pas connu" in camille.get(url("financing:grants")).content.decode()


@pytest.mark.parametrize(
    ("digits", "holds"),
    [
        ("73282932000074", True),
        ("73282932000075", False),
        ("35600000049837", True),
        ("7328293200007", False),
        ("7328293200007A", False),
    ],
)
def test_a_siret_has_a_key(digits, holds):
    assert is_siret(digits) is holds


@pytest.fixture
def typed(convention):
    return {
        "granted_by": convention.epci.pk,
        "granted_by_siret": "73282932000074",
        "beneficiary": make_organization("Les Lucioles").pk,
        "beneficiary_rna": "W313001234",
        "purpose": "Soutien",
        "amount": "30 000,50",
        "nature": "money",
        "terms": "once",
        "agreed_on": "2022-03-01",
        "pays_from": "2022-04-01",
    }


def test_camille_types_a_grant(camille, convention, url, typed):
    convention.organizations.add(typed["beneficiary"])

    camille.post(url("financing:grant_create"), typed)

    grant = Grant.objects.get()
    assert grant.amount == Decimal("30000.50")
    camille.post(url("financing:grant_edit", grant.pk), typed | {"amount": "12"})
    grant.refresh_from_db()
    assert grant.amount == 12
    assert convention.journal.filter(verb="grant.saved").count() == 2


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"granted_by_siret": "73282932000075"}, "granted_by_siret", "n’existe pas"),
        ({"granted_by_siret": "12"}, "granted_by_siret", "n’existe pas"),
        ({"beneficiary_rna": ""}, "__all__", "Donnez le SIRET du bénéficiaire"),
        ({"beneficiary_rna": "X1"}, "beneficiary_rna", "W et neuf chiffres"),
        ({"amount": "0"}, "__all__", "montant positif"),
        ({"pays_until": "2021-01-01"}, "__all__", "doit suivre son début"),
        ({"terms": "spread"}, "pays_until", "échelonné"),
    ],
)
def test_an_impossible_grant_is_refused(camille, convention, url, typed, changed, field, message):
    convention.organizations.add(typed["beneficiary"])

    answer = camille.post(url("financing:grant_create"), typed | changed)

    assert message in str(answer.context["form"].errors[field])
    assert not Grant.objects.exists()
