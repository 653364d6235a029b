from decimal import Decimal

from django.utils import timezone

from actions.models import Contribution, IndicatorValue
from tests.actions.progress.pages import SAID, State, text
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
)


def test_the_form_recalls_last_year(sacha, contribution, convention, labege, url):
    last = make_campaign(convention, 2021, is_open=False)
    before = make_contribution(
        last, contribution.action, labege, state="validated", done="Une par mois"
    )
    indicator = make_indicator(contribution.action, target=150)
    IndicatorValue.objects.create(indicator=indicator, year=2021, contribution=before, value=38)

    page = text(sacha.get(url("progress:answer", contribution.pk)))

    for words in (
        "Labège action 1 sur 1",
        "P-31 · Ouvrir des permanences",
        "L’an dernier : « En cours »",
        "2021 : « Une par mois »",
        "Rendez-vous tenus 2021 : 38 · cible de l’action : 150",
    ):
        assert words in page
    assert page.count("Pas de nom ni de situation personnelle.") == 2


def test_sending_goes_to_the_next_action_then_home(
    sacha, campaign, contribution, convention, labege, url
):
    indicator = make_indicator(contribution.action)
    following = make_contribution(campaign, make_action(convention), labege)

    first = sacha.post(
        url("progress:answer", contribution.pk), SAID | {f"figure_{indicator.pk}": "1 234,5"}
    )
    last = sacha.post(url("progress:answer", following.pk), SAID)

    assert first.url == url("progress:answer", following.pk)
    assert last.url == url("progress:mine")
    contribution.refresh_from_db()
    assert contribution.state == State.SUBMITTED
    assert contribution.figures.get().value == Decimal("1234.5")


def test_sending_the_last_of_the_list_goes_round_to_what_was_left(
    sacha, campaign, contribution, convention, labege, url
):
    last = make_contribution(campaign, make_action(convention), labege)

    response = sacha.post(url("progress:answer", last.pk), SAID)

    assert response.url == url("progress:answer", contribution.pk)


def test_the_lead_answers_for_an_organisation(camille, contribution, url):
    assert camille.post(url("progress:answer", contribution.pk), SAID).url == url("progress:mine")

    assert Contribution.objects.get().submitted_by.first_name == "Camille"


def test_later_keeps_an_incomplete_answer(sacha, contribution, url):
    response = sacha.post(
        url("progress:answer", contribution.pk), {"done": "À finir", "later": "1"}, follow=True
    )

    assert response.redirect_chain[-1][0] == url("progress:mine")
    assert "Votre brouillon est enregistré." in text(response)
    assert "Brouillon" in text(response)


def test_a_wrong_figure_is_named_the_rest_is_kept(sacha, contribution, url):
    indicator = make_indicator(contribution.action)
    name = f"figure_{indicator.pk}"

    response = sacha.post(url("progress:answer", contribution.pk), SAID | {name: "douze"})

    page = text(response)
    assert "Un champ est à corriger" in page
    assert f"{indicator.title} : Écrivez un nombre en chiffres" in page
    assert "Tout le reste est gardé comme brouillon." in page
    assert 'value="douze"' in response.content.decode()
    stored = Contribution.objects.get()
    assert (stored.state, stored.done) == (State.DRAFT, SAID["done"])
    assert not stored.figures.exists()


def test_later_and_back_gives_a_wrong_figure_as_it_was_typed(sacha, contribution, url):
    figure = f"figure_{make_indicator(contribution.action).pk}"
    address = url("progress:answer", contribution.pk)

    left = sacha.post(address, SAID | {figure: "douze", "later": "1"}, follow=True)

    assert "Un chiffre ou un texte est à corriger avant l’envoi." in text(left)
    back = sacha.get(address)
    assert 'value="douze"' in back.content.decode()
    assert "Écrivez un nombre en chiffres" in text(back)
    assert SAID["done"] in text(back)
    sacha.post(address, SAID | {figure: "12"})
    stored = Contribution.objects.get()
    assert (stored.state, stored.refused, stored.figures.get().value) == ("submitted", {}, 12)


