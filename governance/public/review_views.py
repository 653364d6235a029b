from dataclasses import dataclass

from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from governance.models import AnnualReview
from governance.public.door import draw, public_page
from governance.public.home import public_reviews
from governance.reviews.addresses import doors
from governance.reviews.editions import data_of
from governance.reviews.extracts import extracts
from governance.reviews.render import sections_context


@dataclass(frozen=True)
class PublicAddresses:
    """Extracts are read on screen: nobody outside makes the server draw a PDF."""

    review: AnnualReview

    def page(self, slug: str = "") -> str:
        name, arguments = ("extract", [slug]) if slug else ("review", [])
        place = [self.review.convention.slug, self.review.year, *arguments]
        return reverse(f"public:{name}", args=place)

    def pdf(self, slug: str = "") -> str:
        return reverse("public:review_pdf", args=[self.review.convention.slug, self.review.year])


@public_page()
def reviews(request):
    found = public_reviews(request.public_site.convention)
    return draw(request, "reviews", reviews=found)


@public_page()
def review(request, year, extract=""):
    edition = _edition(request, year)
    data = data_of(edition)
    if data is None:
        raise Http404("Ce bilan ne se lit qu’en PDF.")
    offered = extracts(data)
    found = next((one for one in offered if one.slug == extract), None)
    if extract and found is None:
        raise Http404("Ce bilan n’a pas d’extrait à cette adresse.")
    addresses = PublicAddresses(edition)
    context = sections_context(data) | {
        "edition": edition,
        "extract": found,
        "doors": doors(offered, addresses, mine=(), current=extract),
        "pdf_url": addresses.pdf(),
    }
    return draw(request, "review", **context)


@public_page()
def review_pdf(request, year):
    """The very file that was published, whose hash is on the page."""
    edition = _edition(request, year)
    etag = quote_etag(edition.file_sha256)
    if (known := get_conditional_response(request, etag=etag)) is not None:
        return known
    try:
        file = edition.file.open("rb")
    except FileNotFoundError:
        raise Http404("Le PDF de ce bilan manque sur le serveur.") from None
    answer = FileResponse(file, content_type="application/pdf")
    answer["ETag"] = etag
    return answer


def _edition(request, year):
    convention = request.public_site.convention
    found = public_reviews(convention).defer(None).filter(year=year).first()
    if found is None:
        raise Http404("Aucun bilan public pour cette année.")
    found.convention = convention
    return found
