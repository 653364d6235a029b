"""The deadlines of a person as an iCalendar feed, at a secret address she may change or stop."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from actions.models import ActionStep
from ctg.accounts.models import User
from ctg.convention.models import Convention
from ctg.convention.rights import Access, Right
from governance.invitations import USUAL_LENGTH
from governance.models import CalendarFeed, Decision, Meeting
from governance.models.calendar import new_nonce

SIGNER = Signer(salt="governance.calendar", sep="~")
REFRESH = timedelta(hours=12)


def address(feed: CalendarFeed) -> str:
    return settings.SITE_URL + reverse("calendar_feed", args=[SIGNER.sign(feed.nonce)])


def find(token: str) -> CalendarFeed | None:
    """None for a forged address, a stopped one, or a person who left."""
    try:
        nonce = SIGNER.unsign(token)
    except BadSignature:
        return None
    feeds = CalendarFeed.objects.select_related("person").filter(person__is_active=True)
    return feeds.filter(nonce=nonce).first()


@transaction.atomic
def renew(person: User) -> CalendarFeed:
    """A new address; the one before stops at once."""
    return CalendarFeed.objects.update_or_create(
        person=person, defaults={"nonce": new_nonce(), "renewed_at": timezone.now()}
    )[0]


def stop(person: User) -> None:
    CalendarFeed.objects.filter(person=person).delete()


def calendar(person: User) -> bytes:
    feed = Calendar()
    feed.add("prodid", "-//CTG//Convention territoriale globale//FR")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", "CTG : mes échéances")
    feed.add("refresh-interval", REFRESH, {"value": "DURATION"})
    memberships = person.memberships.select_related("convention", "organization")
    by_convention: dict[Convention, list] = {}
    for membership in memberships:
        by_convention.setdefault(membership.convention, []).append(membership)
    for convention, mine in by_convention.items():
        for event in _events(convention, Access(mine)):
            feed.add_component(event)
    return feed.to_ical()


def _events(convention: Convention, access: Access) -> Iterator[Event]:
    yield from _campaigns(convention, access)
    yield from _actions(convention, access)
    if access.has(Right.VIEW_GOVERNANCE):
        yield from _decisions(convention, access)
        yield from _meetings(convention)


def _campaigns(convention: Convention, access: Access) -> Iterator[Event]:
    for campaign in convention.campaigns.open():
        home = _url("progress:home", convention)
        mine = campaign.contributions.waiting_for_answer()
        owed = mine.of(access.organizations_with(Right.ANSWER_CAMPAIGN)).count()
        name = f"campagne-{campaign.pk}"
        if owed:
            title = f"Campagne {campaign.year} : dernier jour pour répondre ({owed})"
            yield _day(f"{name}-reponses", campaign.closes_on, title, home)
        if access.has(Right.MANAGE_CAMPAIGN):
            title = f"Campagne {campaign.year} : clôture de la saisie"
            yield _day(f"{name}-cloture", campaign.closes_on, title, home)
            title = f"Campagne {campaign.year} : fin de la validation"
            yield _day(f"{name}-validation", campaign.validates_on, title, home)


def _actions(convention: Convention, access: Access) -> Iterator[Event]:
    """Ends of the actions that her organisations pilot, and the steps still to be done."""
    pilots = access.organizations_with(Right.EDIT_PILOTED_ACTIONS)
    actions = convention.actions.current().unfinished().piloted_by(pilots)
    for action in actions.exclude(ends_on=None).distinct():
        url = _url("actions:detail", convention, action.code)
        yield _day(f"action-{action.pk}", action.ends_on, f"Fin prévue : {action.heading}", url)
    steps = ActionStep.objects.filter(action__in=actions, done_on=None).exclude(due_on=None)
    for step in steps.select_related("action"):
        url = _url("actions:detail", convention, step.action.code)
        title = f"Étape : {step.title} ({step.action.code})"
        yield _day(f"etape-{step.pk}", step.due_on, title, url)


def _decisions(convention: Convention, access: Access) -> Iterator[Event]:
    """Those her organisations have to apply; all of them for the project lead."""
    mine = Q() if access.is_lead else Q(owner__in=[m.organization for m in access.memberships])
    decisions = Decision.objects.of(convention).open().filter(mine).exclude(due_on=None)
    for decision in decisions:
        url = _url("governance:decisions", convention)
        yield _day(f"decision-{decision.pk}", decision.due_on, f"Décision : {decision.text}", url)


def _meetings(convention: Convention) -> Iterator[Event]:
    meetings = Meeting.objects.filter(
        committee__convention=convention, state=Meeting.State.CONVENED
    ).select_related("committee")
    for meeting in meetings:
        event = _event(f"seance-{meeting.pk}", str(meeting.committee.name))
        event.add("dtstart", meeting.starts_at.astimezone(UTC))
        ends_at = meeting.ends_at or meeting.starts_at + USUAL_LENGTH
        event.add("dtend", ends_at.astimezone(UTC))
        event.add("url", _url("governance:meeting", convention, meeting.pk))
        if meeting.place:
            event.add("location", meeting.place)
        yield event


def _day(uid: str, day: date, title: str, url: str) -> Event:
    event = _event(uid, title)
    event.add("dtstart", day)
    event.add("transp", "TRANSPARENT")
    event.add("url", url)
    return event


def _event(uid: str, title: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("summary", title)
    return event


def _url(name: str, convention: Convention, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=[convention.slug, *args])
