"""The PDF of a review: asked for, followed, cancelled, read; and publishing, which freezes it."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ctg.convention.rights import Right, require
from ctg.pdf import PdfUnavailable
from governance.models import Rendering
from governance.reviews import renderings
from governance.reviews.build import build_review
from governance.reviews.editions import data_of, draft_to_write, edition_to_read
from governance.reviews.render import render_archive
from governance.reviews.views import WHO_PREPARES

Purpose = Rendering.Purpose
WHO_READS_DRAFTS = "Les projets de bilan se lisent avant publication par ceux qui les préparent."


@require_GET
def pdf(request, year):
    """What was published, byte for byte; for a draft, the last one made."""
    asked = request.GET.get("edition", "")
    review = edition_to_read(request.convention, request.access, year, asked)
    if review.is_published:
        return _file(review.file, filename_of(review))
    ready = renderings.ready_draft(review)
    if ready is None:
        return redirect("reviews:draft", request.convention.slug, year)
    return _file(ready.file, filename_of(review))


@require_GET
def archive(request, year):
    """The published pages for the archives, with their figures."""
    asked = request.GET.get("edition", "")
    review = edition_to_read(request.convention, request.access, year, asked)
    data = data_of(review)
    if not review.is_published or data is None:
        return redirect("reviews:pdf", request.convention.slug, year)
    try:
        content = render_archive(data)
    except PdfUnavailable as lack:
        return render(request, "reviews/pdf_unavailable.html", {"lack": lack}, status=503)
    name = filename_of(review).replace(".pdf", "-archives.pdf")
    return FileResponse(BytesIO(content), filename=name, content_type="application/pdf")


def filename_of(review):
    edition = f"-edition-{review.edition}" if review.edition > 1 else ""
    draft = "" if review.is_published else "-projet"
    return f"bilan-{review.year}-{review.convention.slug}{edition}{draft}.pdf"


def _file(file, name):
    try:
        return FileResponse(file.open("rb"), filename=name, content_type="application/pdf")
    except FileNotFoundError:
        raise Http404(
            "Le PDF de ce bilan manque sur le serveur : prévenez-en le support."
        ) from None


@require_http_methods(["GET", "POST"])
def draft(request, year):
    """Ask for the PDF of the draft, follow it, open it."""
    require(request.access.has(Right.VIEW_DRAFT_REVIEW), WHO_READS_DRAFTS)
    review = draft_to_write(request.convention, year)
    if review.is_published:
        return redirect(review)
    if request.method == "POST":
        return _requested(request, review, Purpose.DRAFT, "reviews:draft")
    asked, ready = renderings.latest(review, Purpose.DRAFT), renderings.ready_draft(review)
    context = {"edition": review, "year": year, "asked": asked, "ready": ready}
    if ready and not asked.is_running:
        data = build_review(request.convention, year)
        context["is_stale"] = data.fingerprint != ready.fingerprint
    template = "reviews/review_draft.html"
    return render(request, template + ("#state" if request.htmx else ""), context)


@require_http_methods(["GET", "POST"])
def publish(request, year):
    """Confirm, ask, then follow: the PDF is made in the background."""
    require(request.access.has(Right.PREPARE_REVIEW), WHO_PREPARES)
    review = draft_to_write(request.convention, year)
    if review.is_published:
        return _published(request, review)
    if request.method == "POST":
        return _requested(request, review, Purpose.PUBLICATION, "reviews:publish")
    asked = renderings.latest(review, Purpose.PUBLICATION)
    context = {"edition": review, "asked": asked, "year": year}
    if request.htmx:
        return render(request, "reviews/review_publish.html#state", context)
    if not (asked and asked.is_running):
        context["review"] = build_review(request.convention, year)
    return render(request, "reviews/review_publish.html", context)


def _requested(request, review, purpose, page):
    try:
        renderings.request_rendering(review, purpose, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(page, request.convention.slug, review.year)


def _published(request, review):
    if request.method == "POST":
        messages.error(request, review.ALREADY_PUBLISHED)
    else:
        messages.success(request, f"Le bilan {review.year} est publié.")
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": review.get_absolute_url()})
    return redirect(review)


@require_POST
def cancel_draft(request, year):
    require(request.access.has(Right.VIEW_DRAFT_REVIEW), WHO_READS_DRAFTS)
    return _cancelled(request, year, Purpose.DRAFT, "reviews:draft")


@require_POST
def cancel_publication(request, year):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_PREPARES)
    return _cancelled(request, year, Purpose.PUBLICATION, "reviews:publish")


def _cancelled(request, year, purpose, page):
    review = draft_to_write(request.convention, year)
    if renderings.cancel(review, purpose):
        messages.info(request, "La mise en page est annulée.")
    else:
        messages.info(request, "Il n’y avait plus rien à annuler.")
    return redirect(page, request.convention.slug, year)
