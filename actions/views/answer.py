from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from actions.models import Contribution
from actions.rights import can_answer, can_view_contribution
from actions.views.answer_page import AnswerPage
from actions.views.door import AccountDoor
from ctg.convention.rights import require
from ctg.french import of


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
    page = AnswerPage(request, AccountDoor(request.user, request.convention), contribution)
    home = reverse("progress:home", args=[request.convention.slug])
    return page.read(back=("Avancement", home), can_answer=can_answer(request.access, contribution))
