"""Before the opening: the list is computed from the plan, and the lead adjusts it."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions import asking, campaigns
from actions.models import Action, ActionPartner, Adjustment, Contribution
from tests.factories.actions import make_action, make_campaign
from tests.factories.ctg import make_commune


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def prepared(convention):
    return make_campaign(convention, is_open=False)


@pytest.fixture
def auzeville(convention):
    return make_commune("Auzeville", convention, contact_email="mairie@auzeville.example")


@pytest.fixture
def action(convention, labege):
    return make_action(
        convention, code="P-31", communes=[labege], scope=Action.Scope.COMMUNES, title="Permanences"
    )


def asked(campaign):
    found = campaign.contributions.values_list("action__code", "organization__name")
    return sorted(found)


def test_the_list_is_seen_and_changed_before_the_opening(
    camille, cast, prepared, action, labege, auzeville, url
):
    page = words(camille.get(url("progress:expected")))
    assert "1 réponse sera demandée 1 organisme " in page
    assert "P-31 · Permanences Labège Changer" in page

    chosen = {"organizations": [auzeville.pk]}
    said = camille.post(url("progress:expected_choose", "P-31"), chosen, follow=True)
    assert "P-31 : 2 changements, rien n’est encore envoyé." in words(said)
    assert "Auzeville Ajouté Labège Retiré" in words(said)
    assert not Contribution.objects.exists()

    campaigns.open_campaign(prepared, by=cast["camille"])
    assert asked(prepared) == [("P-31", "Auzeville")]
    campaigns.close_campaign(prepared, by=cast["camille"])
    campaigns.open_campaign(prepared, by=cast["camille"])
    assert asked(prepared) == [("P-31", "Auzeville")], "une réouverture n’oublie pas le choix"


def test_ticking_what_the_plan_says_keeps_nothing(cast, prepared, action, labege, auzeville):
    def choose(*organizations):
        return asking.choose(prepared, action, organizations=organizations, by=cast["camille"])

    assert choose() == 1
    assert choose(labege) == 1
    assert choose(labege) == 0
    assert not Adjustment.objects.exists()


def test_who_joins_the_action_later_is_asked_too(
    cast, convention, prepared, action, labege, auzeville
):
    asking.choose(prepared, action, organizations=[], by=cast["camille"])
    ActionPartner.objects.create(
        action=action, organization=auzeville, role=ActionPartner.Role.CONTRIBUTOR
    )

    campaigns.open_campaign(prepared, by=cast["camille"])

    assert asked(prepared) == [("P-31", "Auzeville")]


def test_a_finished_action_is_asked_about_by_hand(camille, cast, prepared, labege, convention, url):
    done = make_action(convention, code="P-32", pilot=labege, status=Action.Status.DONE)
    assert "Personne n’est concerné" in words(camille.get(url("progress:expected")))

    one = {"action": done.pk, "organizations": [labege.pk]}
    said = camille.post(url("progress:expected"), one, follow=True)
    assert "P-32 sera demandée à 1 organisme de plus." in words(said)

    campaigns.open_campaign(prepared, by=cast["camille"])
    assert asked(prepared) == [("P-32", "Labège")]


def test_by_organisation_says_how_much_is_asked_of_each(
    camille, convention, prepared, action, labege, auzeville, url
):
    make_action(convention, code="P-33", title="Relais", pilot=labege)

    page = words(camille.get(url("progress:expected") + "?par=organisme"))

    assert "Labège 2 actions P-31 · Permanences P-33 · Relais" in page


def test_those_without_address_are_named_before_the_opening(
    camille, convention, prepared, action, auzeville, url
):
    """Labège has nobody: in this test Sacha does not exist; Auzeville has an address."""
    convention.memberships.exclude(role="lead").delete()
    asking.ask(prepared, action, organizations=[auzeville], by=None)

    response = camille.get(url("progress:expected"))

    assert [str(one) for one in response.context["unreachable"]] == ["Labège"]
    contact = url("progress:contact", response.context["unreachable"][0].pk)
    back = camille.post(contact, {"contact_email": "mairie@labege.example"})
    assert back.url == url("progress:expected")
    assert camille.get(url("progress:expected")).context["unreachable"] == []


def test_once_open_the_list_is_no_longer_prepared(camille, cast, prepared, action, labege, url):
    campaigns.open_campaign(prepared, by=cast["camille"])

    with pytest.raises(ValidationError, match="ne se prépare plus"):
        asking.choose(prepared, action, organizations=[], by=cast["camille"])
    assert camille.get(url("progress:expected_choose", "P-31")).status_code == 404


def test_an_organisation_of_elsewhere_is_no_choice(camille, prepared, action, url):
    stranger = make_commune("Ailleurs")
    said = camille.post(
        url("progress:expected_choose", "P-31"), {"organizations": [stranger.pk]}, follow=True
    )
    assert "Sélectionnez un choix valide" in words(said)
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize("query", ["", "?par=organisme"])
def test_query_count(camille, convention, prepared, labege, url, query):
    def count():
        camille.get(url("progress:expected") + query)
        with CaptureQueriesContext(connection) as captured:
            camille.get(url("progress:expected") + query)
        return len(captured)

    make_action(convention, pilot=labege)
    one = count()
    for rank in range(3):
        commune = make_commune(f"Commune {rank}", convention)
        make_action(convention, pilot=commune, communes=[labege], scope=Action.Scope.COMMUNES)
    assert count() == one
