"""What search engines are told: the open sites, page by page; the rest is not for them."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from actions.models import Action
from governance.models import AnnualReview, PublicSite

ROBOTS = """User-agent: *
Disallow: /
Allow: /public/
Allow: /static/
Allow: /accessibilite/
Allow: /mentions-legales/
Allow: /donnees-personnelles/
Allow: /sitemap.xml
Sitemap: {site}{sitemap}
"""
PAGES = ("home", "plan", "reviews", "data")
LARGEST = 50_000  # addresses that the protocol takes in one file


@login_not_required
@require_safe
def robots(request):
    text = ROBOTS.format(site=settings.SITE_URL, sitemap=reverse("sitemap"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def sitemap(request):
    sites = PublicSite.objects.filter(is_open=True)
    slugs = sites.order_by("pk").values_list("convention__slug", flat=True)
    places = [(reverse(f"public:{name}", args=[slug]), None) for slug in slugs for name in PAGES]
    places += _reviews(slugs) + _actions(slugs)
    return render(
        request,
        "public/sitemap.xml",
        {"site": settings.SITE_URL, "places": places[:LARGEST]},
        content_type="application/xml",
    )


def _reviews(slugs):
    shown = AnnualReview.objects.public().filter(convention__slug__in=slugs)
    rows = shown.values_list("convention__slug", "year").distinct().order_by("convention", "year")
    return [(reverse("public:review", args=[slug, year]), None) for slug, year in rows]


def _actions(slugs):
    shown = Action.objects.published().filter(convention__slug__in=slugs)
    rows = shown.order_by("convention", "code").values_list(
        "convention__slug", "code", "updated_at"
    )
    return [(reverse("public:action", args=[slug, code]), at) for slug, code, at in rows]
