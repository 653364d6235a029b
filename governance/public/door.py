"""How a public page is reached: an open site, no cookie, the same answer for everyone, kept.

The lead reads the pages before they open; for anyone else a closed site and an unknown address
are the same 404.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from ctg.convention.models import Convention
from ctg.convention.rights import Access, Right
from ctg.convention.search import version
from governance.models import PublicSite

LARGEST_KEPT = 8_000_000  # bytes: the file of a few thousand actions
TEXT = "q"
View = Callable[..., HttpResponse]


class PublicRequest(HttpRequest):
    public_site: PublicSite


def public_page(*parameters: str) -> Callable[[View], View]:
    """The view finds ``request.public_site``, and in ``request.GET`` these parameters alone."""

    def decorate(view: View) -> View:
        @wraps(view)
        @login_not_required
        @require_safe
        def page(request: PublicRequest, territory: str, **arguments) -> HttpResponse:
            site = _site(territory)
            if site is None or not (site.is_open or _may_preview(request, site)):
                return _missing(request, "Aucune page publique à cette adresse.")
            request.public_site = site
            request.GET = _only(request.GET, parameters)  # type: ignore[assignment]
            try:
                return _answer(request, view, arguments)
            except Http404 as reason:
                return _missing(request, str(reason), site=site)

        return page

    return decorate


def _answer(request: PublicRequest, view: View, arguments: dict) -> HttpResponse:
    if request.public_site.is_open:
        return _checked(request, _kept(request, view, arguments))
    answer = view(request, **arguments)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def _missing(request: HttpRequest, reason: str, site: PublicSite | None = None) -> HttpResponse:
    context = {"reason": reason, "site": site}
    return render(request, "public/missing.html", context, status=404)


def _only(query: QueryDict, names: tuple[str, ...]) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in names:
        if name in query:
            kept.setlist(name, query.getlist(name))
    return kept


def _site(slug: str) -> PublicSite | None:
    sites = PublicSite.objects.select_related("convention__epci", "convention__caf")
    if site := sites.filter(convention__slug=slug).first():
        return site
    convention = Convention.objects.filter(slug=slug).first()
    return PublicSite(convention=convention) if convention else None


def _may_preview(request: HttpRequest, site: PublicSite) -> bool:
    if request.user.is_anonymous:
        return False
    return Access(site.convention.memberships.filter(user=request.user)).has(Right.PUBLISH)


def _kept(request: PublicRequest, view: View, arguments: dict) -> HttpResponse:
    """From the cache while nothing of the convention has changed; never what a text finds:
    there would be as many pages as words."""
    if request.GET.get(TEXT):
        return view(request, **arguments)
    state = version(request.public_site.convention), timezone.localdate()
    said = repr((*state, request.path, request.GET.urlencode()))
    key = f"public-{sha256(said.encode()).hexdigest()}"
    if (answer := caches["pages"].get(key)) is None:
        answer = view(request, **arguments)
        if not answer.streaming and len(answer.content) <= LARGEST_KEPT:
            caches["pages"].set(key, answer)
    return answer


def _checked(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Anyone may keep it, and asks each time whether it still holds: what is withdrawn is gone."""
    patch_cache_control(answer, public=True, no_cache=True)
    request.session.accessed = False  # by what counts requests; the answer owes it nothing
    if answer.streaming:
        return answer
    etag = quote_etag(sha256(answer.content).hexdigest()[:32])
    answer["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=answer) or answer


MENU = {
    "public:home": "Accueil",
    "public:plan": "Plan d’action",
    "public:reviews": "Bilans",
    "public:data": "Données ouvertes",
}
SECTIONS = {"action": "plan", "review": "reviews"}


def draw(request: PublicRequest, name: str, **context) -> HttpResponse:
    """The page ``public/<name>.html``; only its address without filters is for search engines."""
    site = request.public_site
    context |= {
        "site": site,
        "convention": site.convention,
        "canonical": f"{settings.SITE_URL}{request.path}",
        "is_canonical": not request.GET,
        "menu": MENU.items(),
        "section": f"public:{SECTIONS.get(name, name)}",
        "is_top": name not in SECTIONS,
    }
    return render(request, f"public/{name}.html", context)
