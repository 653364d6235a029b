"""Verbs of the public pages: open, close, set them; show a review, or no longer."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.journal import record
from governance.models import AnnualReview, PublicSite


@transaction.atomic
def open_pages(site: PublicSite, *, by: User) -> None:
    _set_open(site, True, by)


@transaction.atomic
def close_pages(site: PublicSite, *, by: User) -> None:
    """Every public address answers 404 from now on; what was published stays chosen."""
    _set_open(site, False, by)


def _set_open(site: PublicSite, is_open: bool, by: User) -> None:
    if site.is_open == is_open:
        return
    site.is_open = is_open
    site.save()
    verb, summary = ("opened", "ouvertes") if is_open else ("closed", "fermées")
    _journal(f"public.{verb}", f"Pages publiques {summary}", site, by)


@transaction.atomic
def save_site(site: PublicSite, *, by: User) -> None:
    site.save()
    _journal("public.set", "Réglage des pages publiques", site, by)


def _journal(verb: str, summary: str, site: PublicSite, by: User) -> None:
    record(verb, site, convention=site.convention, by=by, summary=summary)


@transaction.atomic
def show_review(review: AnnualReview, *, by: User) -> None:
    """This edition whole, with the PDF and the hash it was published with."""
    if not review.is_published:
        raise ValidationError("Un bilan s’ouvre au public une fois publié.")
    if review.public_since is None:
        review.public_since = timezone.now()
        _save_review(review, "review.shown", f"Bilan {review.year} ouvert au public", by)


@transaction.atomic
def hide_review(review: AnnualReview, *, by: User) -> None:
    if review.public_since is not None:
        review.public_since = None
        _save_review(review, "review.hidden", f"Bilan {review.year} retiré des pages publiques", by)


def _save_review(review: AnnualReview, verb: str, summary: str, by: User) -> None:
    review.save(update_fields=["public_since"])
    edition = f", édition {review.edition}" if review.edition > 1 else ""
    record(verb, review, convention=review.convention, by=by, summary=summary + edition)
