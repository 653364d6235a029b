"""Sharing a published review: the links of its lead, and what their bearers read."""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ctg.convention.rights import Right, require
from ctg.french import NBSP
from governance import file_pages, renderings
from governance.frozen import progress
from governance.models import Rendering, ReviewLink
from governance.reviews import links
from governance.reviews.addresses import LinkAddresses, doors
from governance.reviews.editions import data_of, latest_edition
from governance.reviews.extract_views import extract_answer
from governance.reviews.extracts import SHEETS, extracts
from governance.reviews.forms import ShareForm
from governance.reviews.render import sections_context

WHO_SHARES = "Les bilans sont partagés par la personne qui pilote la convention."
logger = logging.getLogger(__name__)


@require_http_methods(["GET", "POST"])
def share(request, year):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_SHARES)
    review = latest_edition(request.convention, year, published=True)
    if review is None:
        messages.info(request, "Un bilan se partage une fois publié.")
        return redirect("reviews:list", request.convention.slug)
    form = ShareForm(request.POST or None)
    if form.is_valid() and (token := _shared(form, review, request.user)):
        url = request.build_absolute_uri(reverse("shared:review", args=[token]))
        messages.success(
            request,
            format_html(
                "Voici l’adresse à transmettre, montrée cette fois seulement{}: "
                '<a class="code-address" href="{}">{}</a>',
                *(NBSP, url, url),
            ),
        )
        return redirect("reviews:share", request.convention.slug, year)
    context = {"edition": review, "form": form, "today": timezone.localdate()}
    return render(request, "reviews/review_share.html", context)


def _shared(form, review, by):
    try:
        token = links.share(review, **form.cleaned_data, by=by)
        renderings.prepare_long_files(review, by=by)
        return token
    except ValidationError as refusal:
        form.add_error(None, refusal)


@require_POST
def revoke(request, year, pk):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_SHARES)
    link = get_object_or_404(
        ReviewLink, pk=pk, review__convention=request.convention, review__year=year
    )
    links.revoke(link, by=request.user)
    messages.success(request, f"Le lien « {link.label} » n’ouvre plus rien.")
    return redirect("reviews:share", request.convention.slug, year)


@login_not_required
@require_GET
def read(request, token, extract=""):
    link, refusal = _open(request, token)
    if refusal:
        return refusal
    review, data, offered, found = _content(link, extract)
    addresses = LinkAddresses(token)
    context = {
        "edition": review,
        "link": link,
        "extract": found,
        "doors": doors(offered, addresses, mine=(), current=extract),
        "pdf_url": addresses.pdf(extract),
    }
    return _private(render(request, "reviews/shared_review.html", sections_context(data) | context))


@login_not_required
@require_GET
def read_pdf(request, token, extract=""):
    link, refusal = _open(request, token)
    if refusal:
        return refusal
    if not extract:
        file = link.review.file
        return _private(file_pages.stored(file, file.name.rpartition("/")[2]))
    review, data, _, found = _content(link, extract)
    if found.slug == SHEETS:  # long: prepared when the review was published, or shared
        ready = progress.ready(review, Rendering.Purpose.SHEETS)
        if ready is None:
            page = render(request, "reviews/shared_waiting.html", {"link": link}, status=503)
            return _private(page)
        return _private(file_pages.stored(ready.file, ready.download_name))
    return _private(extract_answer(request, review, data, found))


def _open(request, token):
    """The link and nothing, or the page that says in words why it opens nothing."""
    link = links.find(token)
    if link and not link.revoked_at and not link.is_expired:
        logger.info("Lien de partage %s ouvert", link.pk)
        return link, None
    page = render(
        request, "reviews/shared_refused.html", {"link": link}, status=410 if link else 404
    )
    return link, _private(page)


def _content(link, slug):
    """The review, its data, the extracts it offers and the one asked for, if any."""
    data = data_of(link.review)
    if data is None:
        raise Http404("Ce bilan ne se lit qu’en PDF : ajoutez bilan.pdf à l’adresse reçue.")
    offered = extracts(data)
    found = next((one for one in offered if one.slug == slug), None)
    if slug and found is None:
        raise Http404("Ce bilan n’a pas d’extrait à cette adresse.")
    return link.review, data, offered, found


def _private(answer):
    """Whoever has the address reads; nobody keeps nor lists it."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    patch_cache_control(answer, private=True, no_store=True)
    return answer
