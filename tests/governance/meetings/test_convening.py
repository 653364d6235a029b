from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from governance.clashes import clashes
from governance.models import Meeting
from governance.services import meetings
from tests.factories.governance import (
    make_committee,
    make_meeting,
    make_seat,
)
from tests.governance.meetings.pages import AHEAD, NOW, State, said, verbs


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
