from datetime import UTC, date, datetime, timedelta

import pytest

from ctg.convention.rights import Role
from ctg.french import NBSP
from governance.committees import committees_by_kind
from governance.models import Attendance, Committee, Decision, Meeting
from tests.factories.actions import make_action
from tests.factories.ctg import make_convention, make_organization, make_theme
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
    make_committee,
    make_decision,
    make_meeting,
    make_review,
    make_seat,
)

NOW = datetime(2023, 5, 1, 12, tzinfo=UTC)
PAGES = ["committees", "committee", "meeting", "decisions"]


def text(response):
    return response.content.decode()


@pytest.fixture
def committee(convention):
    return make_committee(convention, name="Comité stratégique", meetings_per_year=2)


@pytest.fixture
def meeting(committee):
    return make_meeting(committee, place="Belberaud")


@pytest.fixture
def page_of(url, committee, meeting):
    arguments = {"committee": [committee.pk], "meeting": [meeting.pk]}
    return lambda page: url(f"governance:{page}", *arguments.get(page, []))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "status"),
    [("camille", 200), ("malik", 200), ("sacha", 200), ("ines", 200), ("alix", 200), ("noa", 404)],
)
def test_governance_is_read_by_every_member(client_of, page_of, page, who, status):
    assert client_of(who).get(page_of(page)).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_governance_without_the_right_is_refused(client_of, page_of, page, monkeypatch):
    monkeypatch.setattr("ctg.convention.rights.RIGHTS", {role: frozenset() for role in Role})

    assert client_of("alix").get(page_of(page)).status_code == 403


def test_another_conventions_rows_are_not_found(camille, url):
    theirs = make_meeting(make_committee(make_convention("loin-2020-2024")))

    for page, pk in (("committee", theirs.committee_id), ("meeting", theirs.pk)):
        assert camille.get(url(f"governance:{page}", pk)).status_code == 404


# Committees


def test_committees_come_by_kind_with_members_rhythm_and_dates(convention, committee):
    make_seat(committee)
    make_seat(committee, make_organization())
    for day in (datetime(2022, 12, 1, tzinfo=UTC), datetime(2023, 3, 16, tzinfo=UTC)):
        make_meeting(committee, starts_at=day)
    coming = make_meeting(committee, starts_at=datetime(2023, 10, 2, tzinfo=UTC))
    make_meeting(committee, starts_at=datetime(2023, 11, 2, tzinfo=UTC))
    make_committee(convention, kind=Committee.Kind.WORKING, name="Données")

    groups = committees_by_kind(convention, NOW)

    assert [
        (
            kind,
            line.committee.name,
            len(line.members),
            line.last_meeting and line.last_meeting.starts_at.date(),
            line.next_meeting,
            line.rhythm,
        )
        for kind, lines in groups
        for line in lines
    ] == [
        (
            "comité de pilotage",
            "Comité stratégique",
            2,
            date(2023, 3, 16),
            coming,
            f"3{NBSP}réunions cette année, 2{NBSP}attendues",
        ),
        ("groupe de travail technique", "Données", 0, None, None, f"0{NBSP}réunion cette année"),
    ]


def test_committees_page_shows_them(sacha, url, committee, meeting):
    page = text(sacha.get(url("governance:committees")))

    for said in ("Comité de pilotage", "Comité stratégique", "à composer", "16 mars 2023"):
        assert said in page
    assert f'href="{url("governance:meeting", meeting.pk)}"' in page


def test_committees_page_counts_late_decisions(camille, url, meeting):
    make_decision(meeting, due_on=date(2023, 6, 30))

    assert "en retard" in text(camille.get(url("governance:committees")))


def test_no_committee_is_said(camille, url):
    assert "Aucun comité pour l’instant" in text(camille.get(url("governance:committees")))


