from datetime import UTC, datetime

from actions.models import Contribution, IndicatorValue
from tests.actions.progress.pages import State, text
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
)


def test_the_queue_shows_the_facts_beside(camille, sent, convention, labege, url):
    indicator = make_indicator(sent.action, target=150)
    last = make_campaign(
        convention, 2021, is_open=False, closed_at=datetime(2022, 2, 1, tzinfo=UTC)
    )
    before = make_contribution(last, sent.action, labege, state="validated", done="Une par mois")
    for answer, value in ((sent, 212), (before, 38)):
        IndicatorValue.objects.create(
            indicator=indicator, year=answer.campaign.year, contribution=answer, value=value
        )

    page = text(camille.get(url("progress:queue")))

    assert "Labège P-31 · Ouvrir des permanences · 2022" in page
    assert "2022 En cours Fait 2021 En cours Une par mois" in page
    assert "Rendez-vous tenus 212 38 150" in page


def test_one_answer_is_validated_and_the_list_comes_back(camille, sent, url):
    address = url("progress:queue") + "?q=P-31"

    response = camille.post(url("progress:validate", sent.pk), {"next": address})

    assert response.url == address
    assert Contribution.objects.get().state == State.VALIDATED
    again = camille.post(url("progress:validate", sent.pk), follow=True)
    assert "Seule une contribution envoyée se valide." in text(again)


def test_never_back_to_another_site(camille, sent, url):
    response = camille.post(url("progress:validate", sent.pk), {"next": "https://ailleurs.example"})

    assert response.url == url("progress:queue")


def test_many_answers_are_validated_at_once(camille, campaign, sent, convention, labege, url):
    other = make_contribution(campaign, make_action(convention), labege, state="submitted")
    left = make_contribution(campaign, make_action(convention), labege, state="submitted")

    response = camille.post(
        url("progress:queue"), {"answer": [sent.pk, other.pk, "x"]}, follow=True
    )

    assert "2 réponses sont validées." in text(response)
    assert Contribution.objects.waiting_for_validation().get() == left

    camille.post(url("progress:queue"), {"page": f"{left.pk}"})
    assert not Contribution.objects.waiting_for_validation().exists()


def test_nothing_ticked_says_so(camille, sent, url):
    response = camille.post(url("progress:queue"), follow=True)

    assert "Cochez au moins une réponse à valider." in text(response)


def test_the_queue_is_filtered_and_says_when_empty(camille, sent, url):
    filtered = text(camille.get(url("progress:queue") + "?q=A-99"))
    assert "Aucune réponse à valider ne correspond" in filtered

    camille.post(url("progress:validate", sent.pk))
    assert "Rien à valider pour l’instant" in text(camille.get(url("progress:queue")))


def test_an_answer_is_returned_with_a_comment(camille, sent, url):
    address = url("progress:return", sent.pk)
    assert "Renvoyer pour correction" in text(camille.get(address))

    empty = camille.post(address, {"comment": "  "})
    assert "Dites ce qui est à corriger." in text(empty)
    assert Contribution.objects.get().state == State.SUBMITTED

    response = camille.post(address, {"comment": "Combien ?"}, follow=True)
    assert "P-31, Labège : réponse renvoyée, à corriger." in text(response)
    assert Contribution.objects.get().return_comment == "Combien ?"


def test_returning_what_was_not_sent_is_refused_with_words(camille, contribution, url):
    page = text(camille.post(url("progress:return", contribution.pk), {"comment": "Combien ?"}))

    assert "n’a pas été envoyée" in page
