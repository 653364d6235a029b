"""Who owes what in a campaign, adjusted by the project lead."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from actions import asking
from actions.forms.expected import AccessForm, AskForm
from actions.models import Action
from actions.views.answer import find
from actions.views.campaign import ONLY_LEAD, open_campaign, opened_campaign
from ctg.convention.rights import Right, require
from ctg.french import counted, of

PER_PAGE = 25


def expected(request):
    """By action, the organisations asked; a POST asks one more."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    campaign = open_campaign(request)
    if campaign is None:
        return render(request, "progress/expected.html", {"campaign": None})
    form = AskForm(request.POST or None, convention=request.convention)
    if form.is_valid():
        return _ask(request, campaign, form.cleaned_data)
    asked = campaign.contributions.select_related("organization").order_by("organization__name")
    actions = (
        Action.objects.filter(contributions__campaign=campaign)
        .distinct()
        .prefetch_related(Prefetch("contributions", asked, to_attr="asked"))
        .in_plan_order()
    )
    return render(
        request,
        "progress/expected.html",
        {
            "campaign": campaign,
            "form": form,
            "page": Paginator(actions, PER_PAGE).get_page(request.GET.get("page")),
        },
    )


def _ask(request, campaign, chosen):
    count = asking.ask(
        campaign, chosen["action"], organizations=chosen["organizations"], by=request.user
    )
    if count:
        words = counted(count, "organisme de plus", "organismes de plus")
        messages.success(request, f"{chosen['action'].code} est demandée à {words}.")
    else:
        messages.warning(request, "Ces organismes sont déjà interrogés sur cette action.")
    return redirect("progress:expected", request.convention.slug)


@require_POST
def ask_no_longer(request, pk):
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    contribution = find(request, pk)
    try:
        asking.ask_no_longer(contribution, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        to = of(str(contribution.organization))
        messages.success(request, f"{contribution.action.code} n’est plus attendue {to}.")
    return redirect("progress:expected", request.convention.slug)


def access(request, year):
    """Exceptions to the lock of a closed campaign: those granted, and the form for one more."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    campaign = opened_campaign(request, year)
    form = AccessForm(request.POST or None, campaign=campaign)
    if form.is_valid():
        try:
            asking.grant_access(campaign, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "L’accès est accordé.")
            return redirect("progress:access", request.convention.slug, year)
    granted = campaign.exceptions.select_related("organization", "granted_by")
    running = set(granted.running().values_list("pk", flat=True))
    return render(
        request,
        "progress/access.html",
        {"campaign": campaign, "form": form, "granted": granted, "running": running},
    )


@require_POST
def end_access(request, year, pk):
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    granted = get_object_or_404(opened_campaign(request, year).exceptions, pk=pk)
    asking.end_access(granted, by=request.user)
    messages.success(request, f"L’accès {of(str(granted.organization))} est terminé.")
    return redirect("progress:access", request.convention.slug, year)
