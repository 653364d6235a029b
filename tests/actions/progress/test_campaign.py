from datetime import UTC, datetime

from actions.models import Campaign
from tests.actions.progress.pages import text
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
)


def test_answers_are_one_s_own_or_all_for_those_who_follow(
    sacha, client_of, contribution, elsewhere, url
):
    mine = text(sacha.get(url("progress:answers")))
    all_of_them = text(client_of("ines").get(url("progress:answers")))

    assert "Labège · 2022" in mine
    assert "Auzeville" not in mine
    assert "Auzeville · 2022" in all_of_them


def test_answers_are_filtered(camille, convention, campaign, contribution, elsewhere, url):
    other = make_action(convention, code="A-32", title="Équiper les mairies")
    make_contribution(campaign, other, contribution.organization, state="submitted")

    def found(query):
        response = camille.get(url("progress:answers") + query)
        return [(c.action.code, str(c.organization)) for c in response.context["page"]]

    assert found("?q=A-32") == [("A-32", "Labège")]
    assert found("?q=mairies&year=2022") == [("A-32", "Labège")]
    assert found("?state=submitted") == [("A-32", "Labège")]
    assert found(f"?organization={elsewhere.organization_id}") == [("P-31", "Auzeville")]
    assert found("?q=rien") == []
    assert "Aucune réponse ne correspond" in text(camille.get(url("progress:answers") + "?q=rien"))


def test_no_answer_yet(camille, url):
    assert "Aucune réponse pour l’instant" in text(camille.get(url("progress:answers")))


DATES = {
    "year": "2022",
    "opens_on": "2023-01-02",
    "reminds_on": "2023-01-16",
    "closes_on": "2023-01-31",
    "validates_on": "2023-02-15",
}


def test_a_campaign_is_prepared_then_opened(camille, convention, labege, url):
    make_action(convention, pilot=labege)

    camille.post(url("progress:campaign"), DATES)
    campaign = Campaign.objects.get()
    assert not campaign.is_open

    response = camille.post(
        url("progress:campaign"), DATES | {"closes_on": "2023-02-05", "open": "1"}, follow=True
    )
    campaign.refresh_from_db()
    assert campaign.is_open
    assert campaign.closes_on.isoformat() == "2023-02-05"
    assert campaign.contributions.count() == 1
    assert "La campagne 2022 est ouverte" in text(response)


def test_dates_of_an_open_campaign_are_moved(camille, campaign, url):
    camille.post(url("progress:campaign"), DATES | {"closes_on": "2023-02-10"})

    assert Campaign.objects.get().closes_on.isoformat() == "2023-02-10"
    page = text(camille.get(url("progress:campaign")))
    assert "Dates de la campagne" in page


def test_opening_an_open_campaign_is_refused_with_words(camille, campaign, url):
    page = text(camille.post(url("progress:campaign"), DATES | {"open": "1"}))

    assert "Cette campagne est déjà ouverte." in page


def test_closing_says_what_it_leaves_then_closes(camille, campaign, sent, elsewhere, url):
    page = text(camille.get(url("progress:close", 2022)))
    assert "1 réponse manque encore" in page
    assert "1 réponse reste à valider" in page
    assert campaign.is_open

    response = camille.post(url("progress:close", 2022), follow=True)

    assert "La campagne 2022 est close." in text(response)
    assert not Campaign.objects.get().is_open
    assert "déjà close" in text(camille.get(url("progress:close", 2022)))
    assert "n’est pas ouverte" in text(camille.post(url("progress:close", 2022), follow=True))


def test_a_campaign_never_opened_is_not_closed(camille, convention, url):
    make_campaign(convention, is_open=False)

    assert "n’est pas encore ouverte" in text(camille.get(url("progress:close", 2022)))


def test_a_closed_campaign_is_reopened_but_not_beside_another(camille, convention, campaign, url):
    camille.post(url("progress:close", 2022))
    response = camille.post(url("progress:reopen", 2022), follow=True)
    assert "La campagne 2022 est de nouveau ouverte." in text(response)

    make_campaign(convention, 2021, closed_at=datetime(2060, 2, 1, tzinfo=UTC))
    refused = camille.post(url("progress:reopen", 2021), follow=True)
    assert "La campagne 2022 est encore ouverte" in text(refused)
