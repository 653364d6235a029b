"""The pages that a personal link opens: one organisation’s answers, and nothing more."""

import logging
from functools import wraps

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from actions import links
from actions.models import Contribution
from actions.views.answer_page import AnswerPage
from actions.views.door import LinkDoor
from actions.views.mine import list_context

log = logging.getLogger("ctg.links")

TOO_MANY = "Trop d’essais depuis votre poste : réessayez dans une heure."
FAILURES = 20
WINDOW = 3600


def by_link(view):
    """Give the view its door; refuse in words, the same for all, and after too many failures."""

    @never_cache
    @login_not_required
    @wraps(view)
    def opened(request, token, **kwargs):
        key = f"link-failures:{get_adapter().get_client_ip(request)}"
        if cache.get(key, 0) >= FAILURES:
            return _refused(request, TOO_MANY, 429)
        try:
            link = links.find(token)
        except links.LinkRefused as refusal:
            cache.add(key, 0, WINDOW)
            cache.incr(key)
            log.warning("personal link refused from %s: %s", key.split(":", 1)[1], refusal)
            return _refused(request, str(refusal), 404)
        log.info("personal link %s opened: %s %s", link.pk, request.method, view.__name__)
        person = request.user if request.user.is_authenticated else None
        request.convention = link.campaign.convention
        return view(request, LinkDoor(person, link, token), **kwargs)

    return opened


def _refused(request, reason, status):
    return render(request, "progress/link_refused.html", {"reason": reason}, status=status)


def _contribution(door: LinkDoor, pk) -> Contribution:
    asked = door.link.campaign.contributions.filter(organization=door.link.organization)
    found = get_object_or_404(
        asked.select_related(
            "organization",
            "submitted_by",
            "validated_by",
            "action__operational_objective__strategic_objective__stake",
        ),
        pk=pk,
    )
    found.campaign = door.link.campaign
    return found


@by_link
def mine(request, door):
    context = list_context(request, door.link.campaign, [door.link.organization], door)
    return render(request, "progress/mine.html", context | {"organization": door.link.organization})


@by_link
def answer(request, door, pk):
    """``?statut=`` comes from a status line of a message: chosen, nothing sent before a POST."""
    chosen = request.GET.get("statut", "")
    initial = {"status": chosen} if chosen in Contribution.Status.values else {}
    return AnswerPage(request, door, _contribution(door, pk)).respond(**initial)


@by_link
def set_aside(request, door, pk):
    return AnswerPage(request, door, _contribution(door, pk)).set_aside()


@by_link
@require_POST
def nothing_new(request, door, pk):
    return AnswerPage(request, door, _contribution(door, pk)).report_nothing_new()


@by_link
def read(request, door, pk):
    page = AnswerPage(request, door, _contribution(door, pk))
    return page.read(back=("Mes actions", door.mine))
