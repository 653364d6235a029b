"""Who owes what in a campaign: computed from the plan, then as the project lead adjusted it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Q

from actions.models import Action, ActionPartner, Campaign
from ctg.collation import sort_key
from ctg.convention.models import Organization

ASKED_ROLES = [
    ActionPartner.Role.PILOT,
    ActionPartner.Role.CO_PILOT,
    ActionPartner.Role.CONTRIBUTOR,
]


@dataclass(frozen=True)
class Place:
    """One organisation before one action."""

    action: Action
    organization: Organization
    is_asked: bool
    is_adjusted: bool


def expected(campaign: Campaign) -> list[Place]:
    """In the order of the plan, then by name; a fixed number of queries.

    Current actions that are not finished, and those somebody is to be asked about by hand.
    """
    changes: dict[int, dict[int, bool]] = defaultdict(dict)
    for one in campaign.adjustments.all():
        changes[one.action_id][one.organization_id] = one.is_asked
    by_hand = [pk for pk, mine in changes.items() if any(mine.values())]
    wanted = ~Q(status__in=Action.FINISHED) | Q(pk__in=by_hand)
    actions = campaign.convention.actions.current().filter(wanted).in_plan_order()
    return _places(actions.prefetch_related("communes", "partners__organization"), changes)


def asked_about(campaign: Campaign, action: Action) -> set[int]:
    """The keys of the organisations."""
    adjusted = campaign.adjustments.filter(action=action)
    changes = dict(adjusted.values_list("organization", "is_asked"))
    return {pk for pk in asked_by_plan(action) | changes.keys() if changes.get(pk, True)}


def asked_by_plan(action: Action) -> set[int]:
    """Nobody once it is finished; else pilot, co-pilots, contributors, and communes if it says so.

    An action for the whole territory asks its partners only; one for chosen communes asks
    each of them too. The keys of the organisations.
    """
    if action.is_finished:
        return set()
    communes = action.communes.all() if action.scope == Action.Scope.COMMUNES else ()
    return {one.pk for one in (*action.organizations(*ASKED_ROLES), *communes)}


def _places(actions: Iterable[Action], changes: dict[int, dict[int, bool]]) -> list[Place]:
    who = {action: asked_by_plan(action) | changes[action.pk].keys() for action in actions}
    named = Organization.objects.in_bulk(set().union(*who.values()))
    return [
        Place(
            action=action,
            organization=organization,
            is_asked=changes[action.pk].get(organization.pk, True),
            is_adjusted=organization.pk in changes[action.pk],
        )
        for action, asked in who.items()
        for organization in sorted((named[pk] for pk in asked), key=lambda one: sort_key(str(one)))
    ]


@dataclass(frozen=True)
class Group:
    """The places of one action, or of one organisation."""

    subject: Action | Organization
    places: list[Place]

    @property
    def asked(self) -> int:
        return sum(place.is_asked for place in self.places)


def by_action(places: Iterable[Place]) -> list[Group]:
    return _groups(places, attrgetter("action"))


def by_organization(places: Iterable[Place]) -> list[Group]:
    """Those asked most come first."""
    found = _groups(places, attrgetter("organization"))
    return sorted(found, key=lambda group: (-len(group.places), sort_key(str(group.subject))))


def _groups(places: Iterable[Place], subject: Callable[[Place], Any]) -> list[Group]:
    found = defaultdict(list)
    for place in places:
        found[subject(place)].append(place)
    return [Group(one, mine) for one, mine in found.items()]
