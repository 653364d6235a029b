from datetime import UTC, datetime

import pytest
from freezegun import freeze_time

from actions.models import Contribution
from ctg.convention.models import Membership
from ctg.convention.rights import Role
from tests.actions.progress.pages import text
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
)
from tests.factories.ctg import make_commune


def test_mine_is_one_list_with_last_year_and_what_is_left(
    sacha, campaign, contribution, convention, labege, url
):
    last = make_campaign(
        convention, 2021, is_open=False, closed_at=datetime(2022, 2, 1, tzinfo=UTC)
    )
    make_contribution(last, contribution.action, labege, state="validated", done="Une par mois")
    make_contribution(campaign, make_action(convention), labege, state="submitted")

    with freeze_time("2023-01-19 10:00"):
        page = text(sacha.get(url("progress:home")))

    assert "Mes actions Jusqu’au 31 janvier, dans 12 jours" in page
    assert "1 sur 2 envoyées" in page
    assert "Continuer" in page
    assert (
        "P-31 · Ouvrir des permanences L’an dernier : en cours, « Une par mois » À saisir" in page
    )
    assert "Campagne 2021" in page


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2023-01-30", "Jusqu’au 31 janvier, c’est demain"),
        ("2023-01-31", "Jusqu’au 31 janvier, c’est aujourd’hui"),
        ("2023-02-02", "Date limite passée : c’était le 31 janvier"),
        ("2022-03-01", "Jusqu’au 31 janvier 2023, dans 336 jours"),
    ],
)
def test_deadline_in_words(sacha, contribution, url, today, words):
    with freeze_time(f"{today} 10:00"):
        assert words in text(sacha.get(url("progress:home")))


def test_mine_says_what_is_to_correct(sacha, campaign, action, labege, url):
    make_contribution(
        campaign, action, labege, state="returned", return_comment="Combien de rendez-vous ?"
    )

    page = text(sacha.get(url("progress:home")))

    assert "À corriger : Combien de rendez-vous ? À corriger" in page


def test_mine_when_all_is_sent(sacha, sent, url):
    Contribution.objects.update(state="validated", validated_at=sent.submitted_at)
    page = text(sacha.get(url("progress:home")))

    assert "validée le" in text(sacha.get(url("progress:read", sent.pk)))
    assert "1 sur 1 envoyée" in page
    assert "Tout est envoyé, merci." in page


def test_mine_when_nothing_is_asked(sacha, elsewhere, url):
    page = text(sacha.get(url("progress:home")))

    assert "Rien ne vous est demandé cette année" in page
    assert "Auzeville" not in page


def test_mine_names_the_organisation_of_who_has_several(sacha, cast, convention, campaign, url):
    other = make_commune("Auzeville", convention)
    Membership.objects.create(
        convention=convention, user=cast["sacha"], organization=other, role=Role.CONTRIBUTOR
    )
    make_contribution(campaign, make_action(convention), other)

    assert "Auzeville · Première fois" in text(sacha.get(url("progress:home")))


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("camille", "Préparer une campagne"),
        ("malik", "vous verrez ici qui a répondu"),
        ("sacha", "Vous recevrez un courriel à l’ouverture de la prochaine"),
        ("ines", "vous verrez ici qui a répondu"),
        ("alix", "se lit sur chaque fiche du plan d’action"),
    ],
)
def test_without_open_campaign_the_page_says_what_comes(client_of, url, who, words):
    page = text(client_of(who).get(url("progress:home")))

    assert "Aucune campagne n’est ouverte" in page
    assert words in page


def test_a_prepared_campaign_is_not_open(camille, sacha, convention, url):
    campaign = make_campaign(convention, is_open=False)
    make_contribution(campaign, make_action(convention), convention.epci)

    assert "La prochaine campagne est préparée" in text(camille.get(url("progress:home")))
    assert "Aucune campagne n’est ouverte" in text(sacha.get(url("progress:home")))


def test_overview_says_who_answered_wholly_partly_and_not(camille, campaign, convention, url):
    actions = [make_action(convention) for _ in range(2)]
    for name, states in {
        "Auzeville": ("submitted", "validated"),
        "Baziège": ("submitted", "expected"),
        "Corronsac": ("draft", "expected"),
        "Deyme": ("expected", "expected"),
    }.items():
        commune = make_commune(name, convention)
        for action, state in zip(actions, states, strict=True):
            make_contribution(campaign, action, commune, state=state)

    page = text(camille.get(url("progress:home")))

    assert "3 envoyées sur 8 demandées" in page
    assert "2 en attente de validation" in page
    assert "1 n’ont pas commencé Deyme 0 sur 2" in page
    assert "2 en partie Corronsac 0 sur 2 Baziège 1 sur 2" in page
    assert "1 ont tout envoyé Auzeville 2 sur 2" in page
    assert f"{actions[0].heading} 2 sur 4 envoyées" in page


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("camille", ["Vue d’ensemble", "À saisir", "À valider"]),
        ("malik", ["Vue d’ensemble", "À saisir"]),
        ("sacha", []),
        ("ines", []),
        ("alix", []),
    ],
)
def test_tabs_are_those_of_the_role(client_of, campaign, url, who, expected):
    response = client_of(who).get(url("progress:home"))

    tabs = [label for label, _, _ in (response.context.get("tabs") or [])]
    assert tabs == expected
    page = text(response)
    assert ("Clore la campagne" in page) == (who == "camille")
    assert ("À saisir" in page) == (who in ("camille", "malik"))


def test_the_reader_sees_where_it_stands_and_nothing_to_type(client_of, sent, url):
    response = client_of("alix").get(url("progress:home"))

    assert "100 % des réponses attendues sont envoyées" in text(response)
    assert "Vous n’avez rien à faire" in text(response)
    assert "<form" not in response.content.decode().split("<main")[1].split("</main>")[0]
