"""A meeting from its date to its adopted minutes: verbs, pages, replies, bad inputs."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail, signing
from django.core.exceptions import ValidationError
from django.utils import timezone

from ctg.convention.models import JournalEntry
from ctg.mail.models import RefusedAddress
from governance.clashes import clashes
from governance.models import Attendance, Meeting
from governance.notifications import REPLY_SALT
from governance.services import agenda, meetings
from tests.factories.ctg import make_organization
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
    make_committee,
    make_decision,
    make_meeting,
    make_seat,
)

NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
AHEAD = datetime(2023, 3, 16, 13, tzinfo=UTC)
State = Meeting.State


@pytest.fixture(autouse=True)
def today(monkeypatch, settings):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def committee(convention):
    return make_committee(convention, name="Comité stratégique")


@pytest.fixture
def meeting(committee):
    made = make_meeting(committee, starts_at=AHEAD, place="Belberaud")
    make_agenda_item(made, title="Bilan 2022", minutes=30)
    return made


@pytest.fixture
def by(cast):
    return cast["camille"]


@pytest.fixture
def convened(meeting, committee, labege, by):
    make_seat(committee, labege, title="Délégation", email="elue@labege.example")
    meetings.convene(meeting, by=by)
    return meeting


def said(response):
    return response.content.decode()


def verbs():
    return list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))


# Planned


def typed(**fields):
    return {"day": "2023-03-30", "start": "14:00", "end": "16:30", "place": "Labège"} | fields


def test_lead_plans_a_meeting_in_the_time_of_paris(camille, url, committee):
    answer = camille.post(url("governance:meeting_create", committee.pk), typed())

    meeting = committee.meetings.get()
    assert answer.url == url("governance:agenda", meeting.pk)
    assert meeting.state == State.DRAFT
    assert meeting.starts_at == datetime(2023, 3, 30, 12, tzinfo=UTC)  # summer time since the 26th
    assert meeting.ends_at == datetime(2023, 3, 30, 14, 30, tzinfo=UTC)
    assert verbs() == ["meeting.planned"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"end": "13:00"}, "La fin de la réunion doit suivre son début."),
        ({"end": "14:00"}, "La fin de la réunion doit suivre son début."),
        ({"day": "30 février"}, "date valide"),
        ({"start": ""}, "obligatoire"),
    ],
)
def test_a_wrong_date_is_refused_and_kept_on_screen(camille, url, committee, fields, message):
    page = said(camille.post(url("governance:meeting_create", committee.pk), typed(**fields)))

    assert message in page
    assert "Labège" in page
    assert not committee.meetings.exists()


def test_a_committee_that_ended_does_not_meet(camille, url, committee):
    committee.closed_on = date(2023, 1, 1)
    committee.save()

    page = said(camille.post(url("governance:meeting_create", committee.pk), typed()))

    assert "Ce comité a pris fin" in page
    assert not committee.meetings.exists()


# Convened


def test_convening_expects_the_members_who_sit_that_day(meeting, committee, labege, convention, by):
    titular = make_seat(committee, labege, title="Délégation", email="elue@labege.example")
    reached_otherwise = make_seat(committee, convention.caf, title="Conseil")
    make_seat(committee, convention.epci, title="Ancien mandat", ends_on=date(2023, 3, 15))
    make_seat(committee, convention.epci, title="Suppléance", is_deputy=True, email="s@x.example")

    unreachable = meetings.convene(meeting, by=by)

    assert [(a.member, a.title, a.email) for a in meeting.attendances.order_by("-email")] == [
        (titular, "Délégation", "elue@labege.example"),
        (reached_otherwise, "Conseil", ""),
    ]
    assert [attendance.member for attendance in unreachable] == [reached_otherwise]
    assert (meeting.state, meeting.convened_at) == (State.CONVENED, NOW)
    assert verbs() == ["meeting.convened"]


def test_members_without_address_are_said(camille, url, meeting, committee, labege):
    make_seat(committee, labege, title="Délégation")
    address = url("governance:meeting_move", meeting.pk, "convoquer")

    assert "sans adresse" in said(camille.get(address))
    page = said(camille.post(address, follow=True))
    assert "1\u00a0personne n’a pas d’adresse" in page
    assert "Labège, Délégation" in page
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"starts_at": NOW - timedelta(hours=1)}, "déjà passée"),
        ({"state": State.CONVENED}, "déjà .*convoquée"),
        ({"state": State.CANCELLED}, "déjà .*annulée"),
    ],
)
def test_convening_is_refused(meeting, committee, labege, by, change, message):
    make_seat(committee, labege)
    Meeting.objects.update(**change)
    meeting.refresh_from_db()

    with pytest.raises(ValidationError, match=message):
        meetings.convene(meeting, by=by)

    assert not meeting.attendances.exists()


def test_convening_needs_an_agenda_and_members(meeting, committee, labege, by):
    with pytest.raises(ValidationError, match="Composez d’abord le comité"):
        meetings.convene(meeting, by=by)
    make_seat(committee, labege)
    meeting.agenda.all().delete()
    with pytest.raises(ValidationError, match="ordre du jour"):
        meetings.convene(meeting, by=by)


@pytest.mark.parametrize(
    ("start", "hours", "clash"),
    [(0, 2, True), (1, 2, True), (-1, 2, True), (2, 2, False), (-2, 2, False), (24, 2, False)],
)
def test_two_meetings_at_once_are_warned(
    meeting, committee, convention, labege, start, hours, clash
):
    make_seat(committee, labege, title="Délégation", email="elue@labege.example")
    other_committee = make_committee(convention, name="Groupe jeunesse")
    make_seat(other_committee, labege, title="Autre titre", email="Elue@labege.example")
    starts_at = AHEAD + timedelta(hours=start)
    other = make_meeting(
        other_committee, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours)
    )

    found = clashes(meeting)

    assert [(c.person, c.other) for c in found] == (
        [("Labège, Délégation", other)] if clash else []
    )


def test_the_warning_is_shown_before_convening(
    camille, url, meeting, committee, convention, labege
):
    make_seat(committee, labege, title="Délégation")
    other = make_committee(convention, name="Groupe jeunesse")
    make_seat(other, labege, title="délégation")
    make_meeting(other, starts_at=AHEAD)

    page = said(camille.get(url("governance:meeting_move", meeting.pk, "convoquer")))

    assert "Deux réunions à la même heure" in page
    assert "Groupe jeunesse" in page


def test_a_cancelled_meeting_clashes_with_nothing(meeting, committee, labege, convention):
    make_seat(committee, labege, title="Délégation")
    other = make_committee(convention)
    make_seat(other, labege, title="Délégation")
    make_meeting(other, starts_at=AHEAD, state=State.CANCELLED)

    assert clashes(meeting) == []


# Moved, cancelled


def test_moving_a_convened_meeting_takes_the_replies_back(camille, url, convened):
    person = convened.attendances.get()
    meetings.reply(person, answer="present", by=None)

    camille.post(url("governance:meeting_edit", convened.pk), typed())

    convened.refresh_from_db()
    person.refresh_from_db()
    assert (convened.invitation_number, person.reply, person.told_version) == (1, "", 1)


def test_another_room_keeps_the_replies(camille, url, convened):
    meetings.reply(convened.attendances.get(), answer="present", by=None)
    same_time = typed(day="2023-03-16", start="14:00", end="", place="Ailleurs")

    camille.post(url("governance:meeting_edit", convened.pk), same_time)

    convened.refresh_from_db()
    assert (convened.place, convened.invitation_number) == ("Ailleurs", 1)
    assert convened.attendances.get().reply == "present"


def test_cancelling_requires_a_reason(camille, url, convened):
    address = url("governance:meeting_move", convened.pk, "annuler")

    assert "obligatoire" in said(camille.post(address, {"reason": ""}))
    camille.post(address, {"reason": "Salle inondée"})

    convened.refresh_from_db()
    assert (convened.state, convened.cancel_reason) == (State.CANCELLED, "Salle inondée")
    assert "Salle inondée" in said(camille.get(url("governance:meeting", convened.pk)))


# Replies


def test_a_member_replies_from_the_page(client_of, url, convened, cast):
    person = convened.attendances.get()
    sacha = client_of("sacha")  # acts for Labège

    assert "dire si vous venez" in said(sacha.get(url("governance:meeting", convened.pk)))
    answer = {"answer": "represented", "represented_by": "Le CCAS"}
    sacha.post(url("governance:reply", convened.pk, person.pk), answer)

    person.refresh_from_db()
    assert (person.reply, person.represented_by, person.replied_at) == (
        "represented",
        "Le CCAS",
        NOW,
    )
    assert JournalEntry.objects.get(verb="meeting.replied").by == cast["sacha"]


def test_nobody_replies_for_another_organisation(client_of, url, convened):
    person = convened.attendances.get()

    assert (
        client_of("malik").get(url("governance:reply", convened.pk, person.pk)).status_code == 403
    )


def test_where_her_address_is_known_a_person_replies_for_herself_only(
    client_of, cast, url, convened, labege
):
    mine = make_attendance(convened, labege, state="")
    mine.email = cast["sacha"].email
    mine.save()

    page = client_of("sacha").get(url("governance:meeting", convened.pk))

    assert page.context["mine"] == [mine]


def test_the_link_of_the_convocation_replies_without_account(client, convened):
    person = convened.attendances.get()
    address = f"/reunion/{signing.dumps(person.pk, salt=REPLY_SALT)}/"

    assert "Comité stratégique" in said(client.get(address))
    page = said(client.post(address, {"answer": "excused"}, follow=True))

    person.refresh_from_db()
    assert person.reply == "excused"
    assert "Réponse notée : excusé" in page.replace("\u00a0", " ")
    assert JournalEntry.objects.get(verb="meeting.replied").by is None


@pytest.mark.parametrize("token", ["nimporte", "MQ:faux:signature"])
def test_a_forged_link_does_not_exist(client, convened, token):
    assert client.get(f"/reunion/{token}/").status_code == 404


def test_a_link_made_for_something_else_does_not_exist(client, convened):
    token = signing.dumps(convened.attendances.get().pk, salt="autre")

    assert client.get(f"/reunion/{token}/").status_code == 404


def test_a_reply_that_says_by_whom_is_asked(client, convened):
    address = f"/reunion/{signing.dumps(convened.attendances.get().pk, salt=REPLY_SALT)}/"

    page = said(client.post(address, {"answer": "represented", "represented_by": " "}))

    assert "Dites par qui" in page
    assert convened.attendances.get().reply == ""


@pytest.mark.parametrize(
    "change", [{"state": State.CANCELLED}, {"state": State.HELD}, {"starts_at": NOW}]
)
def test_too_late_to_reply(convened, change):
    Meeting.objects.update(**change)
    person = Attendance.objects.select_related("meeting").get()

    with pytest.raises(ValidationError):
        meetings.reply(person, answer="present", by=None)


# Held, adopted


def test_a_meeting_is_not_held_before_its_day(convened, by):
    with pytest.raises(ValidationError, match="n’a pas eu lieu"):
        meetings.hold(convened, by=by)


def test_from_held_to_adopted_and_back(camille, url, convened):
    Meeting.objects.update(starts_at=NOW - timedelta(hours=2))
    move = lambda verb, **data: camille.post(  # noqa: E731
        url("governance:meeting_move", convened.pk, verb), data
    )

    move("tenir")
    move("adopter")
    convened.refresh_from_db()
    assert (convened.state, convened.adopted_on) == (State.ADOPTED, date(2023, 3, 1))

    move("rouvrir", reason="Une présence oubliée")
    convened.refresh_from_db()
    assert (convened.state, convened.adopted_on) == (State.HELD, None)
    assert verbs()[-3:] == ["meeting.held", "meeting.adopted", "meeting.reopened"]


def test_minutes_adopted_twice_are_refused_with_words(camille, url, meeting):
    Meeting.objects.update(state=State.ADOPTED, adopted_on=date(2023, 2, 1))

    page = said(camille.post(url("governance:meeting_move", meeting.pk, "adopter")))

    assert "déjà adopté, le 1er février 2023" in page
    assert verbs() == []


def test_an_unknown_step_does_not_exist(camille, url, meeting):
    assert camille.get(url("governance:meeting_move", meeting.pk, "voter")).status_code == 404


# Presence and quorum


def test_presence_is_noted_and_the_quorum_counts_organisations(
    camille, url, meeting, committee, convention, labege
):
    committee.quorum = 2
    committee.save()
    Meeting.objects.update(state=State.HELD)
    people = [
        make_attendance(meeting, organization, "")
        for organization in (labege, labege, convention.caf)
    ]
    states = dict(zip(people, ["present", "represented", "absent"], strict=True))

    camille.post(
        url("governance:session_presence", meeting.pk),
        {f"presence-{person.pk}": state for person, state in states.items()},
    )

    assert list(meeting.attendances.order_by("pk").values_list("state", flat=True)) == [
        "present",
        "represented",
        "absent",
    ]
    assert meetings.quorum_missing(meeting) == 1
    assert "Quorum non atteint" in said(camille.get(url("governance:meeting", meeting.pk)))


def test_a_guest_is_convened_with_the_others(
    camille, url, convened, convention, django_capture_on_commit_callbacks
):
    caf = convention.caf
    data = {"organization": caf.pk, "title": "Expertise", "email": "x@caf.example"}

    with django_capture_on_commit_callbacks(execute=True):
        camille.post(url("governance:guest", convened.pk), data)
    again = said(camille.post(url("governance:guest", convened.pk), data))

    assert [message.to for message in mail.outbox] == [["x@caf.example"]]
    assert convened.attendances.filter(told_version=0).count() == 2
    assert "déjà attendue à cette réunion" in again


def test_an_adopted_meeting_takes_nothing_more(camille, url, meeting, labege, by):
    item, person = meeting.agenda.get(), make_attendance(meeting, labege, "")
    Meeting.objects.update(state=State.ADOPTED)
    meeting.refresh_from_db()
    item.refresh_from_db()

    with pytest.raises(ValidationError):
        meetings.note_presence(meeting, states={person: "present"}, by=by)
    with pytest.raises(ValidationError):
        agenda.note_discussion(item, text="Après coup")
    assert "Le relevé est adopté" in said(
        camille.post(
            url("governance:decision_create", meeting.pk), {"kind": "other", "text": "Trop tard"}
        )
    )


# Minutes


def test_the_minutes_are_written_until_they_are_adopted(camille, url, meeting):
    address = url("governance:minutes", meeting.pk)

    camille.post(address, {"text": "Première ligne\r\nSeconde", "seen": ""})
    meeting.refresh_from_db()
    assert meeting.minutes.splitlines() == ["Première ligne", "Seconde"]
    camille.post(address, {"text": "Corrigé", "seen": "Première ligne\r\nSeconde"})
    meeting.refresh_from_db()
    assert meeting.minutes == "Corrigé"

    Meeting.objects.update(state=State.ADOPTED)
    page = said(camille.post(address, {"text": "Trop tard", "seen": "Corrigé"}))
    assert "Trop tard" in page
    assert Meeting.objects.get().minutes == "Corrigé"


def test_minutes_of_another_person_are_shown_not_erased(camille, url, meeting):
    Meeting.objects.update(minutes="Écrit par une autre")
    address = url("governance:minutes", meeting.pk)

    page = camille.post(address, {"text": "Le mien", "seen": ""})

    assert "Quelqu’un d’autre vient d’écrire" in said(page)
    assert "Le mien" in said(page)
    assert Meeting.objects.get().minutes == "Écrit par une autre"
    camille.post(address, {"text": "Les deux", "seen": "Écrit par une autre"})
    assert Meeting.objects.get().minutes == "Les deux"


# Agenda


def titles(meeting):
    return list(meeting.agenda.values_list("title", flat=True))


@pytest.fixture
def three(meeting):
    make_agenda_item(meeting, title="B", position=2)
    make_agenda_item(meeting, title="C", position=3)
    return meeting


def key(meeting, title):
    return meeting.agenda.get(title=title).pk


@pytest.mark.parametrize(
    ("button", "title", "order"),
    [
        ("up", "C", ["Bilan 2022", "C", "B"]),
        ("up", "Bilan 2022", ["Bilan 2022", "B", "C"]),
        ("down", "Bilan 2022", ["B", "Bilan 2022", "C"]),
        ("down", "C", ["Bilan 2022", "B", "C"]),
    ],
)
def test_buttons_move_an_item(camille, url, three, button, title, order):
    camille.post(url("governance:agenda_order", three.pk), {button: key(three, title)})

    assert titles(three) == order


def test_dragging_sends_the_whole_order_and_forgets_nothing(camille, url, three):
    order = [key(three, "C"), key(three, "Bilan 2022"), 99999]

    camille.post(url("governance:agenda_order", three.pk), {"order": order})

    assert titles(three) == ["C", "Bilan 2022", "B"]


def test_an_item_is_written_changed_and_removed(camille, url, meeting):
    data = {"title": "Questions diverses", "minutes": "10", "actions": "", "note": ""}
    camille.post(url("governance:agenda_add", meeting.pk), data)
    item = key(meeting, "Questions diverses")
    camille.post(url("governance:agenda_item", meeting.pk, item), data | {"title": "Divers"})
    assert titles(meeting) == ["Bilan 2022", "Divers"]

    camille.post(url("governance:agenda_remove", meeting.pk, item))
    assert titles(meeting) == ["Bilan 2022"]


def test_an_item_with_a_decision_stays(camille, url, meeting):
    item = meeting.agenda.get()
    make_decision(meeting, agenda_item=item)

    page = said(camille.post(url("governance:agenda_remove", meeting.pk, item.pk), follow=True))

    assert "il reste au relevé" in page
    assert titles(meeting) == ["Bilan 2022"]


def test_a_wrong_item_keeps_what_was_typed(camille, url, meeting):
    data = {"title": "Point précieux", "minutes": "0", "actions": "A-99", "note": ""}

    page = said(camille.post(url("governance:agenda_add", meeting.pk), data))

    assert "Point précieux" in page
    assert "Aucune action du plan ne porte ce code" in page
    assert titles(meeting) == ["Bilan 2022"]


# Queries


@pytest.mark.parametrize("count", (1, 3))
def test_meeting_page_query_count(camille, url, convened, count, django_assert_num_queries):
    for _ in range(count):
        make_attendance(convened, make_organization(), "")
        make_agenda_item(convened, title="Autre")

    with django_assert_num_queries(13):
        camille.get(url("governance:meeting", convened.pk))


def test_timezone_of_the_page(camille, url, meeting):
    assert timezone.localtime(meeting.starts_at).hour == 14
    assert "<dd>14\u00a0h</dd>" in said(camille.get(url("governance:meeting", meeting.pk)))


def test_a_refused_address_is_said_on_the_page_of_the_meeting(camille, url, convened):
    reached = convened.attendances.exclude(email="").first()
    RefusedAddress.objects.create(address=reached.email.lower())

    said = camille.get(url("governance:meeting", convened.pk)).content.decode()

    assert f"à prévenir autrement : {reached.label}" in re.sub(r"\s+", " ", said)


def test_a_meeting_still_to_come_is_not_offered_as_held(camille, url, convened):
    ahead = camille.get(url("governance:meeting", convened.pk)).content.decode()
    Meeting.objects.filter(pk=convened.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    begun = camille.get(url("governance:meeting", convened.pk)).content.decode()

    assert "Marquer tenue" not in ahead
    assert "Marquer tenue" in begun
