"""Where each document of a review is read: inside the convention, or through a shared link."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from django.urls import reverse

from governance.models import AnnualReview
from governance.reviews.extracts import Extract


class Addresses(Protocol):
    """The whole review without a slug, an extract with its own."""

    def page(self, slug: str = "") -> str: ...

    def pdf(self, slug: str = "") -> str: ...


@dataclass(frozen=True)
class MemberAddresses:
    """Each names its edition, so that what one reads does not change on the way."""

    review: AnnualReview

    def page(self, slug: str = "") -> str:
        return self._address("extract" if slug else "detail", slug)

    def pdf(self, slug: str = "") -> str:
        return self._address("extract_pdf" if slug else "pdf", slug)

    def _address(self, name: str, slug: str) -> str:
        arguments = [self.review.convention.slug, self.review.year, *filter(None, [slug])]
        return f"{reverse(f'reviews:{name}', args=arguments)}?edition={self.review.edition}"


@dataclass(frozen=True)
class LinkAddresses:
    token: str

    def page(self, slug: str = "") -> str:
        return self._address("extract" if slug else "review", slug)

    def pdf(self, slug: str = "") -> str:
        return self._address("extract_pdf" if slug else "pdf", slug)

    def _address(self, name: str, slug: str) -> str:
        return reverse(f"shared:{name}", args=[self.token, *filter(None, [slug])])


@dataclass(frozen=True)
class Door:
    label: str
    title: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Doors:
    """What else can be read; ``mine`` are the reader’s communes."""

    whole: Door
    parts: list[Door]
    mine: list[Door]
    communes: list[Door]


def doors(
    offered: Iterable[Extract], addresses: Addresses, *, mine: Collection[str], current: str = ""
) -> Doors:
    def door(extract: Extract) -> Door:
        url = addresses.page(extract.slug)
        return Door(extract.short_label, extract.label, url, extract.slug == current)

    offered = list(offered)
    return Doors(
        whole=Door("Bilan complet", "Bilan complet", addresses.page(), not current),
        parts=[door(extract) for extract in offered if not extract.is_commune],
        mine=[door(extract) for extract in offered if extract.slug in mine],
        communes=[door(extract) for extract in offered if extract.is_commune],
    )
