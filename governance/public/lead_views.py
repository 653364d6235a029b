"""The lead’s side of the public pages: open them, and choose what is read there."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions.publication import services as actions_services
from actions.publication.readiness import readiness, with_public_texts
from ctg.convention.rights import Right, require
from ctg.french import counted
from ctg.numbers import whole_number
from governance.public import services
from governance.public.forms import SiteForm
from governance.public.models import site_of
from governance.public.review_traces import review_traces

WHO_PUBLISHES = "La personne qui pilote la convention choisit ce qui est public."


@require_http_methods(["GET", "POST"])
def home(request):
    require(request.access.has(Right.PUBLISH), WHO_PUBLISHES)
    convention = request.convention
    site = site_of(convention)
    form = SiteForm(request.POST or None, instance=site)
    if form.is_valid():
        services.save_site(form.save(commit=False), by=request.user)
        messages.success(request, "Les pages publiques sont réglées.")
        return redirect("publication:home", convention.slug)
    shown = readiness(convention, with_public_texts(convention.actions.published()))
    return render(
        request,
        "publication/home.html",
        {
            "site": site,
            "form": form,
            "stakes": _stakes(convention),
            "published_words": counted(len(shown), "publiée", "publiées"),
            "public_url": settings.SITE_URL + reverse("public:home", args=[convention.slug]),
            "to_see": [line for line in shown if line.traces],
            "reviews": convention.annual_reviews.published().defer("data"),
        },
    )


def _stakes(convention):
    """(stake, its current actions, those that are public)"""
    path = "operational_objective__strategic_objective__stake"
    actions = convention.actions.current().order_by().values_list(path)
    totals = dict(actions.annotate(total=Count("pk")))
    shown = dict(actions.filter(publication__isnull=False).annotate(total=Count("pk")))
    return [
        (stake, totals.get(stake.pk, 0), shown.get(stake.pk, 0))
        for stake in convention.stakes.current()
    ]


@require_POST
def set_open(request, is_open):
    require(request.access.has(Right.PUBLISH), WHO_PUBLISHES)
    verb = services.open_pages if is_open else services.close_pages
    verb(site_of(request.convention), by=request.user)
    said = "ouvertes à tous" if is_open else "fermées : leurs adresses ne répondent plus"
    messages.success(request, f"Les pages publiques sont {said}.")
    return redirect("publication:home", request.convention.slug)


@require_GET
def stake(request, pk):
    require(request.access.has(Right.PUBLISH), WHO_PUBLISHES)
    found = get_object_or_404(request.convention.stakes.current(), pk=pk)
    lines = readiness(request.convention, _actions_of(request, found))
    return render(request, "publication/stake.html", {"stake": found, "lines": lines})


def _actions_of(request, found):
    path = "operational_objective__strategic_objective__stake"
    return with_public_texts(request.convention.actions.current().filter(**{path: found}))


@require_POST
def publish(request):
    """What calls for a look is shown first; nothing is published before the answer."""
    require(request.access.has(Right.PUBLISH), WHO_PUBLISHES)
    lines = readiness(request.convention, _asked(request))
    new = [line for line in lines if not line.is_published]
    doubtful = [line for line in new if not line.is_clear]
    confirmed = request.POST.get("confirm")
    if doubtful and confirmed not in ("all", "clear"):
        context = {"lines": new, "doubtful": doubtful}
        return render(request, "publication/confirm.html", context)
    if confirmed == "clear":
        new = [line for line in new if line.is_clear]
    count = actions_services.publish((line.action for line in new), by=request.user)
    _say(request, count, "publiée", "publiées", "Aucune action nouvelle à publier.")
    return _back(request)


@require_POST
def unpublish(request):
    require(request.access.has(Right.PUBLISH), WHO_PUBLISHES)
    count = actions_services.unpublish(_asked(request), by=request.user)
    _say(request, count, "retirée", "retirées", "Aucune de ces actions n’était publique.")
    return _back(request)


def _asked(request):
    """All of a stake, or the actions ticked."""
    stake = whole_number(request.POST.get("all_of", ""))
    if stake is not None:
        stakes = request.convention.stakes.current()
        return _actions_of(request, get_object_or_404(stakes, pk=stake))
    codes = request.POST.getlist("action")
    return with_public_texts(request.convention.actions.current().filter(code__in=codes))


def _say(request, count, singular, plural, nothing):
    if count:
        words = counted(count, f"action {singular}", f"actions {plural}")
        messages.success(request, f"{words}.")
    else:
        messages.info(request, nothing)


def _back(request):
    slug, came_from = request.convention.slug, whole_number(request.POST.get("stake", ""))
    if came_from is not None:
        return redirect("publication:stake", slug, came_from)
    return redirect("publication:home", slug)


@require_POST
def show_review(request, pk):
    require(request.access.has(Right.PUBLISH), WHO_PUBLISHES)
    review = get_object_or_404(request.convention.annual_reviews.published(), pk=pk)
    if "confirm" not in request.POST:
        context = {"review": review, "traces": review_traces(review)}
        return render(request, "publication/confirm_review.html", context)
    services.show_review(review, by=request.user)
    messages.success(request, f"Le bilan {review.year} est public.")
    return redirect("publication:home", request.convention.slug)


@require_POST
def hide_review(request, pk):
    require(request.access.has(Right.PUBLISH), WHO_PUBLISHES)
    review = get_object_or_404(request.convention.annual_reviews.published(), pk=pk)
    services.hide_review(review, by=request.user)
    messages.success(request, f"Le bilan {review.year} n’est plus public.")
    return redirect("publication:home", request.convention.slug)
