from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render

from actions.answers import beside_previous
from actions.models import Campaign, Contribution, ExceptionalAccess
from actions.views.deadline import deadline
from actions.views.door import AccountDoor
from actions.views.tabs import tabs
from ctg.convention.rights import Right, require
from ctg.french import counted

PER_PAGE = 100


def mine(request):
    """What the person’s organisations are asked, in one list; « mes actions »."""
    require(
        request.access.has(Right.ANSWER_CAMPAIGN),
        "Seules les personnes qui répondent pour un organisme ont des actions à saisir.",
    )
    organizations = request.access.organizations_with(Right.ANSWER_CAMPAIGN)
    choices = list(answerable(request.convention, organizations))
    year = request.GET.get("campagne", "")
    campaign = next((c for c in choices if str(c.year) == year), choices[0] if choices else None)
    door = AccountDoor(request.user, request.convention)
    past = request.convention.campaigns.exclude(closed_at=None)
    return render(
        request,
        "progress/mine.html",
        list_context(request, campaign, organizations, door)
        | {
            "tabs": tabs(request, "mine"),
            "past": past,
            "others": [other for other in choices if other != campaign],
        },
    )


def answerable(convention, organizations):
    """The open campaign, then closed ones with an exception for one of these organisations."""
    exceptions = ExceptionalAccess.objects.running().filter(organization__in=organizations)
    return (
        convention.campaigns.exclude(opened_at=None)
        .filter(Q(closed_at=None) | Q(exceptions__in=exceptions))
        .distinct()
        .order_by("closed_at", "-year")
    )


def list_context(request, campaign: Campaign | None, organizations, door):
    """The list of one campaign, whichever door the person came by."""
    asked = asked_of(organizations, campaign)
    page = Paginator(asked, PER_PAGE).get_page(request.GET.get("page"))
    concerned = asked.asked().count()
    sent = asked.filter(state__in=Contribution.SENT).count()
    following = asked.waiting_for_answer().first()
    return {
        "campaign": campaign,
        "deadline": deadline(campaign),
        "page": page,
        "rows": rows_of(page, campaign, door),
        "several": len(organizations) > 1,
        "sent": sent,
        "concerned": concerned,
        "sent_words": f"{sent} sur {counted(concerned, 'envoyée', 'envoyées')}",
        "next_url": door.answer(following) if following else "",
    }


def asked_of(organizations, campaign: Campaign | None):
    """One list, in the order in which « action suivante » goes through it."""
    return (
        Contribution.objects.filter(campaign=campaign)
        .of(organizations)
        .select_related("action", "organization", "campaign")
        .order_by("organization__name", "action__position", "action__code")
    )


def rows_of(contributions, campaign: Campaign | None, door):
    """Each answer of a page with the address where it is written, or read."""
    rows = []
    for answer in beside_previous(contributions):
        contribution = answer.contribution
        contribution.campaign = campaign
        address = door.answer if contribution.can_change else door.read
        rows.append((answer, address(contribution)))
    return rows
