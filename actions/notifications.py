"""What is written to whom, by mail; called by the verbs, sent once they are committed."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from actions import links
from actions.answers import previous_answers
from actions.models import Campaign, Contribution
from actions.recipients import Letter, Step, letters
from ctg.accounts.models import User
from ctg.convention.models import Organization
from ctg.french import NBSP, counted, french_date, of
from ctg.mail.kinds import Kind
from ctg.mail.models import Message
from ctg.mail.services import send

Owed = dict[Organization, list[Contribution]]

# Beyond, the reader goes on in the list: a message is read on a phone.
LINES = 6
ONE_CLICK = (*Contribution.Status.choices,)


def owed_by(campaign: Campaign, organizations: Iterable[Organization] | None = None) -> Owed:
    """What each organisation has not sent yet, in the order of its list."""
    waiting = campaign.contributions.waiting_for_answer().select_related("action", "organization")
    if organizations is not None:
        waiting = waiting.of(organizations)
    owed: Owed = defaultdict(list)
    for contribution in waiting.order_by("organization__name", "action__position", "action__code"):
        contribution.campaign = campaign
        owed[contribution.organization].append(contribution)
    return dict(owed)


def campaign_opened(campaign: Campaign, *, by: User) -> None:
    """To those who answer for an organisation that owes something, but who opened it."""
    owed = owed_by(campaign)
    for letter in letters(campaign, owed, Kind.CAMPAIGN_OPENED):
        if letter.recipient.person != by:
            write(Kind.CAMPAIGN_OPENED, letter, campaign, owed)


def write(kind: Kind, letter: Letter, campaign: Campaign, owed: Owed) -> Message | None:
    """One letter, each organisation with its own new link."""

    def new_link(organization: Organization) -> str:
        return links.issue(campaign, organization, address=letter.recipient.address)

    if letter.recipient.step == Step.LEAD:
        return send(
            Kind.UNREACHABLE,
            to=letter.recipient.address,
            context=unreachable_context(letter, campaign),
        )
    context = letter_context(letter, campaign, owed, new_link)
    return send(kind, to=letter.recipient.address, context=context)


def letter_context(
    letter: Letter, campaign: Campaign, owed: Owed, link_of: Callable[[Organization], str]
) -> dict[str, Any]:
    """``link_of`` gives the personal link of an organisation; a preview makes none."""
    shown = [c for organization in letter.organizations for c in owed[organization][:LINES]]
    before = previous_answers(shown)
    sections = []
    for organization in letter.organizations:
        link = link_of(organization)
        mine = owed[organization]
        sections.append(
            {
                "name": str(organization),
                "url": link,
                "lines": [_line(c, before.get(c.pk), link) for c in mine[:LINES]],
                "more": max(0, len(mine) - LINES),
            }
        )
    has_account = letter.recipient.person is not None
    mine_url = _address("progress:mine", campaign.convention.slug)
    is_one = len(sections) == 1
    count = sum(len(owed[o]) for o in letter.organizations)
    return {
        "first_name": letter.recipient.first_name,
        "convention": campaign.convention.short_name,
        "year": campaign.year,
        "actions": counted(count, "action", "actions"),
        "actions_wait": counted(count, "action attend", "actions attendent"),
        "closes_on": french_date(campaign.closes_on),
        "url": sections[0]["url"] if is_one else mine_url,
        "account_url": mine_url if has_account else "",
        "sections": sections,
        "several": not is_one,
    }


def unreachable_context(letter: Letter, campaign: Campaign) -> dict[str, Any]:
    return {
        "first_name": letter.recipient.first_name,
        "convention": campaign.convention.short_name,
        "year": campaign.year,
        "organizations": [str(organization) for organization in letter.organizations],
        "url": _address("progress:reminders", campaign.convention.slug),
    }


def _line(contribution: Contribution, before: Contribution | None, link: str) -> dict[str, Any]:
    """One action and the statuses that answer it in one click, each to a page that confirms."""
    page = f"{link}{contribution.pk}/"
    return {
        "heading": contribution.action.heading,
        "returned": contribution.return_comment
        if contribution.state == Contribution.State.RETURNED
        else "",
        "before": f"{before.campaign.year}{NBSP}: {before.get_status_display().lower()}"
        if before
        else "",
        "choices": [
            {"label": label, "url": f"{page}?statut={value}"} for value, label in ONE_CLICK
        ],
    }


def answer_returned(contribution: Contribution, *, by: User) -> None:
    """To whoever sent it, unless she is the one who returns it."""
    _about_answer(Kind.ANSWER_RETURNED, contribution, by, comment=contribution.return_comment)


def answer_corrected(contribution: Contribution, *, by: User, comment: str) -> None:
    _about_answer(Kind.ANSWER_CORRECTED, contribution, by, comment=comment)


def answer_validated(contribution: Contribution, *, by: User) -> None:
    _about_answer(Kind.ANSWER_VALIDATED, contribution, by)


def _about_answer(kind: Kind, contribution: Contribution, by: User, **more: str) -> None:
    """To the person who sent it, by the door she came by."""
    sender, link = contribution.submitted_by, contribution.submitted_link
    if sender == by or (sender is None and link is None):
        return
    campaign, organization = contribution.campaign, contribution.organization
    if sender is not None:
        url = _address("progress:answer", campaign.convention.slug, contribution.pk)
    else:
        new = links.issue(campaign, organization, address=link.address)
        url = f"{new}{contribution.pk}/"
    send(
        kind,
        to=sender or link.address,
        context={
            "first_name": sender.first_name if sender else "",
            "convention": campaign.convention.short_name,
            "year": campaign.year,
            "action": contribution.action.heading,
            "of_organization": of(str(organization)),
            "by": by.full_name,
            "closes_on": french_date(campaign.closes_on),
            "url": url,
        }
        | more,
    )


def _address(name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=args)
