"""Publishing a review: confirmed, followed, cancelled. It freezes it."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ctg.convention.rights import Right, require
from governance import file_pages
from governance.frozen import progress
from governance.models import Rendering
from governance.reviews.build import build_review
from governance.reviews.editions import draft_to_write
from governance.reviews.views import WHO_PREPARES

PUBLICATION = Rendering.Purpose.PUBLICATION


@require_http_methods(["GET", "POST"])
def publish(request, year):
    """Confirm, ask, then follow: the PDF is made in the background."""
    require(request.access.has(Right.PREPARE_REVIEW), WHO_PREPARES)
    review = draft_to_write(request.convention, year)
    if review.is_published:
        return file_pages.published(request, review, f"Le bilan {year} est publié.")
    if request.method == "POST":
        return file_pages.ask(request, review, PUBLICATION, request.path)
    asked = progress.latest(review, PUBLICATION)
    context = {"edition": review, "asked": asked, "year": year}
    if request.htmx:
        return render(request, "reviews/review_publish.html#state", context)
    if not (asked and asked.is_running):
        context["review"] = build_review(request.convention, year)
    return render(request, "reviews/review_publish.html", context)


@require_POST
def cancel(request, year):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_PREPARES)
    review = draft_to_write(request.convention, year)
    page = reverse("reviews:publish", args=[request.convention.slug, year])
    return file_pages.cancel(request, review, PUBLICATION, page)
