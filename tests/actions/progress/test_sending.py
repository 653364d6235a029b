import json

from django.urls import reverse
from freezegun import freeze_time

from actions.models import Campaign, Contribution
from tests.actions.progress.pages import HTMX, SAID, State, text
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
)


def test_sending_without_a_status_is_refused_and_kept(sacha, contribution, url):
    response = sacha.post(url("progress:answer", contribution.pk), {"done": "Oui"})

    assert "Dites où en est l’action chez vous." in text(response)
    assert Contribution.objects.get().done == "Oui"


def test_autosave_answers_one_line(sacha, contribution, url):
    with freeze_time("2023-01-19 09:42"):
        response = sacha.post(
            url("progress:answer", contribution.pk), {"done": "Deux permanences"}, **HTMX
        )

    assert response.content.decode() == "brouillon enregistré à 10\u00a0h\u00a042"
    assert json.loads(response.headers["HX-Trigger"]) == {
        "ctg:saved": {"version": "2023-01-19T09:42:00+00:00"}
    }
    assert Contribution.objects.get().state == State.DRAFT


def test_autosave_with_a_wrong_figure_says_so_and_keeps_the_rest(sacha, contribution, url):
    indicator = make_indicator(contribution.action)

    response = sacha.post(
        url("progress:answer", contribution.pk),
        {"done": "Deux permanences", f"figure_{indicator.pk}": "douze"},
        **HTMX,
    )

    said = response.content.decode()
    assert "sauf «\u00a0Rendez-vous tenus\u00a0»\u00a0: Écrivez un nombre en chiffres" in said
    assert Contribution.objects.get().done == "Deux permanences"


def test_a_second_click_sends_nothing_twice(sacha, contribution, url):
    address = url("progress:answer", contribution.pk)
    sacha.post(address, SAID)

    again = sacha.post(address, SAID)

    assert again.status_code == 302
    assert contribution.history.filter(state=State.SUBMITTED).count() == 1


def test_a_change_after_the_sending_is_shown_back_not_taken(sacha, sent, url):
    response = sacha.post(url("progress:answer", sent.pk), SAID | {"done": "Autre chose"})

    assert "Cette réponse ne peut plus être modifiée" in text(response)
    assert "Autre chose" in text(response)
    assert Contribution.objects.get().done == "Fait"
    assert "Envoyer mon avancement" not in text(response)


def test_a_draft_behind_the_sending_is_not_taken(sacha, sent, url):
    response = sacha.post(url("progress:answer", sent.pk), {"done": "Autre"}, **HTMX)

    assert "ne se modifie plus" in response.content.decode()
    assert '<span hx-swap-oob="delete:#send">' in response.content.decode()
    assert Contribution.objects.get().done == "Fait"


def test_a_sent_or_closed_answer_is_read_with_words(sacha, campaign, sent, url):
    response = sacha.get(url("progress:answer", sent.pk), follow=True)
    assert response.redirect_chain == [(url("progress:read", sent.pk), 302)]
    assert "par Sacha, elle ne se modifie plus, sauf si elle est renvoyée" in text(response)

    Campaign.objects.update(closed_at=campaign.opened_at)
    assert "campagne close" in text(sacha.get(url("progress:read", sent.pk)))


def test_an_answer_of_a_campaign_not_opened_yet_does_not_exist(sacha, convention, labege, url):
    prepared = make_campaign(convention, is_open=False)
    asked = make_contribution(prepared, make_action(convention), labege)

    assert sacha.get(url("progress:answer", asked.pk)).status_code == 404


def test_an_expired_session_comes_back_to_the_form(client, contribution, url):
    address = url("progress:answer", contribution.pk)

    response = client.post(address, SAID)

    assert response.url == f"{reverse('account_request_login_code')}?next={address}"


def test_two_people_on_one_answer_see_both_versions(sacha, camille, contribution, url):
    address = url("progress:answer", contribution.pk)
    seen = sacha.get(address).context["form"]["seen"].value()
    camille.post(address, {"done": "Dit par Camille", "status": "done", "later": "1"})

    autosaved = sacha.post(address, {"done": "Dit par Sacha", "seen": seen}, **HTMX)
    refused = sacha.post(address, SAID | {"done": "Dit par Sacha", "seen": seen})

    assert "HX-Trigger" not in autosaved.headers
    assert "Non enregistré\u00a0: Camille vient de modifier" in autosaved.content.decode()
    page = text(refused)
    assert "Camille a enregistré cette réponse pendant votre saisie." in page
    assert "Où en êtes-vous ? Réalisée" in page
    assert "Qu’avez-vous fait cette année ? Dit par Camille" in page
    assert Contribution.objects.get().done == "Dit par Camille"

    again = refused.context["form"]["seen"].value()
    sacha.post(address, SAID | {"done": "Dit par Sacha", "seen": again})
    assert Contribution.objects.get().done == "Dit par Sacha"


def test_one_s_own_drafts_are_no_conflict(sacha, contribution, url):
    address = url("progress:answer", contribution.pk)
    seen = sacha.get(address).context["form"]["seen"].value()

    for done in ("Un", "Un deux", "Un deux trois"):
        sacha.post(address, {"done": done, "seen": seen}, **HTMX)

    assert Contribution.objects.get().done == "Un deux trois"


def test_typed_text_is_escaped(sacha, campaign, action, labege, url):
    draft = make_contribution(campaign, action, labege, state="draft", done="<script>x</script>")

    for name in ("answer", "read"):
        page = sacha.get(url(f"progress:{name}", draft.pk)).content.decode()
        assert "<script>x" not in page


def test_an_empty_sending_changes_nothing(sacha, contribution, url):
    make_indicator(contribution.action)

    response = sacha.post(url("progress:answer", contribution.pk))

    assert "Dites où en est l’action chez vous." in text(response)
    assert Contribution.objects.get().state == State.EXPECTED


def test_a_campaign_closed_while_typing_gives_the_text_back(sacha, campaign, contribution, url):
    Campaign.objects.update(closed_at=campaign.opened_at)

    response = sacha.post(url("progress:answer", contribution.pk), SAID)

    assert "Cette réponse ne peut plus être modifiée" in text(response)
    assert SAID["done"] in text(response)
    assert "campagne close" in text(sacha.get(url("progress:read", contribution.pk)))
