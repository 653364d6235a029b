"""What changed in the plan since a date or the last committee."""

from datetime import UTC, datetime

import pytest
from freezegun import freeze_time

from actions import services
from ctg.convention.journal import record
from governance.changes import net_changes
from tests.factories.actions import make_action
from tests.factories.governance import make_committee, make_meeting


def test_back_and_forth_is_no_change():
    assert net_changes(
        [("Titre", "a", "b"), ("Statut", "À venir", "En cours"), ("Titre", "b", "a")]
    ) == [("Statut", "À venir", "En cours")]


def test_a_field_goes_from_its_first_value_to_its_last():
    assert net_changes([("Fin", "1", "2"), ("Fin", "2", "3")]) == [("Fin", "1", "3")]


@pytest.fixture
def meeting(convention):
    return make_meeting(
        make_committee(convention, name="Comité de pilotage"),
        state="held",
        starts_at=datetime(2023, 3, 16, 9, tzinfo=UTC),
    )


def changed(page):
    return [(one.action.code, one.fields) for one in page.context["found"].actions]


def test_since_the_last_committee_by_default(camille, cast, convention, meeting, url):
    before, after = (make_action(convention, code=code) for code in ("A-1", "A-2"))
    with freeze_time("2023-03-01"):
        services.start(before, by=cast["camille"])
    with freeze_time("2023-04-01"):
        services.start(after, by=cast["camille"])

    page = camille.get(url("governance:changes"))

    assert changed(page) == [("A-2", [("Statut", "À venir", "En cours")])]
    assert "Comité de pilotage du 16 mars 2023" in page.content.decode()


def test_since_a_date(camille, cast, convention, meeting, url):
    with freeze_time("2023-03-01"):
        services.start(make_action(convention, code="A-1"), by=cast["camille"])

    page = camille.get(url("governance:changes"), {"depuis": "2023-02-01"})

    assert [code for code, _ in changed(page)] == ["A-1"]


@pytest.mark.parametrize("asked", [{"depuis": "2023-02-31"}, {"depuis": "x"}, {"reunion": "999"}])
def test_what_is_not_understood_falls_back_on_the_last_committee(camille, meeting, url, asked):
    assert camille.get(url("governance:changes"), asked).context["meeting"] == meeting


def test_answers_are_counted_for_those_who_follow_the_campaign(client_of, convention, url):
    record(
        "contribution.submitted", make_action(convention), convention=convention, by=None,
        summary="Labège a envoyé son avancement",
    )  # fmt: skip

    said = "1 réponse à la campagne"
    assert said in client_of("malik").get(url("governance:changes")).content.decode()
    assert said not in client_of("alix").get(url("governance:changes")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_changes_query_count(camille, cast, convention, url, count, django_assert_num_queries):
    for _ in range(count):
        services.start(make_action(convention), by=cast["camille"])

    with django_assert_num_queries(10):
        camille.get(url("governance:changes"))
