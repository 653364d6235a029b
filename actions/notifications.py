"""Who is told what, by mail; called by the verbs, sent once their transaction is committed."""

from collections import defaultdict

from django.conf import settings
from django.db.models import Count
from django.urls import reverse

from actions.models import Campaign, Contribution
from ctg.accounts.models import User
from ctg.convention.rights import RIGHTS, Right
from ctg.french import counted, french_date, of
from ctg.mail.kinds import Kind
from ctg.mail.services import send

ANSWERING_ROLES = [role for role, rights in RIGHTS.items() if Right.ANSWER_CAMPAIGN in rights]


def campaign_opened(campaign: Campaign, *, by: User) -> None:
    """To each person who answers for an organisation that owes something, but who opened it."""
    owed = dict(
        campaign.contributions.waiting_for_answer()
        .order_by()
        .values_list("organization")
        .annotate(count=Count("pk"))
    )
    members = campaign.convention.memberships.filter(
        role__in=ANSWERING_ROLES, organization__in=owed, user__is_active=True
    )
    actions: dict[User, int] = defaultdict(int)
    for member in members.exclude(user=by).select_related("user"):
        actions[member.user] += owed[member.organization_id]
    for person, count in actions.items():
        send(
            Kind.CAMPAIGN_OPENED,
            to=person,
            context={
                "first_name": person.first_name,
                "convention": campaign.convention.short_name,
                "year": campaign.year,
                "actions": counted(count, "action", "actions"),
                "closes_on": french_date(campaign.closes_on),
                "url": _address("progress:mine", campaign.convention.slug),
            },
        )


def answer_returned(contribution: Contribution, *, by: User) -> None:
    """To the person who sent it, unless she is the one who returns it."""
    sender = contribution.submitted_by
    if sender is None or sender == by or not sender.is_active:
        return
    campaign = contribution.campaign
    send(
        Kind.ANSWER_RETURNED,
        to=sender,
        context={
            "first_name": sender.first_name,
            "convention": campaign.convention.short_name,
            "year": campaign.year,
            "action": contribution.action.heading,
            "of_organization": of(str(contribution.organization)),
            "comment": contribution.return_comment,
            "by": by.full_name,
            "closes_on": french_date(campaign.closes_on),
            "url": _address("progress:answer", campaign.convention.slug, contribution.pk),
        },
    )


def _address(name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=args)
