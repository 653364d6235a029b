"""Parts of a review, on screen and on paper: the essentials, a stake, a commune, the sheets."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from ctg.convention.models import Organization
from ctg.pdf import PdfUnavailable
from governance.reviews.addresses import MemberAddresses, doors
from governance.reviews.data.communes import anchor_of
from governance.reviews.editions import correction_of, data_of, edition_to_read
from governance.reviews.extracts import SHEETS, extracts
from governance.reviews.render import extract_filename, render_extract, sections_context


@require_GET
def extract(request, year, extract):
    review, data, offered, found = _find(request, year, extract)
    addresses = MemberAddresses(review)
    context = {
        "edition": review,
        "correction": correction_of(review),
        "extract": found,
        "heading": f"Bilan annuel {year}",
        "subtitle": data.cover.kicker,
        "addresses": addresses,
        "pdf_url": addresses.pdf(found.slug),
        "doors": doors(offered, addresses, mine=communes_of(request.access), current=found.slug),
        "address": request.build_absolute_uri(request.path),
    }
    return render(request, "reviews/extract.html", sections_context(data) | context)


@require_GET
def extract_pdf(request, year, extract):
    review, data, _, found = _find(request, year, extract)
    if found.slug == SHEETS:  # long: drawn in the background
        view = "file_open" if review.is_published else "file"
        address = reverse(f"reviews:{view}", args=[request.convention.slug, year, SHEETS])
        return redirect(f"{address}?edition={review.edition}")
    return extract_answer(request, review, data, found)


def extract_answer(request, review, data, extract):
    draft = not review.is_published
    try:
        content = render_extract(data, extract, draft=draft)
    except PdfUnavailable as lack:
        return render(request, "frozen/pdf_unavailable.html", {"lack": lack}, status=503)
    name = extract_filename(data, extract, draft=draft)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def communes_of(access) -> set[str]:
    """The addresses of the extracts of the communes this person acts for."""
    organizations = (membership.organization for membership in access.memberships)
    return {anchor_of(o.name) for o in organizations if o.kind == Organization.Kind.COMMUNE}


def _find(request, year, slug):
    """The edition, its data, the extracts it offers and the one asked for."""
    asked = request.GET.get("edition", "")
    review = edition_to_read(request.convention, request.access, year, asked)
    data = data_of(review)
    offered = extracts(data) if data else []
    found = next((one for one in offered if one.slug == slug), None)
    if found is None:
        raise Http404(f"Le bilan {year} n’a pas d’extrait à cette adresse.")
    return review, data, offered, found
