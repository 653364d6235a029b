import pytest

from actions.models import Contribution
from tests.api.conftest import pointers
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
    make_objective,
)
from tests.factories.ctg import make_commune

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(convention):
    return make_campaign(convention, 2022)


@pytest.fixture
def action(convention, labege):
    return make_action(convention, code="A-01", pilot=convention.epci, communes=[labege])


@pytest.fixture
def answer(campaign, action, labege):
    return make_contribution(campaign, action, labege)


def test_each_reads_what_the_pages_show(program, campaign, action, answer, convention):
    make_contribution(campaign, action, make_commune("Auzielle", convention))

    assert program("sacha").get("contributions/").json()["count"] == 1
    assert program("ines").get("contributions/").json()["count"] == 2
    assert program("alix").get("contributions/").status_code == 403


@pytest.mark.parametrize("count", (1, 3))
def test_contributions_query_count(
    program, campaign, labege, convention, count, django_assert_num_queries
):
    for _ in range(count):
        action = make_action(convention)
        said = make_contribution(campaign, action, labege)
        make_indicator(action).values.create(year=2022, value=1, contribution=said)
    camille = program("camille")
    camille.get("contributions/")

    with django_assert_num_queries(8):
        camille.get("contributions/")


def test_a_draft_then_an_answer(program, answer, action):
    visits = make_indicator(action)
    sacha, address = program("sacha"), f"contributions/{answer.pk}/"
    figures = [{"indicator": visits.pk, "value": "1 234,5"}]

    draft = sacha.patch(address, {"done": "Deux réunions", "figures": figures})
    assert (draft.status_code, draft.json()["state"]) == (200, "draft")
    early = sacha.post(f"{address}submit/")
    assert pointers(early) == {"#/status": "Dites où en est l’action chez vous."}
    sent = sacha.post(f"{address}submit/", {"status": "ongoing"}).json()

    assert (sent["state"], sent["done"]) == ("submitted", "Deux réunions")
    assert sent["figures"][0]["value"] == "1234.50"
    assert sacha.patch(address, {"done": "Trop tard"}).status_code == 409


def test_a_figure_is_of_an_indicator_asked_here(program, answer, convention):
    elsewhere = make_indicator(make_action(convention))
    body = {"status": "done", "figures": [{"indicator": elsewhere.pk, "value": "1"}]}

    refused = program("sacha").post(f"contributions/{answer.pk}/submit/", body)

    assert pointers(refused) == {
        "#/figures/0/indicator": "Cet indicateur n’est pas demandé pour cette action."
    }


def test_nobody_answers_for_another_organisation(program, answer):
    """Malik follows the campaign, and does not speak for Labège."""
    assert program("malik").patch(f"contributions/{answer.pk}/", {}).status_code == 403


def test_set_aside(program, answer):
    sacha, address = program("sacha"), f"contributions/{answer.pk}/set-aside/"

    assert set(pointers(sacha.post(address))) == {"#/reason"}
    assert sacha.post(address, {"reason": "Pas chez nous"}).json()["state"] == "set_aside"


def test_the_lead_validates_or_returns(program, answer):
    sacha, camille = program("sacha"), program("camille")
    address = f"contributions/{answer.pk}/"
    assert camille.post(f"{address}validate/").status_code == 409
    sacha.post(f"{address}submit/", {"status": "ongoing"})
    assert sacha.post(f"{address}validate/").status_code == 403

    back = camille.post(f"{address}return-for-correction/", {"comment": "Chiffrez"}).json()
    assert (back["state"], back["return_comment"]) == ("returned", "Chiffrez")
    sacha.post(f"{address}submit/")
    assert camille.post(f"{address}validate/").json()["state"] == "validated"
    answer.refresh_from_db()
    assert answer.state == Contribution.State.VALIDATED


def test_nothing_new_needs_a_year_before(program, answer):
    refused = program("sacha").post(f"contributions/{answer.pk}/nothing-new/")

    assert refused.status_code == 409
    assert refused.json()["detail"] == "C’est la première fois que cette action vous est demandée."


def test_a_campaign_is_prepared_opened_and_closed(program, action, convention):
    camille = program("camille")
    made = camille.post("campaigns/", {"year": 2021})

    assert (made.status_code, made.json()["is_open"]) == (201, False)
    assert program("alix").get("campaigns/").json()["count"] == 0
    assert camille.post("campaigns/2021/open/").json()["is_open"]
    assert camille.get("contributions/").json()["count"] == 1
    assert not camille.post("campaigns/2021/close/").json()["is_open"]


def test_the_lead_judges_the_year_of_an_action(program, answer, action, convention):
    visits = make_indicator(action)
    camille = program("camille")
    body = {"action": "A-01", "year": 2022, "progress": 40, "summary": "En bonne voie"}
    body["figures"] = [{"indicator": visits.pk, "value": "12"}]

    made = camille.post("action-reviews/", body)
    assert made.status_code == 201
    assert made.json()["figures"][0]["value"] == "12.00"
    assert camille.post("action-reviews/", body).status_code == 409
    changed = camille.patch(f"action-reviews/{made.json()['id']}/", {"progress": 60}).json()

    assert (changed["progress"], changed["summary"]) == (60, "En bonne voie")
    assert changed["figures"] == made.json()["figures"]
    action.refresh_from_db()
    assert action.progress == 60


def test_a_proposal_becomes_an_action(program, convention, labege, action):
    idea = {"organization": labege.pk, "title": "Ludothèque", "description": "Pour les petits"}
    made = program("sacha").post("proposals/", idea).json()
    objective = make_objective(convention)

    accepted = program("camille").post(
        f"proposals/{made['id']}/accept/", {"objective": objective.pk}
    )

    assert (accepted.json()["state"], accepted.json()["action"]) == ("accepted", "A-02")
    refused = program("sacha").post("proposals/", idea | {"organization": convention.epci.pk})
    assert set(pointers(refused)) == {"#/organization"}
