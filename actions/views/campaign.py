from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from actions import campaigns
from actions.answers import AnswerFilter
from actions.forms.campaign import CampaignForm
from actions.models import Campaign, Contribution
from actions.overview import by_action, by_organization, groups, totals
from actions.views.deadline import deadline
from actions.views.mine import mine
from actions.views.tabs import tabs
from ctg.convention.rights import Right, require

PER_PAGE = 25
ONLY_LEAD = "Seuls la cheffe ou le chef de projet ouvrent, modifient et closent les campagnes."


def home(request):
    """Who has answered, for those who follow; their list, for those who answer."""
    if request.access.has(Right.FOLLOW_CAMPAIGN):
        return _overview(request)
    if request.access.has(Right.ANSWER_CAMPAIGN):
        return mine(request)
    campaign = open_campaign(request)
    return render(
        request,
        "progress/reader.html",
        {
            "campaign": campaign,
            "totals": totals(campaign) if campaign else None,
            "deadline": deadline(campaign),
        },
    )


def _overview(request):
    campaign = open_campaign(request)
    others = request.convention.campaigns.exclude(pk=campaign.pk if campaign else None)
    context = {
        "tabs": tabs(request, "home"),
        "campaign": campaign,
        "deadline": deadline(campaign),
        "prepared": others.filter(opened_at=None).first(),
        "others": others.exclude(opened_at=None),
    }
    if campaign:
        organizations = groups(by_organization(campaign))
        context |= {
            "totals": totals(campaign),
            "groups": organizations,
            "segments": [(group.state, group.label, len(group.lines)) for group in organizations],
            "page": Paginator(by_action(campaign), PER_PAGE).get_page(request.GET.get("page")),
        }
    return render(request, "progress/overview.html", context)


def answers(request):
    """Every answer the person may read, of all campaigns, past ones included."""
    access = request.access
    require(
        access.has(Right.FOLLOW_CAMPAIGN) or access.has(Right.ANSWER_CAMPAIGN),
        "Les réponses se lisent par l’organisme qui répond et par ceux qui suivent la campagne.",
    )
    found = (
        Contribution.objects.filter(
            campaign__convention=request.convention, campaign__opened_at__isnull=False
        )
        .select_related("action", "organization", "campaign")
        .order_by("-campaign__year", "action__position", "action__code", "organization__name")
    )
    if not access.has(Right.FOLLOW_CAMPAIGN):
        found = found.of(access.organizations_with(Right.ANSWER_CAMPAIGN))
    filters = AnswerFilter(request.GET, found, convention=request.convention)
    return render(
        request,
        "progress/answer_list.html",
        {
            "filters": filters,
            "page": Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page")),
        },
    )


def campaign(request):
    """Prepare the next campaign, or change the dates of the one that is prepared or open."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    current = current_campaign(request)
    form = CampaignForm(
        request.POST or None, instance=current or Campaign(), convention=request.convention
    )
    if form.is_valid() and _kept(request, form):
        return redirect("progress:home", request.convention.slug)
    return render(request, "progress/campaign_form.html", {"form": form, "campaign": current})


def _kept(request, form) -> bool:
    wanted, is_opening = form.instance, "open" in request.POST
    try:
        campaigns.schedule(wanted, by=request.user)
        if is_opening:
            campaigns.open_campaign(wanted, by=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return False
    said = "est ouverte : chacun est prévenu par courriel" if is_opening else "est enregistrée"
    messages.success(request, f"La campagne {wanted.year} {said}.")
    return True


def close(request, year):
    """A GET says what closing leaves unanswered; a POST closes."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    closing = get_object_or_404(request.convention.campaigns, year=year)
    if request.method == "POST":
        try:
            campaigns.close_campaign(closing, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, f"La campagne {year} est close.")
        return redirect("progress:year", request.convention.slug, year)
    return render(
        request, "progress/campaign_close.html", {"campaign": closing, "totals": totals(closing)}
    )


@require_POST
def reopen(request, year):
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    closed = get_object_or_404(request.convention.campaigns, year=year)
    try:
        campaigns.open_campaign(closed, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("progress:year", request.convention.slug, year)
    messages.success(request, f"La campagne {year} est de nouveau ouverte.")
    return redirect("progress:home", request.convention.slug)


def open_campaign(request) -> Campaign | None:
    return request.convention.campaigns.open().first()


def current_campaign(request) -> Campaign | None:
    """The open one, else the one being prepared."""
    return open_campaign(request) or request.convention.campaigns.filter(opened_at=None).first()


def opened_campaign(request, year) -> Campaign:
    """That of the year, once opened; its answers can be read from then on."""
    try:
        return request.convention.campaigns.exclude(opened_at=None).get(year=year)
    except Campaign.DoesNotExist:
        raise Http404(f"Il n’y a pas eu de campagne pour {year}.") from None
