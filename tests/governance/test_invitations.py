"""The iCalendar file, parsed as a calendar program parses it, and the message that carries it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from icalendar import Calendar

from ctg.mail.kinds import Kind
from ctg.mail.models import Message
from governance import invitations, notifications
from governance.models import Meeting
from governance.services import meetings
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
    make_committee,
    make_meeting,
    make_seat,
)

NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def today(monkeypatch, settings):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.SITE_URL = "https://ctg.example"


@pytest.fixture
def meeting(convention):
    committee = make_committee(convention, name="Comité, « social » ; pilotage")
    made = make_meeting(
        committee,
        starts_at=datetime(2023, 3, 16, 14, tzinfo=PARIS),
        ends_at=datetime(2023, 3, 16, 17, tzinfo=PARIS),
        place="Salle du conseil",
    )
    make_agenda_item(made, title="Bilan 2022")
    return made


@pytest.fixture
def person(meeting, labege):
    made = make_attendance(meeting, labege, "")
    made.email, made.title = "elue@labege.example", "Délégation, enfance"
    made.save()
    return made


def read(person, cast):
    text = invitations.for_attendee(person, organizer=cast["camille"], url="https://ctg.example/x")
    calendar = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_request_names_organizer_attendee_and_the_hours_of_paris(person, cast):
    calendar, event = read(person, cast)

    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert event["UID"] == f"reunion-{person.meeting_id}@ctg.example"
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert event["DTSTART"].dt == datetime(2023, 3, 16, 14, tzinfo=PARIS)
    assert event["DTEND"].dt == datetime(2023, 3, 16, 17, tzinfo=PARIS)
    assert event["DTSTAMP"].dt == NOW
    assert event["ORGANIZER"] == f"mailto:{cast['camille'].email}"
    assert event["ATTENDEE"] == "mailto:elue@labege.example"
    assert dict(event["ATTENDEE"].params) == {
        "CN": "Labège, Délégation, enfance",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    assert event["SUMMARY"] == "Comité, « social » ; pilotage"
    assert event["LOCATION"] == "Salle du conseil"
    assert "1. Bilan 2022" in event["DESCRIPTION"]
    assert not calendar.errors
    assert not event.errors


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        (datetime(2023, 3, 25, 14, tzinfo=PARIS), 1),  # the last winter day
        (datetime(2023, 3, 26, 14, tzinfo=PARIS), 2),
        (datetime(2023, 10, 28, 14, tzinfo=PARIS), 2),
        (datetime(2023, 10, 29, 14, tzinfo=PARIS), 1),
        (datetime(2031, 7, 1, 9, tzinfo=PARIS), 2),
    ],
)
def test_the_time_zone_that_travels_says_summer_and_winter(person, cast, day, offset):
    """The VTIMEZONE is read alone, as a program that knows no Europe/Paris reads it."""
    Meeting.objects.update(starts_at=day, ends_at=None)
    person.meeting.refresh_from_db()

    calendar, event = read(person, cast)
    (zone,) = calendar.walk("VTIMEZONE")
    written = event["DTSTART"].dt.replace(tzinfo=None)

    assert written == day.replace(tzinfo=None)
    assert zone.to_tz().utcoffset(written) == timedelta(hours=offset)
    assert event["DTEND"].dt - event["DTSTART"].dt == invitations.USUAL_LENGTH


@pytest.mark.parametrize(
    ("reply", "partstat"),
    [("present", "ACCEPTED"), ("excused", "DECLINED"), ("represented", "DELEGATED")],
)
def test_an_update_keeps_what_was_answered(person, cast, reply, partstat):
    person.reply = reply

    assert read(person, cast)[1]["ATTENDEE"].params["PARTSTAT"] == partstat


def test_one_person_never_sees_the_others_addresses(person, meeting, convention, cast):
    other = make_attendance(meeting, convention.caf, "")
    other.email = "secret@caf.example"
    other.save()

    calendar, _ = read(person, cast)

    assert "secret@caf.example" not in calendar.to_ical().decode()


def test_lines_are_folded_and_text_escaped(person, cast):
    """75 octets a line, CRLF (RFC 5545, 3.1)."""
    Meeting.objects.update(place="Une salle, à côté ; " + "très loin " * 12)
    person.meeting.refresh_from_db()
    text = invitations.for_attendee(person, organizer=cast["camille"], url="https://ctg.example/")

    lines = text.encode().split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines)
    assert "Une salle\\, à côté \\;" in text.replace("\r\n ", "")


# The messages of a meeting's life


def parts(message):
    return [
        Calendar.from_ical(alternative.content)
        for alternative in message.alternatives
        if alternative.mimetype.startswith("text/calendar")
    ]


@pytest.fixture
def life(meeting, labege, cast, django_capture_on_commit_callbacks):
    """Do one verb and read the messages that leave."""
    make_seat(meeting.committee, labege, title="Délégation", email="elue@labege.example")

    def do(verb, **kwargs):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            verb(meeting, by=cast["camille"], **kwargs)
        return list(mail.outbox)

    return do


def test_request_update_and_cancellation_follow_each_other(meeting, life, convention):
    (request,) = life(meetings.convene)
    meeting.starts_at += timedelta(days=7)
    meeting.ends_at += timedelta(days=7)
    (update,) = life(meetings.change)
    (cancellation,) = life(meetings.cancel, reason="Salle inondée")

    read = [parts(message)[0] for message in (request, update, cancellation)]
    events = [calendar.walk("VEVENT")[0] for calendar in read]
    assert [calendar["METHOD"] for calendar in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert len({event["UID"] for event in events}) == 1
    assert events[1]["DTSTART"].dt == datetime(2023, 3, 23, 14, tzinfo=PARIS)
    assert events[2]["STATUS"] == "CANCELLED"
    assert events[2]["ATTENDEE"].params["RSVP"] == "FALSE"
    assert [message.subject.split(", ")[0] for message in (request, update, cancellation)] == [
        f"{convention.short_name}\u00a0: réunion du 16 mars 2023",
        f"{convention.short_name}\u00a0: changement",
        f"{convention.short_name}\u00a0: annulation",
    ]
    assert "Salle inondée" in cancellation.body


def test_the_message_is_an_invitation_for_mail_programs(life):
    (message,) = life(meetings.convene)

    sent = message.message()
    types = [(part.get_content_type(), part.get_param("method")) for part in sent.walk()]
    assert ("text/calendar", "REQUEST") in types
    (name,) = {part.get_filename() for part in sent.walk() if part.get_filename()}
    assert name == "invitation.ics"
    assert "/reunion/" in message.body
    assert "1. Bilan 2022" in message.body


def test_a_second_run_tells_nobody_twice(meeting, life, cast):
    life(meetings.convene)

    notifications.invite(meeting, by=cast["camille"])

    assert Message.objects.filter(kind=Kind.CONVOCATION).count() == 1


def test_a_draft_that_is_cancelled_tells_nobody(life):
    assert life(meetings.cancel, reason="Trop tôt") == []


def test_anyone_puts_the_meeting_in_her_own_calendar(client_of, url, meeting):
    response = client_of("alix").get(url("governance:meeting_calendar", meeting.pk))

    calendar = Calendar.from_ical(response.content)
    assert calendar["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in calendar.walk("VEVENT")[0]
    assert response["Content-Type"] == "text/calendar; charset=utf-8"


@pytest.fixture
def guest(meeting, life, cast, convention):
    """Convened with the others."""
    life(meetings.convene)
    who = {"organization": convention.caf, "title": "Expertise", "email": "x@caf.example"}
    life(meetings.expect_guest, **who)
    return meeting.attendances.get(title="Expertise")


def test_a_guest_expected_no_longer_gets_a_cancellation_alone(
    camille, url, meeting, guest, django_capture_on_commit_callbacks
):
    mail.outbox.clear()
    page = camille.get(url("governance:reply", meeting.pk, guest.pk)).content.decode()
    assert "Ne plus attendre cette personne" in page

    with django_capture_on_commit_callbacks(execute=True):
        camille.post(url("governance:guest_dismiss", meeting.pk, guest.pk))

    (message,) = mail.outbox
    (calendar,) = parts(message)
    (event,) = calendar.walk("VEVENT")
    assert message.to == ["x@caf.example"]
    assert "vous n’êtes plus attendu·e" in message.subject
    assert "annulée" not in message.body, "la réunion, elle, a toujours lieu"
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert event["UID"] == invitations.uid(meeting)
    assert [a.email for a in meeting.attendances.all()] == ["elue@labege.example"]
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CONVENED


def test_a_member_or_somebody_present_is_not_dismissed(camille, url, meeting, guest):
    member = meeting.attendances.exclude(member=None).get()
    guest.state = "present"
    guest.save()

    said = [
        camille.post(url("governance:guest_dismiss", meeting.pk, one.pk), follow=True).content
        for one in (member, guest)
    ]

    assert "reste attendu" in said[0].decode()
    assert "Sa présence est notée" in said[1].decode()
    assert meeting.attendances.count() == 2
    page = camille.get(url("governance:reply", meeting.pk, member.pk)).content.decode()
    assert "Ne plus attendre" not in page
