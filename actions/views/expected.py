"""Who owes what in a campaign, adjusted by the project lead."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from actions import asking
from actions.expected import by_action, by_organization
from actions.expected import expected as expected_places
from actions.forms.expected import AccessForm, AskForm, ChooseForm
from actions.models import Action
from actions.recipients import unreachable
from actions.views.answer import find
from actions.views.campaign import ONLY_LEAD, current_campaign, opened_campaign
from ctg.convention.rights import Right, require
from ctg.french import counted, of
from ctg.mail.kinds import Kind

PER_PAGE = 25


def expected(request):
    """By action, the organisations asked; a POST asks one more."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "progress/expected.html", {"campaign": None})
    form = AskForm(request.POST or None, convention=request.convention)
    if form.is_valid():
        return _ask(request, campaign, form.cleaned_data)
    if campaign.opened_at is None:
        return _prepared(request, campaign, form)
    asked = campaign.contributions.select_related("organization").order_by("organization__name")
    actions = (
        Action.objects.filter(contributions__campaign=campaign)
        .distinct()
        .prefetch_related(Prefetch("contributions", asked, to_attr="asked"))
        .in_plan_order()
    )
    page = Paginator(actions, PER_PAGE).get_page(request.GET.get("page"))
    context = {"campaign": campaign, "form": form, "page": page}
    return render(request, "progress/expected.html", context)


def _prepared(request, campaign, form):
    """The list as it would be asked today: by action, or by organisation."""
    places = expected_places(campaign)
    by = "organisation" if request.GET.get("par") == "organisme" else "action"
    here = reverse("progress:expected", args=[request.convention.slug])
    asked = [place for place in places if place.is_asked]
    organizations = {place.organization for place in asked}
    groups = by_organization(asked) if by == "organisation" else by_action(places)
    return render(
        request,
        "progress/expected_prepared.html",
        {
            "campaign": campaign,
            "form": form,
            "by": by,
            "choices": [
                ("Par action", here, by == "action"),
                ("Par organisme", f"{here}?par=organisme", by == "organisation"),
            ],
            "page": Paginator(groups, PER_PAGE).get_page(request.GET.get("page")),
            "asked": len(asked),
            "organizations": len(organizations),
            "unreachable": unreachable(campaign, organizations, Kind.CAMPAIGN_OPENED),
        },
    )


def choose(request, code):
    """Before the opening, tick who is asked about one action."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    campaign = get_object_or_404(request.convention.campaigns, opened_at=None)
    action = get_object_or_404(request.convention.actions.current(), code=code)
    form = ChooseForm(request.POST or None, campaign=campaign, action=action)
    if form.is_valid():
        count = asking.choose(campaign, action, by=request.user, **form.cleaned_data)
        changed = counted(count, "changement", "changements")
        messages.success(request, f"{action.code} : {changed}, rien n’est encore envoyé.")
        return redirect("progress:expected", request.convention.slug)
    context = {"campaign": campaign, "action": action, "form": form}
    return render(request, "progress/expected_choose.html", context)


def _ask(request, campaign, chosen):
    count = asking.ask(
        campaign, chosen["action"], organizations=chosen["organizations"], by=request.user
    )
    if count:
        words = counted(count, "organisme de plus", "organismes de plus")
        will_be = "sera" if campaign.opened_at is None else "est"
        messages.success(request, f"{chosen['action'].code} {will_be} demandée à {words}.")
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