def test_nothing_new_sends_last_year_s_status(sacha, contribution, convention, labege, url):
    last = make_campaign(convention, 2021, is_open=False, closed_at=timezone.now())
    make_contribution(last, contribution.action, labege, state="validated", status="suspended")
    assert "Rien de nouveau depuis 2021" in text(sacha.get(url("progress:answer", contribution.pk)))

    sacha.post(url("progress:nothing_new", contribution.pk))

    sent = campaign_answer(2022)
    assert (sent.state, sent.status, sent.done, sent.is_unchanged) == (
        "submitted",
        "suspended",
        "",
        True,
    )
    assert "Rien de nouveau depuis 2021." in text(sacha.get(url("progress:read", sent.pk)))


def test_each_way_of_answering_goes_on_to_the_next_action(
    sacha, campaign, contribution, convention, labege, url
):
    last = make_campaign(convention, 2021, is_open=False, closed_at=timezone.now())
    make_contribution(last, contribution.action, labege, state="validated")
    second, third = (make_contribution(campaign, make_action(convention), labege) for _ in range(2))

    unchanged = sacha.post(url("progress:nothing_new", contribution.pk))
    aside = sacha.post(url("progress:set_aside", second.pk), {"reason": "Pas d’équipement"})

    assert unchanged.url == url("progress:answer", second.pk)
    assert aside.url == url("progress:answer", third.pk)


def campaign_answer(year):
    return Contribution.objects.get(campaign__year=year)


def test_nothing_new_never_replaces_what_was_begun(sacha, contribution, convention, labege, url):
    page = text(sacha.get(url("progress:answer", contribution.pk)))
    assert "Rien de nouveau" not in page, "la première fois, il n’y a rien à reprendre"
    first = sacha.post(url("progress:nothing_new", contribution.pk), follow=True)
    assert "première fois" in text(first)

    last = make_campaign(convention, 2021, is_open=False, closed_at=timezone.now())
    make_contribution(last, contribution.action, labege, state="validated")
    sacha.post(url("progress:answer", contribution.pk), {"done": "Commencé", "later": "1"})
    refused = sacha.post(url("progress:nothing_new", contribution.pk), follow=True)

    assert "Vous avez commencé cette réponse" in text(refused)
    assert (campaign_answer(2022).state, campaign_answer(2022).done) == ("draft", "Commencé")


def test_set_aside_asks_why_and_owes_nothing_more(sacha, camille, contribution, url):
    address = url("progress:set_aside", contribution.pk)
    assert "Dites en quelques mots pourquoi." in text(sacha.post(address, {"reason": " "}))

    sacha.post(address, {"reason": "Pas de crèche chez nous"})

    stored = Contribution.objects.get()
    assert (stored.state, stored.set_aside_reason) == ("set_aside", "Pas de crèche chez nous")
    assert not Contribution.objects.waiting_for_answer().exists()
    assert not Contribution.objects.asked().exists()
    assert "Non concernée" in text(sacha.get(url("progress:mine")))
    assert "Pas de crèche chez nous" in text(camille.get(url("progress:answers")))
    assert "Pas de crèche chez nous" in text(
        camille.get(url("progress:consolidate", 2022, stored.action.code))
    )


def test_who_set_aside_may_change_her_mind(sacha, contribution, url):
    sacha.post(url("progress:set_aside", contribution.pk), {"reason": "Pas chez nous"})
    page = text(sacha.get(url("progress:answer", contribution.pk)))
    assert "Vous avez dit ne pas être concernés" in page

    sacha.post(url("progress:answer", contribution.pk), SAID)

    assert Contribution.objects.get().state == State.SUBMITTED


def test_the_lead_gives_back_what_was_wrongly_set_aside(camille, sacha, contribution, url):
    sacha.post(url("progress:set_aside", contribution.pk), {"reason": "Pas chez nous"})

    camille.post(url("progress:return", contribution.pk), {"comment": "Si, la ludothèque"})

    assert Contribution.objects.get().state == State.RETURNED
