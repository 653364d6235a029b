import tomllib
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from ctg.french import NBSP
from ctg.management.commands.load_rates import RATES, load_rates
from financing.models import Rate
from tests.factories.ctg import make_convention, make_organization
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_facility,
    make_funded_facility,
    make_rate,
)

pytestmark = pytest.mark.django_db


def in_force(kind, year):
    return [rate.amount for rate in Rate.objects.filter(kind=kind).in_force_during(year)]


@pytest.mark.parametrize(
    ("kind", "year", "amounts"),
    [
        ("eaje_new_low", 2019, []),
        ("eaje_new_low", 2020, [2100]),
        ("eaje_new_low", 2021, [2600]),
        ("eaje_new_top", 2020, [3100]),
        ("eaje_new_top", 2021, [3600]),
        ("trajectory_4", 2024, []),
        ("trajectory_4", 2025, [100]),
        ("trajectory_8", 2026, [200]),
        ("trajectory_12", 2027, [300]),
        ("alsh_floor", 2021, []),
        ("alsh_floor", 2022, [Decimal("0.15")]),
        ("alsh_new_share", 2022, [0]),
        ("alsh_new_share", 2023, [25]),
    ],
)
def test_national_rates(kind, year, amounts):
    load_rates()

    assert in_force(kind, year) == amounts


def test_every_rate_is_valid_sourced_and_national():
    load_rates()

    for rate in Rate.objects.all():
        rate.full_clean()
        assert rate.source
        assert rate.convention is None


def test_load_rates_again_changes_nothing(capsys):
    call_command("load_rates")
    call_command("load_rates")

    count = len(tomllib.loads(RATES.read_text())["rates"])
    assert capsys.readouterr().out.splitlines() == [
        f"Barèmes nationaux{NBSP}: {count} ajoutés, 0 modifiés.",
        f"Barèmes nationaux{NBSP}: 0 ajoutés, 0 modifiés.",
    ]
    assert Rate.objects.count() == count


def test_load_rates_corrects_a_national_rate_and_leaves_a_convention_its_own():
    load_rates()
    Rate.objects.filter(kind="alsh_floor").update(amount=9)
    own = make_rate("alsh_floor", make_convention(), amount=1, valid_from=date(2022, 1, 1))

    assert load_rates() == (0, 1)

    own.refresh_from_db()
    assert own.amount == 1
    assert Rate.objects.get(kind="alsh_floor", convention=None).amount == Decimal("0.15")


def test_known_rates_are_national_or_own():
    ours, theirs = make_convention("ici-2020-2024"), make_convention("ailleurs-2020-2024")
    kept = {make_rate(), make_rate(convention=ours)}
    make_rate(convention=theirs)

    assert set(Rate.objects.known_to(ours)) == kept


OWN = {
    "kind": "eaje_new_low",
    "amount": "2 950,5",
    "valid_from": "2022-01-01",
    "source": "Courrier de la Caf",
}


def test_an_own_rate_prevails_as_soon_as_it_is_typed(camille, convention, url):
    load_rates()
    line = make_bonus_line(make_funded_facility(convention), new_quantity=10)

    camille.post(url("financing:rate_create"), OWN)

    line.refresh_from_db()
    assert line.computed == Decimal("29505.00")
    assert "Courrier de la Caf" in line.basis
    assert convention.journal.get().verb == "rate.saved"


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"amount": "-1"}, "amount", "supérieure ou égale à 0"),
        ({"kind": "alsh_new_share", "amount": "250"}, "amount", "de 0 à 100"),
        ({"valid_until": "2021-12-31"}, "valid_until", "doit suivre son début"),
        ({"source": ""}, "source", "obligatoire"),
    ],
)
def test_an_impossible_rate_is_refused(camille, convention, url, changed, field, message):
    answer = camille.post(url("financing:rate_create"), OWN | changed)

    assert message in str(answer.context["form"].errors[field])
    assert not convention.rates.exists()


def test_a_rate_is_given_once_a_date(camille, convention, url):
    camille.post(url("financing:rate_create"), OWN)

    answer = camille.post(url("financing:rate_create"), OWN)

    assert "existe déjà à cette date" in str(answer.context["form"].errors)


def test_territories_show_how_the_envelope_is_shared(camille, convention, url):
    for name, places, reference in (("A", 40, 1500), ("B", 25, 2200), ("C", 20, 0)):
        nursery = make_funded_facility(convention, name=name)
        make_agreement(nursery, contracted_quantity=places, rate=reference)
        make_bonus_line(nursery, existing_quantity=places)
    make_bonus_line(make_facility(convention, name="Sans droit"), existing_quantity=9)
    elsewhere = make_funded_facility(convention, competent_authority=make_organization())
    make_bonus_line(elsewhere, existing_quantity=3)

    answer = camille.get(url("financing:territories"), {"annee": 2022})

    cards = {one.authority: one for one in answer.context["smoothing"].cards}
    card = cards[convention.epci]
    assert [(share.facility.name, str(share.amount)) for share in card.shares] == [
        ("A", "54117.65"),
        ("B", "33823.53"),
        ("C", "27058.82"),
    ]
    assert (len(cards), card.total.gap) == (2, 0)
    page = answer.content.decode()
    assert f"exactement l’enveloppe{NBSP}: 115\u202f000,00{NBSP}€" in page
    assert "Sans droit" not in page
    assert url("financing:rate_create") + "?bareme=eaje_floor" in page


@pytest.mark.parametrize("count", (1, 3))
def test_territories_query_count(camille, convention, url, count, django_assert_num_queries):
    for _ in range(count):
        authority = make_organization()
        nursery = make_funded_facility(convention, competent_authority=authority)
        make_bonus_line(nursery, existing_quantity=10)

    with django_assert_num_queries(10):
        camille.get(url("financing:territories"), {"annee": 2022})


def test_a_national_rate_is_out_of_reach(camille, url):
    national = make_rate()

    assert camille.post(url("financing:rate_edit", national.pk), OWN).status_code == 404
