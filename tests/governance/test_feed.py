from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from freezegun import freeze_time
from icalendar import Calendar

from actions.models import ActionStep
from governance import feed
from governance.models import CalendarFeed, Meeting
from tests.factories.actions import make_action, make_campaign, make_contribution
from tests.factories.governance import make_committee, make_decision, make_meeting

MINE = "my_calendar"


@pytest.fixture(autouse=True)
def march():
    with freeze_time("2023-03-01 08:00"):
        yield


@pytest.fixture
def scene(convention, cast, labege):
    """Labège owes an answer; the EPCI pilots an action; each has a decision to apply."""
    campaign = make_campaign(convention, closes_on=date(2023, 3, 20), validates_on=date(2023, 4, 5))
    action = make_action(
        convention, pilot=convention.epci, code="P-1", title="Crèche", ends_on=date(2023, 6, 30)
    )
    ActionStep.objects.create(action=action, title="Ouvrir", due_on=date(2023, 5, 2))
    ActionStep.objects.create(
        action=action, title="Fait", due_on=date(2023, 2, 2), done_on=date(2023, 2, 1)
    )
    make_contribution(campaign, action, labege)
    committee = make_committee(convention, name="Comité de pilotage")
    meeting = make_meeting(
        committee,
        starts_at=datetime(2023, 3, 16, 13, tzinfo=UTC),
        state=Meeting.State.CONVENED,
        place="Labège",
    )
    make_decision(meeting, text="Financer", owner=labege, due_on=date(2023, 9, 1))
    make_decision(meeting, text="Arrêter", owner=convention.caf, due_on=date(2023, 9, 2))
    return convention


def events(person):
    found = Calendar.from_ical(feed.calendar(person)).walk("VEVENT")
    return {(str(event["summary"]), event.decoded("dtstart")) for event in found}


ANSWER = ("Campagne 2022\u00a0: dernier jour pour répondre (1)", date(2023, 3, 20))
CAMPAIGN = {
    ("Campagne 2022\u00a0: clôture de la saisie", date(2023, 3, 20)),
    ("Campagne 2022\u00a0: fin de la validation", date(2023, 4, 5)),
}
PILOTED = {
    ("Fin prévue\u00a0: P-1 · Crèche", date(2023, 6, 30)),
    ("Étape\u00a0: Ouvrir (P-1)", date(2023, 5, 2)),
}
MEETING = ("Comité de pilotage", datetime(2023, 3, 16, 13, tzinfo=UTC))
FINANCE = ("Décision\u00a0: Financer", date(2023, 9, 1))
STOP = ("Décision\u00a0: Arrêter", date(2023, 9, 2))


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("sacha", {ANSWER, MEETING, FINANCE}),
        ("malik", {*PILOTED, MEETING}),
        ("ines", {MEETING, STOP}),
        ("camille", {*CAMPAIGN, *PILOTED, MEETING, FINANCE, STOP}),
        ("noa", set()),
    ],
)
def test_each_person_reads_her_own_deadlines(scene, cast, who, expected):
    assert events(cast[who]) == expected


def test_the_address_is_secret_changed_and_stopped(client, client_of, cast, scene):
    sacha = client_of("sacha")
    assert "Créer mon adresse" in sacha.get(reverse(MINE)).content.decode()
    assert not CalendarFeed.objects.exists()
    sacha.post(reverse(MINE))
    first = feed.address(CalendarFeed.objects.get()).removeprefix("http://127.0.0.1:8000")
    answer = client.get(first)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"BEGIN:VCALENDAR" in answer.content

    sacha.post(reverse(MINE), {"renew": "1"})
    second = feed.address(CalendarFeed.objects.get()).removeprefix("http://127.0.0.1:8000")
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)

    cast["sacha"].is_active = False
    cast["sacha"].save()
    assert client.get(second).status_code == 404
    cast["sacha"].is_active = True
    cast["sacha"].save()
    client_of("sacha").post(reverse(MINE), {"stop": "1"})
    assert client.get(second).status_code == 404


@pytest.mark.parametrize("token", ["x", "x~y", "~"])
def test_a_forged_address_reads_nothing(client, db, token):
    assert client.get(reverse("calendar_feed", args=[token])).status_code == 404
