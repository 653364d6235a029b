from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ctg.convention.rights import Right, require
from governance.reviews import services
from governance.reviews.addresses import MemberAddresses, doors
from governance.reviews.editions import (
    correction_of,
    data_of,
    draft_to_write,
    edition_to_read,
    years,
)
from governance.reviews.extract_views import communes_of
from governance.reviews.extracts import extracts
from governance.reviews.forms import CorrectionForm
from governance.reviews.render import sections_context

WHO_PREPARES = "Les bilans sont préparés et publiés par la personne qui pilote la convention."


@require_GET
def review_list(request):
    lines = years(request.convention)
    return render(
        request,
        "reviews/review_list.html",
        {
            "years": lines,
            "waiting": ", ".join(str(line.year) for line in lines if line.current is None),
            "this_year": timezone.localdate().year,
            "evaluation": request.convention.evaluations.defer("data").first(),
        },
    )


@require_GET
def detail(request, year):
    review = edition_to_read(
        request.convention, request.access, year, request.GET.get("edition", "")
    )
    data = data_of(review)
    context = {
        "edition": review,
        "correction": correction_of(review),
        "subtitle": data.cover.text if data else "",
        "review": data,
    }
    if data:
        mine = communes_of(request.access)
        context |= sections_context(data) | {
            "doors": doors(extracts(data), MemberAddresses(review), mine=mine),
            "address": request.build_absolute_uri(request.path),
        }
    return render(request, "reviews/review_detail.html", context)


@require_POST
def create(request, year):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_PREPARES)
    try:
        services.start(request.convention, year, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("reviews:list", request.convention.slug)
    return redirect("reviews:prepare", request.convention.slug, year)


@require_http_methods(["GET", "POST"])
def correct(request, year):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_PREPARES)
    review = draft_to_write(request.convention, year)
    if not review.is_published:
        messages.info(request, f"Une édition du bilan {year} est déjà en préparation.")
        return redirect("reviews:prepare", request.convention.slug, year)
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        note = form.cleaned_data["correction_note"]
        services.open_correction(review, note=note, by=request.user)
        return redirect("reviews:prepare", request.convention.slug, year)
    return render(request, "reviews/review_correct.html", {"edition": review, "form": form})
