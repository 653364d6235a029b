"""The extracts of all the communes: asked for, followed, downloaded."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from ctg.convention.rights import Right, require
from governance.models import Rendering
from governance.reviews import renderings
from governance.reviews.editions import latest_edition
from governance.reviews.views import WHO_PREPARES

COMMUNES = Rendering.Purpose.COMMUNES


@require_http_methods(["GET", "POST"])
def communes(request, year):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_PREPARES)
    review = latest_edition(request.convention, year, published=True)
    if review is None:
        messages.info(request, "Les extraits des communes se préparent une fois le bilan publié.")
        return redirect("reviews:list", request.convention.slug)
    if request.method == "POST":
        try:
            renderings.request_rendering(review, COMMUNES, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("reviews:communes", request.convention.slug, year)
    context = {
        "edition": review,
        "asked": renderings.latest(review, COMMUNES),
        "ready": renderings.ready(review, COMMUNES),
    }
    template = "reviews/review_communes.html" + ("#state" if request.htmx else "")
    return render(request, template, context)


@require_GET
def communes_zip(request, year):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_PREPARES)
    review = latest_edition(request.convention, year, published=True)
    ready = renderings.ready(review, COMMUNES) if review else None
    if ready is None:
        return redirect("reviews:communes", request.convention.slug, year)
    try:
        name = f"bilan-{year}-{request.convention.slug}-communes.zip"
        return FileResponse(ready.file.open("rb"), as_attachment=True, filename=name)
    except FileNotFoundError:
        raise Http404("Ce fichier manque sur le serveur : demandez-le de nouveau.") from None