def test_committee_page_shows_members_meetings_and_actions(alix, convention, url, committee):
    make_seat(committee, title="Vice-présidence", is_chair=True)
    make_seat(committee, convention.caf, function="technical", title="Action sociale")
    make_decision(make_meeting(committee))
    committee.actions.add(make_action(convention, code="A-31", title="Ouvrir des permanences"))
    committee.note = "Deux séances par an"
    committee.save()

    page = text(alix.get(url("governance:committee", committee.pk)))

    for said in (
        "Élu·es",
        "Vice-présidence",
        "Préside",
        "Technicien·nes",
        "Caf 31",
        "16 mars 2023",
        "1 décision",
        "A-31 · Ouvrir des permanences",
        "Deux séances par an",
    ):
        assert said in page


@pytest.fixture
def alix(client_of):
    return client_of("alix")


def test_empty_committee_page_says_so(alix, url, committee):
    page = text(alix.get(url("governance:committee", committee.pk)))

    for said in ("Aucune réunion enregistrée", "Le comité n’est pas encore composé"):
        assert said in page


# Meetings


def test_meeting_page_shows_agenda_attendance_decisions_and_review(
    alix, cast, convention, url, meeting
):
    action = make_action(convention, code="A-33")
    make_agenda_item(meeting, title="Bilan 2022", minutes=30, actions=[action])
    make_attendance(meeting, convention.epci)
    make_attendance(meeting, convention.caf, Attendance.State.EXCUSED)
    make_decision(meeting, text="Prolonger A-33", actions=[action], owner=convention.epci)
    make_review(convention, published_by=cast["camille"], meeting=meeting)
    Meeting.objects.update(minutes="La séance est ouverte.", state=Meeting.State.ADOPTED)

    page = text(alix.get(url("governance:meeting", meeting.pk)))

    for said in (
        "Réunion du 16 mars 2023",
        "Belberaud",
        "Relevé adopté",
        "1. Bilan 2022",
        "30 min",
        "Présents",
        "Excusés",
        "Prolonger A-33",
        "À appliquer",
        "La séance est ouverte.",
        "Bilan présenté",
    ):
        assert said in page
    assert "Représentés" not in page


def test_review_in_preparation_is_not_shown_at_its_meeting(alix, convention, url, meeting):
    make_review(convention, meeting=meeting)

    assert "Bilan présenté" not in text(alix.get(url("governance:meeting", meeting.pk)))


def test_empty_meeting_page_says_so(alix, url, meeting):
    Meeting.objects.update(state=Meeting.State.HELD)

    page = text(alix.get(url("governance:meeting", meeting.pk)))

    for said in (
        "Aucune décision enregistrée",
        "L’ordre du jour n’est pas encore écrit",
        "Les présences ne sont pas encore notées",
    ):
        assert said in page


# Decisions


@pytest.mark.parametrize(
    ("fields", "is_late"),
    [
        ({"due_on": date(2023, 4, 30)}, True),
        ({"due_on": date(2023, 5, 1)}, False),
        ({"due_on": None}, False),
        ({"due_on": date(2023, 4, 30), "state": Decision.State.APPLIED}, False),
        ({"due_on": date(2023, 4, 30), "state": Decision.State.DROPPED}, False),
    ],
)
def test_a_decision_is_late_when_its_date_is_past_and_it_is_not_applied(meeting, fields, is_late):
    make_decision(meeting, **fields)

    decision = Decision.objects.with_lateness(date(2023, 5, 1)).get()

    assert decision.is_late == is_late
    assert Decision.objects.overdue(date(2023, 5, 1)).exists() == is_late


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"Prolonger", "Financer", "Arrêter"}),
        ({"suite": "en-retard"}, {"Prolonger"}),
        ({"suite": "open"}, {"Prolonger", "Financer"}),
        ({"suite": "applied"}, {"Arrêter"}),
        ({"nature": "fund"}, {"Financer"}),
        ({"q": "arr"}, {"Arrêter"}),
        ({"q": "arr", "nature": "fund"}, set()),
    ],
)
def test_decisions_are_filtered(camille, url, meeting, asked, found):
    make_decision(meeting, text="Prolonger", due_on=date(2023, 6, 30))
    make_decision(meeting, text="Financer", kind=Decision.Kind.FUND)
    make_decision(meeting, text="Arrêter", kind=Decision.Kind.STOP, state=Decision.State.APPLIED)
    make_decision(make_meeting(make_committee(make_convention("loin-2020-2024"))), text="Ailleurs")

    response = camille.get(url("governance:decisions"), asked)

    assert {decision.text for decision in response.context["page"]} == found
    assert ("Aucune décision ne correspond" in text(response)) == (not found)


