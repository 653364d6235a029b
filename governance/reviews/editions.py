"""Which edition of a year’s review a person reads."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404

from ctg.convention.models import Convention
from ctg.convention.rights import Access, Right
from governance.models import AnnualReview
from governance.reviews.build import build_review
from governance.reviews.data import ReviewData


@dataclass(frozen=True)
class Year:
    """The editions of one year, the latest first; no draft for those who may not read it."""

    year: int
    published: list[AnnualReview]
    draft: AnnualReview | None

    @property
    def current(self) -> AnnualReview | None:
        """What is read by default: the latest published edition, else the draft."""
        return self.published[0] if self.published else self.draft


def years(convention: Convention) -> list[Year]:
    """Every year of the convention, the last first, in one query."""
    editions: dict[int, list[AnnualReview]] = defaultdict(list)
    for review in convention.annual_reviews.order_by("-edition"):
        editions[review.year].append(review)
    return [_year(year, editions[year]) for year in reversed(convention.years)]


def _year(year: int, editions: list[AnnualReview]) -> Year:
    published = [review for review in editions if review.is_published]
    draft = next((review for review in editions if not review.is_published), None)
    return Year(year, published, draft)


def edition_to_read(
    convention: Convention, access: Access, year: int, asked: str = ""
) -> AnnualReview:
    """The edition asked for by its number, or the current one.

    Http404 when there is none; PermissionDenied when it is a draft this person may not read.
    """
    editions = {
        str(review.edition): review
        for review in convention.annual_reviews.filter(year=year).order_by("-edition")
    }
    found = editions.get(asked) if asked else _year(year, list(editions.values())).current
    if found is None:
        raise Http404(f"Le bilan {year} n’est pas commencé.")
    if not found.is_published and not access.has(Right.VIEW_DRAFT_REVIEW):
        raise PermissionDenied(
            f"Le bilan {year} est en préparation : il vous sera ouvert à sa publication."
        )
    return found


def data_of(review: AnnualReview) -> ReviewData | None:
    """Frozen, or live while it is prepared; None when it was frozen in an unknown format."""
    if review.data is None:
        return build_review(review.convention, review.year)
    try:
        return ReviewData.from_json(review.data)
    except (KeyError, TypeError, ValueError):
        return None


def correction_of(review: AnnualReview) -> AnnualReview | None:
    return AnnualReview.objects.published().filter(corrects=review).first()


def latest_edition(
    convention: Convention, year: int, *, published: bool = False
) -> AnnualReview | None:
    reviews = convention.annual_reviews.filter(year=year).order_by("-edition")
    return (reviews.published() if published else reviews).first()


def draft_to_write(convention: Convention, year: int) -> AnnualReview:
    """Http404 when the year has no review; the published edition when nothing is in preparation."""
    review = latest_edition(convention, year)
    if review is None:
        raise Http404(f"Le bilan {year} n’est pas commencé.")
    return review
