"""The invitation of a meeting as calendar programs read it (RFC 5545 and 5546)."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from ctg.accounts.models import User
from governance.models import Attendance, Meeting

WITHDRAWN = "Vous n’êtes plus attendu·e à cette réunion."
USUAL_LENGTH = timedelta(hours=2)
ANSWERS = {
    Attendance.State.PRESENT: "ACCEPTED",
    Attendance.State.EXCUSED: "DECLINED",
    Attendance.State.REPRESENTED: "DELEGATED",
}
# Central European time by its rule rather than by a list of dates, as Outlook writes it.
PARIS = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def method(meeting: Meeting) -> str:
    return "CANCEL" if meeting.state == Meeting.State.CANCELLED else "REQUEST"


def for_attendee(
    attendance: Attendance, *, organizer: User, url: str, is_withdrawn: bool = False
) -> str:
    """What one person receives; the others’ addresses stay out of it.

    Withdrawn, she gets the cancellation of a meeting that the others still go to.
    """
    meeting = attendance.meeting
    how = "CANCEL" if is_withdrawn else method(meeting)
    event = _event(meeting, url, reason=WITHDRAWN if is_withdrawn else _why_cancelled(meeting))
    event.add("organizer", _address(organizer.email, organizer.full_name))
    event.add(
        "attendee",
        _address(
            attendance.email,
            attendance.label,
            CUTYPE="INDIVIDUAL",
            ROLE="REQ-PARTICIPANT",
            PARTSTAT=ANSWERS.get(attendance.reply, "NEEDS-ACTION"),
            RSVP="FALSE" if how == "CANCEL" else "TRUE",
        ),
    )
    return _calendar(how, event)


def for_anyone(meeting: Meeting, *, url: str) -> str:
    """What the page offers to put in one’s own calendar."""
    return _calendar("PUBLISH", _event(meeting, url, reason=_why_cancelled(meeting)))


def uid(meeting: Meeting) -> str:
    """The same for all versions of an invitation: a calendar replaces what it has."""
    return f"reunion-{meeting.pk}@{urlsplit(settings.SITE_URL).hostname}"


def _why_cancelled(meeting: Meeting) -> str:
    is_cancelled = meeting.state == Meeting.State.CANCELLED
    return f"Réunion annulée : {meeting.cancel_reason}" if is_cancelled else ""


def _event(meeting: Meeting, url: str, *, reason: str) -> Event:
    """``reason``: why it is cancelled for who reads it; empty when it stands."""
    zone = timezone.get_default_timezone()
    starts_at = timezone.localtime(meeting.starts_at, zone)
    ends_at = meeting.ends_at or meeting.starts_at + USUAL_LENGTH
    event = Event()
    event.add("uid", uid(meeting))
    event.add("sequence", meeting.invitation_number)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", starts_at)
    event.add("dtend", timezone.localtime(ends_at, zone))
    event.add("summary", meeting.committee.name)
    event.add("status", "CANCELLED" if reason else "CONFIRMED")
    event.add("url", url)
    event.add("description", reason or _description(meeting, url))
    if meeting.place:
        event.add("location", meeting.place)
    return event


def _description(meeting: Meeting, url: str) -> str:
    agenda = [f"{rank}. {item.title}" for rank, item in enumerate(meeting.agenda.all(), 1)]
    return "\n".join(["Ordre du jour", *agenda, "", url])


def _address(email: str, name: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    for key, value in {"CN": name, **parameters}.items():
        address.params[key] = vText(value)
    return address


def _calendar(how: str, event: Event) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//CTG//Convention territoriale globale//FR")
    calendar.add("version", "2.0")
    calendar.add("method", how)
    calendar.add_component(Timezone.from_ical(PARIS))
    calendar.add_component(event)
    return calendar.to_ical().decode()
