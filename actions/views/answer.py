from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from actions.answers import beside_previous
from actions.models import Contribution
from actions.rights import can_answer, can_view_contribution
from actions.views.answer_page import AnswerPage
from actions.views.door import AccountDoor
from ctg.convention.rights import require
from ctg.french import NBSP, french_date, of


def find(request, pk) -> Contribution:
    """Through the convention: another territory’s answer does not exist here."""
    found = Contribution.objects.filter(
        campaign__convention=request.convention, campaign__opened_at__isnull=False
    ).select_related("campaign", "organization", "submitted_by", "validated_by")
    return get_object_or_404(
        found.select_related("action__operational_objective__strategic_objective__stake"), pk=pk
    )


@never_cache
def answer(request, pk):
    """The form of one action; typed drafts arrive here too, by htmx."""
    return _page(request, pk).respond()


@never_cache
def set_aside(request, pk):
    """« Cette action ne nous concerne pas », with a reason."""
    return _page(request, pk).set_aside()


@require_POST
def nothing_new(request, pk):
    return _page(request, pk).report_nothing_new()


def _page(request, pk):
    contribution = find(request, pk)
    require(
        can_answer(request.access, contribution),
        f"Cette réponse est celle {of(str(contribution.organization))} : seules les personnes qui "
        "représentent cet organisme la saisissent.",
    )
    return AnswerPage(request, AccountDoor(request.user, request.convention), contribution)


def read(request, pk):
    contribution = find(request, pk)
    require(
        can_view_contribution(request.access, contribution),
        f"Cette réponse est celle {of(str(contribution.organization))} ; elle se lit par cet "
        "organisme et par les personnes qui suivent la campagne.",
    )
    door = AccountDoor(request.user, request.convention)
    return render(
        request,
        "progress/answer_detail.html",
        {
            "answer": beside_previous([contribution])[0],
            "contribution": contribution,
            "campaign_label": f"Campagne {contribution.campaign.year}",
            "back_label": "Avancement",
            "back_url": reverse("progress:home", args=[request.convention.slug]),
            "answer_url": door.answer(contribution)
            if contribution.can_change and can_answer(request.access, contribution)
            else "",
            "state_words": state_words(contribution),
        },
    )


def state_words(contribution):
    """Who sent and validated, when; or why nothing is to be expected any more."""
    words = []
    if contribution.state == Contribution.State.SET_ASIDE:
        words.append(f"«{NBSP}{contribution.set_aside_reason}{NBSP}»")
    if contribution.is_unchanged:
        words.append("rien de nouveau")
    if contribution.submitted_at:
        by = f" par {contribution.submitted_by}" if contribution.submitted_by else ""
        if contribution.submitted_link_id:
            by += " par le lien personnel"
        words.append(f"envoyée le {french_date(contribution.submitted_at)}{by}")
    if contribution.validated_at:
        words.append(f"validée le {french_date(contribution.validated_at)}")
    if not contribution.campaign.is_open:
        words.append("campagne close")
    elif contribution.state == Contribution.State.SUBMITTED:
        words.append("elle ne se modifie plus, sauf si elle est renvoyée")
    return ", ".join(words)
