"""Writing the texts of a review beside the facts."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ctg.convention.rights import Right, require
from governance.reviews import services
from governance.reviews.build import build_review
from governance.reviews.editions import draft_to_write
from governance.reviews.forms import ReviewForm
from governance.reviews.preparing import facts, stake_writings, writings
from governance.reviews.render import sections_context
from governance.reviews.views import WHO_PREPARES


@require_http_methods(["GET", "POST"])
def prepare(request, year):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_PREPARES)
    edition = draft_to_write(request.convention, year)
    if edition.is_published:
        messages.info(request, edition.ALREADY_PUBLISHED)
        return redirect(edition)
    form = ReviewForm(
        request.POST or None,
        instance=edition,
        convention=request.convention,
        only=request.POST if request.htmx else None,
    )
    data = build_review(request.convention, year)
    saved = form.is_valid()
    if saved:
        seen = form.figures_seen(facts(form, data), confirmed=request.POST.get("confirm", ""))
        services.save_texts(edition, form.texts | {"figures_seen": seen}, form.syntheses)
    if request.htmx and request.method == "POST":
        return _saved(request, form)
    if saved:
        messages.success(request, "Les textes du bilan sont enregistrés.")
        return redirect("reviews:prepare", request.convention.slug, year)
    return render(request, "reviews/review_prepare.html", _context(edition, form, data))


def _context(edition, form, data):
    written = writings(form, data)
    return sections_context(data) | {
        "edition": edition,
        "form": form,
        "writings": written,
        "stakes": stake_writings(form, data, written),
        "stale": sum(bool(writing.changed) for writing in written.values()),
    }


def _saved(request, form):
    context = {"form": form, "now": timezone.localtime()}
    answer = render(request, "reviews/review_prepare.html#saved", context)
    if form.is_valid():
        answer["HX-Trigger"] = "ctg:saved"
    return answer
