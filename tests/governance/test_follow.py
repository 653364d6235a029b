"""The actions selected in the plan, entrusted to a committee or taken back from it."""

from datetime import date

import pytest

from actions.models import Action, BulkChange
from ctg.convention.models import JournalEntry
from tests.factories.actions import make_action
from tests.factories.governance import make_committee


@pytest.fixture
def committee(convention):
    return make_committee(convention, name="Groupe parentalité")


@pytest.fixture
def actions(convention):
    return [make_action(convention, code=code) for code in ("A-1", "A-2")]


def send(camille, url, committee, **data):
    data |= {"action": ["A-1", "A-2"], "committee": committee.pk}
    return camille.post(url("governance:follow"), data, follow=True).content.decode()


def test_followed_once_and_said_on_each_sheet(camille, committee, actions, url):
    committee.actions.add(actions[0])

    page = send(camille, url, committee)

    assert "C’est fait pour 1\u00a0action" in page
    assert set(committee.actions.all()) == set(actions)
    assert JournalEntry.objects.get(verb="action.followed").target == actions[1]


def test_undone_as_one_act_and_the_sheets_are_as_before(camille, committee, actions, url):
    committee.actions.add(actions[0])
    sent_at = actions[1].updated_at
    send(camille, url, committee)

    change = BulkChange.objects.get()
    camille.post(url("actions:bulk_undo", change.pk))

    assert list(committee.actions.all()) == [actions[0]]
    actions[1].refresh_from_db()
    assert actions[1].updated_at == sent_at


def test_already_followed_is_said(camille, committee, actions, url):
    committee.actions.add(*actions)

    assert "rien à changer" in send(camille, url, committee)


def test_taken_back(camille, committee, actions, url):
    committee.actions.add(*actions)

    send(camille, url, committee, remove="1")

    assert not committee.actions.exists()


def test_a_committee_that_ended_is_not_a_choice(camille, committee, actions, url):
    committee.closed_on = date(2022, 1, 1)
    committee.save()

    assert "Un champ est à corriger" in send(camille, url, committee)


def test_an_action_archived_meanwhile_is_said(camille, committee, actions, url):
    Action.objects.filter(code="A-2").update(archived_at="2022-01-01T00:00Z")

    page = camille.get(url("governance:follow"), {"action": ["A-1", "A-2"]}).content.decode()

    assert "1 action archivée ou inconnue" in page
