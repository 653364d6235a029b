from datetime import UTC, datetime
from decimal import Decimal

import pytest

from actions.models import Action, ActionReview, IndicatorValue
from tests.actions.progress.pages import text
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
    make_indicator,
)
from tests.factories.ctg import make_commune, make_organization


def test_the_year_lists_what_is_left_then_what_is_done(camille, convention, campaign, action, url):
    make_contribution(campaign, action, convention.epci, state="validated")
    reviewed = make_action(convention, code="A-40", title="Sensibiliser")
    make_action_review(reviewed, progress=60)
    make_action(convention, code="A-50", status=Action.Status.DONE)
    make_action(convention, code="A-51", archived_at=datetime(2022, 1, 1, tzinfo=UTC))

    left = text(camille.get(url("progress:year", 2022)))
    done = text(camille.get(url("progress:year", 2022) + "?voir=faites"))

    assert "À consolider (1) Consolidées (1)" in left
    assert "P-31 · Ouvrir des permanences 1 réponse validée sur 1" in left
    assert "A-40" not in left
    assert "A-40 · Sensibiliser aucune réponse demandée À venir 60 %" in done
    assert "A-50" not in left + done
    assert "A-51" not in left + done


def test_an_older_year_lists_only_what_it_asked(camille, convention, campaign, action, url):
    old = make_campaign(convention, 2021, closed_at=datetime(2060, 2, 1, tzinfo=UTC))
    make_contribution(old, make_action(convention, code="A-40"), convention.epci)

    page = text(camille.get(url("progress:year", 2021)))

    assert "A-40" in page
    assert "P-31" not in page
    assert "Close le 1er février 2060" in page


def test_the_year_says_when_all_or_nothing_is_done(camille, campaign, action, url):
    assert "Aucune action n’est encore consolidée" in text(
        camille.get(url("progress:year", 2022) + "?voir=faites")
    )
    make_action_review(action)
    assert "Tout est consolidé" in text(camille.get(url("progress:year", 2022) + "?voir=reste"))


def test_a_year_without_campaign_does_not_exist(camille, campaign, url):
    assert camille.get(url("progress:year", 2021)).status_code == 404
    assert camille.get(url("progress:consolidate", 2022, "A-99")).status_code == 404


@pytest.mark.parametrize(
    ("state", "words"),
    [("submitted", "1 réponse à valider. Valider d’abord"), ("draft", "1 réponse pas encore")],
)
def test_consolidation_says_what_is_missing(camille, campaign, action, labege, url, state, words):
    make_contribution(campaign, action, labege, state=state)

    assert words in text(camille.get(url("progress:consolidate", 2022, "P-31")))


def test_consolidation_rolls_up_what_was_validated(
    camille, convention, campaign, action, labege, url
):
    indicator = make_indicator(action, target=500)
    answers = {
        "Auzeville": ("validated", "done", 30),
        "Baziège": ("validated", "ongoing", 12),
        "Corronsac": ("submitted", "ongoing", 1000),
        "Deyme": ("expected", "", None),
    }
    for name, (state, status, value) in answers.items():
        answer = make_contribution(
            campaign,
            action,
            make_commune(name, convention),
            state=state,
            status=status,
            done=f"Dit par {name}" if status else "",
            difficulty="La pluie" if name == "Baziège" else "",
        )
        if value:
            IndicatorValue.objects.create(
                indicator=indicator, year=2022, contribution=answer, value=value
            )

    response = camille.get(url("progress:consolidate", 2022, "P-31"))
    page = text(response)

    assert "1 réponse à valider et 1 réponse pas encore envoyée." in page
    assert "Statuts 2 1 en cours 1 réalisée" in page
    assert "Rendez-vous tenus — 42 500" in page
    assert "Auzeville réalisée Dit par Auzeville" in page
    assert "Dit par Corronsac" not in page
    assert "Difficultés remontées Baziège La pluie" in page
    form = response.context["form"]
    assert form.initial[f"figure_{indicator.pk}"] == Decimal(42)
    assert form.instance.status == Action.Status.ONGOING


@pytest.mark.parametrize(
    ("own", "said", "proposed"),
    [
        ("todo", [], "todo"),
        ("todo", ["done", "done"], "done"),
        ("todo", ["suspended"], "ongoing"),
        ("todo", ["todo", "done"], "ongoing"),
        ("postponed", ["done"], "postponed"),
    ],
)
def test_the_status_proposed_is_that_of_the_answers(
    camille, convention, campaign, url, own, said, proposed
):
    action = make_action(convention, code="A-60", status=own)
    for status in said:
        make_contribution(campaign, action, make_organization(), state="validated", status=status)

    response = camille.get(url("progress:consolidate", 2022, "A-60"))

    assert response.context["form"].initial["status"] == proposed


def test_consolidating_saves_and_goes_to_the_next_left(camille, convention, campaign, action, url):
    indicator = make_indicator(action)
    make_action(convention, code="A-32")
    data = {
        "status": "ongoing",
        "progress": "70",
        "summary": "L’année du démarrage",
        "decision_asked": "Étendre ?",
        f"figure_{indicator.pk}": "1 200",
    }

    following = camille.post(
        url("progress:consolidate", 2022, "P-31"), data | {"next": "1"}, follow=True
    )
    last = camille.post(url("progress:consolidate", 2022, "A-32"), data | {"next": "1"})

    assert following.redirect_chain == [(url("progress:consolidate", 2022, "A-32"), 302)]
    assert "P-31 : le bilan 2022 est enregistré." in text(following)
    assert last.url == url("progress:year", 2022)
    review = ActionReview.objects.get(action=action)
    assert (review.progress, review.decision_asked) == (70, "Étendre ?")
    assert indicator.values.get(contribution=None).value == Decimal(1200)


def test_a_review_starts_from_the_year_before_and_is_corrected(camille, campaign, action, url):
    make_action_review(action, 2021, progress=40, summary="Démarrage")
    address = url("progress:consolidate", 2022, "P-31")
    page = camille.get(address)
    assert page.context["form"].initial["progress"] == 40
    assert "Bilan 2021 À venir 40 % Démarrage" in text(page)

    camille.post(address, {"status": "ongoing", "progress": "50"})
    response = camille.post(address, {"status": "ongoing", "progress": "55"})

    assert response.url == url("progress:year", 2022)
    assert action.reviews.get(year=2022).progress == 55


def test_a_wrong_consolidation_is_kept_on_the_page(camille, campaign, action, url):
    indicator = make_indicator(action)

    response = camille.post(
        url("progress:consolidate", 2022, "P-31"),
        {
            "status": "ongoing",
            "progress": "120",
            "summary": "Beaucoup",
            f"figure_{indicator.pk}": "douze",
        },
    )

    assert "2 champs sont à corriger" in text(response)
    assert "Beaucoup" in response.content.decode()
    assert 'value="douze"' in response.content.decode()
    assert not ActionReview.objects.exists()