def test_late_decisions_are_flagged(camille, convention, url, meeting):
    action = make_action(convention, code="A-33")
    make_decision(meeting, due_on=date(2023, 6, 30), owner=convention.caf, actions=[action])

    page = text(camille.get(url("governance:decisions")))

    for said in ("1\u00a0décision est en retard", "avant le 30 juin 2023", "Caf 31", "A-33"):
        assert said in page


def test_no_decision_is_said(camille, url):
    assert "Aucune décision pour l’instant" in text(camille.get(url("governance:decisions")))


# Queries


@pytest.mark.parametrize("count", (1, 3))
def test_committees_query_count(camille, convention, url, count, django_assert_num_queries):
    for _ in range(count):
        committee = make_committee(convention, theme=make_theme(convention))
        make_seat(committee)
        make_meeting(committee)

    with django_assert_num_queries(10):
        camille.get(url("governance:committees"))


@pytest.mark.parametrize("count", (1, 3))
def test_committee_query_count(
    camille, convention, url, committee, count, django_assert_num_queries
):
    for _ in range(count):
        make_seat(committee, make_organization())
        make_decision(make_meeting(committee))
        committee.actions.add(make_action(convention, pilot=convention.epci))

    with django_assert_num_queries(17):
        camille.get(url("governance:committee", committee.pk))


@pytest.mark.parametrize("count", (1, 3))
def test_meeting_query_count(
    camille, cast, convention, url, meeting, count, django_assert_num_queries
):
    for _ in range(count):
        action = make_action(convention)
        make_agenda_item(meeting, actions=[action])
        make_attendance(meeting, make_organization())
        make_decision(meeting, actions=[action], owner=make_organization())
    for year in range(2020, 2020 + count):
        make_review(convention, year, published_by=cast["camille"], meeting=meeting)

    with django_assert_num_queries(14):
        camille.get(url("governance:meeting", meeting.pk))


@pytest.mark.parametrize("count", (1, 3))
def test_decisions_query_count(camille, convention, url, count, django_assert_num_queries):
    for _ in range(count):
        make_decision(
            make_meeting(make_committee(convention)),
            actions=[make_action(convention)],
            owner=make_organization(),
        )

    with django_assert_num_queries(13):
        camille.get(url("governance:decisions"))


@pytest.fixture
def long_life(convention, committee):
    """200 meetings and 2 000 decisions, each about an action."""
    meetings = Meeting.objects.bulk_create(
        Meeting(committee=committee, starts_at=NOW - timedelta(days=day), state="adopted")
        for day in range(200)
    )
    actions = [make_action(convention, pilot=convention.epci) for _ in range(3)]
    taken = Decision.objects.bulk_create(
        Decision(
            meeting=meetings[number % 200],
            kind="adapt",
            text=f"Adapter ({number})",
            owner=convention.epci,
            due_on=date(2023, 1, 1),
        )
        for number in range(2000)
    )
    about = Decision.actions.through
    about.objects.bulk_create(
        about(decision=decision, action=actions[number % 3])
        for number, decision in enumerate(taken)
    )
    return meetings[0]


@pytest.mark.parametrize(
    ("page", "queries"),
    [("committees", 10), ("decisions", 13), ("committee", 17), ("meeting", 14), ("life", 14)],
)
def test_two_hundred_meetings_cost_no_more_queries(
    camille, url, committee, long_life, page, queries, django_assert_max_num_queries
):
    arguments = {"committee": [committee.pk], "meeting": [long_life.pk]}.get(page, [])

    with django_assert_max_num_queries(queries):
        response = camille.get(url(f"governance:{page}", *arguments))

    assert len(response.content) < 150_000
