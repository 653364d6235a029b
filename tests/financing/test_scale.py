"""500 facilities over five years: exact, and quick enough to be recomputed at every entry."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.core.cache import cache

from financing.computing import refresh_estimations
from financing.models import BonusLine, Facility, FundingAgreement
from financing.payments import schedule_year
from tests.factories.ctg import make_commune
from tests.factories.financing import make_agreement, make_funded_facility

COUNT, YEARS = 500, range(2020, 2025)
SOURCES = sorted(
    file
    for file in Path(apps.get_app_config("financing").path).rglob("*.py")
    if "migrations" not in file.parts
)


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.stem)
def test_no_float_comes_near_the_money(file):
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))

    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    assert not [value for value in constants if isinstance(value, float)]
    assert not {node.id for node in nodes if isinstance(node, ast.Name)} & {"float", "round"}
    assert "FloatField" not in file.read_text()


@pytest.fixture
def territory(convention):
    """Half nurseries under one authority, half leisure centres."""
    model = make_funded_facility(convention, commune=make_commune(convention=convention))
    agreement = make_agreement(model, contracted_quantity=40, rate=Decimal("1353.1234"))
    theme = model.themes.get()
    same = {"manager", "competent_authority", "commune", "convention"}
    shared = {f"{name}_id": getattr(model, f"{name}_id") for name in same}
    facilities = Facility.objects.bulk_create(
        Facility(name=f"Équipement {n}", kind=("eaje", "alsh")[n % 2], **shared)
        for n in range(COUNT - 1)
    )
    links = Facility.themes.through
    links.objects.bulk_create(links(facility=one, theme=theme) for one in facilities)
    FundingAgreement.objects.bulk_create(
        FundingAgreement(
            facility=one,
            starts_on=agreement.starts_on,
            ends_on=agreement.ends_on,
            contracted_quantity=40 + n % 7,
            rate=agreement.rate,
        )
        for n, one in enumerate(facilities)
    )
    BonusLine.objects.bulk_create(
        BonusLine(facility=one, year=year, existing_quantity=30 + n % 11, forecast=1000)
        for year in YEARS
        for n, one in enumerate([model, *facilities])
    )
    return convention


def test_a_year_is_recomputed_whole_then_not_again(territory):
    assert refresh_estimations(territory, 2022) == COUNT
    assert refresh_estimations(territory, 2022) == 0
    nurseries = BonusLine.objects.filter(year=2022, facility__kind="eaje")
    references = sum(
        (a.contracted_quantity * a.rate).quantize(Decimal("0.01"))
        for a in FundingAgreement.objects.filter(facility__kind="eaje")
    )
    assert sum(nurseries.values_list("computed", flat=True)) == references


def test_the_overview_makes_as_many_queries_for_500(
    territory, camille, url, django_assert_num_queries
):
    refresh_estimations(territory, 2022)
    schedule_year(territory, 2022)
    cache.clear()

    with django_assert_num_queries(19):
        answer = camille.get(url("financing:overview"), {"annee": 2022})

    assert len(answer.context["page"]) == 50
