"""Committees, edited by the lead: members, terms, rhythm, end."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from ctg.convention.models import JournalEntry
from governance.committees import committee_lines, slipping
from governance.models import Committee, CommitteeMember, Meeting
from governance.services import committees
from tests.factories.actions import make_action
from tests.factories.ctg import make_convention, make_organization
from tests.factories.governance import make_committee, make_meeting, make_seat

NOW = datetime(2023, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def committee(convention):
    return make_committee(convention, name="Comité stratégique", meetings_per_year=3)


def typed(*seats, initial=0, **fields):
    """The form of a committee as a browser sends it, with its rows of members."""
    data = {
        "name": "Groupe jeunesse",
        "kind": "follow_up",
        "actions": "",
        "note": "",
        "members-TOTAL_FORMS": len(seats),
        "members-INITIAL_FORMS": initial,
    }
    for number, seat in enumerate(seats):
        data |= {f"members-{number}-{name}": value for name, value in seat.items()}
    return data | fields


def seat(organization, **fields):
    return {"organization": organization.pk, "function": "elected"} | fields


def test_lead_creates_a_committee_with_its_members(camille, convention, url, labege):
    action = make_action(convention, code="A-12")
    chair = seat(convention.epci, title="Vice-présidence", is_chair="on", starts_on="2020-07-16")
    other = seat(labege, function="technical", email="accueil@labege.example")
    data = typed(chair, other, meetings_per_year="3", quorum="2", actions="a-12")

    answer = camille.post(url("governance:committee_create"), data)

    committee = convention.committees.get()
    assert answer.url == url("governance:committee", committee.pk)
    assert (committee.name, committee.meetings_per_year, committee.quorum) == (
        "Groupe jeunesse",
        3,
        2,
    )
    assert list(committee.actions.all()) == [action]
    assert set(
        committee.members.values_list("organization", "function", "is_chair", "starts_on", "email")
    ) == {
        (convention.epci.pk, "elected", True, date(2020, 7, 16), ""),
        (labege.pk, "technical", False, None, "accueil@labege.example"),
    }
    assert JournalEntry.objects.get(verb="committee.created").summary.endswith("Groupe jeunesse")


def test_lead_ends_a_term_and_the_seat_becomes_a_former_one(
    camille, url, committee, convention, client_of
):
    place = make_seat(committee, title="Délégation à l’enfance")
    row = seat(convention.epci, id=place.pk, title=place.title, ends_on="2022-06-30")
    data = typed(row, initial=1, name=committee.name, kind="steering", meetings_per_year="3")

    camille.post(url("governance:committee_edit", committee.pk), data)
    page = client_of("alix").get(url("governance:committee", committee.pk))

    assert list(page.context["members"]) == []
    assert list(page.context["former"]) == [place]
    assert JournalEntry.objects.get(verb="committee.changed").summary.endswith(": membres")


@pytest.mark.parametrize("count", (1, 3))
def test_edit_page_query_count(
    camille, url, committee, convention, count, django_assert_num_queries
):
    for _ in range(count):
        make_seat(committee, convention.epci)

    with django_assert_num_queries(10):
        camille.get(url("governance:committee_edit", committee.pk))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts_on": "2023-02-01", "ends_on": "2023-01-01"}, "La fin du mandat doit suivre"),
        ({"is_chair": "on", "is_deputy": "on"}, "préside ou supplée, pas les deux"),
        ({"email": "pas une adresse"}, "adresse"),
        ({"organization": ""}, "obligatoire"),
    ],
)
def test_a_wrong_member_is_refused_and_nothing_is_lost(camille, convention, url, fields, said):
    data = typed(seat(convention.epci, title="Vice-présidence") | fields)

    page = camille.post(url("governance:committee_create"), data).content.decode()

    assert said in page
    assert "Vice-présidence" in page
    assert "Groupe jeunesse" in page
    assert not convention.committees.exists()


def test_an_organisation_of_elsewhere_is_no_choice(camille, convention, url):
    camille.post(url("governance:committee_create"), typed(seat(make_organization())))

    assert not CommitteeMember.objects.exists()


@pytest.mark.parametrize(
    ("codes", "said"),
    [("A-99", "Aucune action du plan ne porte ce code : A-99"), ("A-1", "archivée")],
)
def test_followed_actions_are_current_ones_of_the_plan(camille, convention, url, codes, said):
    make_action(convention, code="A-1", archived_at=timezone.now())
    make_action(make_convention("loin-2020-2024"), code="A-99")

    page = camille.post(url("governance:committee_create"), typed(actions=codes))

    assert said in page.content.decode().replace("\u00a0", " ")
    assert not convention.committees.exists()


# Rhythm


@pytest.mark.parametrize(
    ("last", "state", "slips"),
    [
        (datetime(2022, 12, 15, tzinfo=UTC), "adopted", False),  # 137 days, a turn is 122
        (datetime(2022, 11, 1, tzinfo=UTC), "adopted", True),
        (datetime(2023, 9, 1, tzinfo=UTC), "draft", False),
        (datetime(2023, 4, 1, tzinfo=UTC), "cancelled", True),
        (None, None, True),
    ],
)
def test_the_rhythm_slips_after_a_turn_and_a_quarter(committee, last, state, slips):
    if last:
        make_meeting(committee, starts_at=last, state=state)

    (line,) = committee_lines(Committee.objects.all(), NOW)

    assert bool(line.slip) == slips
    assert slipping(committee.convention, NOW) == [committee] * slips


@pytest.mark.parametrize("fields", [{"meetings_per_year": None}, {"closed_on": date(2023, 1, 1)}])
def test_nothing_slips_without_a_rhythm_or_after_the_end(committee, fields):
    Committee.objects.update(**fields)

    (line,) = committee_lines(Committee.objects.all(), NOW)

    assert line.slip == ""
    assert slipping(committee.convention, NOW) == []


def test_the_slip_is_said_on_both_pages(camille, url, committee):
    for page in (url("governance:committees"), url("governance:committee", committee.pk)):
        assert "Jamais réuni, et aucune date n’est prise" in camille.get(page).content.decode()


# End


def test_a_committee_ends_and_comes_back(camille, url, committee):
    address = url("governance:committee_close", committee.pk)

    camille.post(address)
    committee.refresh_from_db()
    ended = camille.get(url("governance:committees"))
    assert committee.closed_on == timezone.localdate()
    assert (ended.context["groups"], list(ended.context["closed"])) == ([], [committee])

    camille.post(address)
    committee.refresh_from_db()
    assert committee.closed_on is None
    assert set(JournalEntry.objects.values_list("verb", flat=True)) == {
        "committee.closed",
        "committee.reopened",
    }


@pytest.mark.parametrize("state", [Meeting.State.DRAFT, Meeting.State.CONVENED])
def test_a_committee_with_a_meeting_ahead_does_not_end(cast, committee, state):
    make_meeting(committee, state=state)

    with pytest.raises(ValidationError, match="Annulez ou tenez"):
        committees.close(committee, by=cast["camille"])

    committee.refresh_from_db()
    assert committee.closed_on is None
