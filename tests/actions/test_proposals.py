"""A commune proposes an action; the lead makes one of it, or says why not."""

import pytest

from actions.models import Action, Proposal
from ctg.convention.models import JournalEntry
from tests.factories.actions import make_objective
from tests.factories.ctg import make_theme


@pytest.fixture
def proposal(convention, labege, cast):
    return Proposal.objects.create(
        convention=convention,
        organization=labege,
        title="Prêter des jeux",
        description="Une malle par école.",
        made_by=cast["sacha"],
    )


def decide(camille, url, proposal, verb, **data):
    return camille.post(url("actions:proposal_decide", proposal.pk, verb), data)


def test_sacha_proposes_for_her_commune(sacha, convention, labege, cast, url):
    theme = make_theme(convention)

    sacha.post(
        url("actions:propose"),
        {
            "organization": labege.pk,
            "title": "Prêter des jeux",
            "description": "Une malle par école.",
            "themes": [theme.pk],
        },
    )

    proposal = Proposal.objects.get()
    assert (proposal.organization.pk, proposal.made_by) == (labege.pk, cast["sacha"])
    assert list(proposal.themes.all()) == [theme]
    assert JournalEntry.objects.get().verb == "proposal.made"


def test_she_does_not_speak_for_another_organisation(sacha, convention, url):
    page = sacha.post(
        url("actions:propose"),
        {"organization": convention.caf.pk, "title": "Un", "description": "Deux"},
    )

    assert "Un champ est à corriger" in page.content.decode()
    assert not Proposal.objects.exists()


def test_accepted_it_becomes_an_action_of_the_commune(camille, convention, labege, proposal, url):
    objective = make_objective(convention)

    answer = decide(camille, url, proposal, "accepter", objective=objective.pk, answer="Bravo")

    action = Action.objects.get()
    assert answer.url == action.get_absolute_url()
    assert (action.title, action.scope, action.operational_objective) == (
        "Prêter des jeux",
        "communes",
        objective,
    )
    assert [commune.pk for commune in action.communes.all()] == [labege.pk]
    assert action.partners.get().role == "contributor"
    proposal.refresh_from_db()
    assert (proposal.state, proposal.action, proposal.answer) == ("accepted", action, "Bravo")


def test_declined_with_a_word_that_the_person_reads(camille, sacha, proposal, url):
    page = decide(camille, url, proposal, "decliner", answer="")
    assert "Un champ est à corriger" in page.content.decode()

    decide(camille, url, proposal, "decliner", answer="Déjà fait par la médiathèque.")

    page = sacha.get(url("actions:proposal", proposal.pk)).content.decode()
    assert "Déjà fait par la médiathèque." in page
    assert "Non retenue" in page


def test_a_second_answer_is_refused_in_words(camille, proposal, url):
    decide(camille, url, proposal, "decliner", answer="Non.")

    page = decide(camille, url, proposal, "decliner", answer="Encore non.")

    assert "déjà reçu une réponse" in page.content.decode()


def test_each_reads_the_proposals_of_her_organisation(client_of, proposal, url):
    shown = "Prêter des jeux"
    pages = {
        who: client_of(who).get(url("actions:proposals")).content.decode()
        for who in ("camille", "sacha", "malik")
    }

    assert [who for who, page in pages.items() if shown in page] == ["camille", "sacha"]


@pytest.mark.parametrize("count", [1, 3])
def test_proposal_list_query_count(
    camille, convention, labege, url, count, django_assert_num_queries
):
    for n in range(count):
        Proposal.objects.create(convention=convention, organization=labege, title=f"Idée {n}")

    with django_assert_num_queries(7):
        camille.get(url("actions:proposals"))
