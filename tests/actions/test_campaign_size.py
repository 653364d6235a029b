"""The size a campaign must carry: 36 communes, 120 actions, 2 000 answers expected."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions import campaigns
from actions.models import Action
from ctg.convention.rights import Role
from tests.factories.actions import make_action, make_campaign
from tests.factories.ctg import make_commune, make_member

COMMUNES, ACTIONS, EXPECTED = 36, 120, 2000


@pytest.fixture
def territory(convention):
    communes = [make_commune(f"Commune {rank}", convention) for rank in range(COMMUNES)]
    for rank, commune in enumerate(communes):
        make_member(convention, Role.CONTRIBUTOR, commune, first_name=f"Agent {rank}")
    return communes


def ask(convention, communes, actions):
    """So many actions, each for 16 or 17 communes."""
    for rank in range(actions):
        count = EXPECTED * (rank + 1) // ACTIONS - EXPECTED * rank // ACTIONS
        chosen = [communes[(rank + place) % COMMUNES] for place in range(count)]
        make_action(convention, communes=chosen, scope=Action.Scope.COMMUNES)


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_two_thousand_expected_answers_are_opened(cast, convention, territory):
    ask(convention, territory, ACTIONS)
    campaign = make_campaign(convention, is_open=False)

    campaigns.open_campaign(campaign, by=cast["camille"])

    assert campaign.contributions.count() == EXPECTED
    assert campaign.links.values("organization").distinct().count() == COMMUNES


def test_opening_costs_by_the_reader_and_not_by_the_answer(cast, convention):
    """Six readers: 24 answers or 240, but for the batches in which rows are inserted."""
    communes = [make_commune(f"Commune {rank}", convention) for rank in range(6)]
    for commune in communes:
        make_member(convention, Role.CONTRIBUTOR, commune)
    counts = []
    for year, actions in ((2021, 4), (2022, 36)):
        for _ in range(actions):
            make_action(convention, communes=communes, scope=Action.Scope.COMMUNES)
        campaign = make_campaign(convention, year, is_open=False)
        with CaptureQueriesContext(connection) as captured:
            campaigns.open_campaign(campaign, by=cast["camille"])
        counts.append(len(captured))
        campaigns.close_campaign(campaign, by=cast["camille"])

    assert campaign.contributions.count() == 240
    assert counts[1] - counts[0] < 5
    assert counts[1] < 10 * len(communes)


@pytest.mark.parametrize("name", ["progress:home", "progress:reminders", "progress:expected"])
def test_following_takes_the_same_queries_at_any_size(
    camille, cast, convention, territory, url, name
):
    ask(convention, territory, 4)
    campaign = make_campaign(convention, is_open=False)
    campaigns.open_campaign(campaign, by=cast["camille"])
    few = queries(camille, url(name))

    ask(convention, territory, 40)
    campaigns.close_campaign(campaign, by=cast["camille"])
    campaigns.open_campaign(campaign, by=cast["camille"])

    assert queries(camille, url(name)) == few
