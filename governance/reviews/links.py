"""Share a published review with people who have no account, and stop sharing it."""

import secrets
from datetime import date, timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.french import french_date
from governance.models import AnnualReview, ReviewLink

USUAL, LONGEST = timedelta(days=60), timedelta(days=366)


@transaction.atomic
def share(review: AnnualReview, *, label: str, expires_on: date, by: User) -> str:
    """The token, to give away now: it cannot be read again. ValidationError by field."""
    if not review.is_published:
        raise ValidationError("Un bilan se partage une fois publié.")
    today = timezone.localdate()
    if not today <= expires_on <= today + LONGEST:
        raise ValidationError(
            {"expires_on": "Choisissez une date entre aujourd’hui et dans un an."}
        )
    token = secrets.token_urlsafe(24)
    ReviewLink.objects.create(
        review=review, label=label, token_hash=_hash(token), expires_on=expires_on, created_by=by
    )
    until = f"jusqu’au {french_date(expires_on)}"
    _journal("review.shared", review, f"Bilan {review.year} partagé ({label}) {until}", by)
    return token


@transaction.atomic
def revoke(link: ReviewLink, *, by: User) -> None:
    """Twice is once."""
    if link.revoked_at:
        return
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at"])
    review = link.review
    _journal("review.unshared", review, f"Partage du bilan {review.year} retiré : {link.label}", by)


def find(token: str) -> ReviewLink | None:
    links = ReviewLink.objects.select_related("review__convention")
    return links.filter(token_hash=_hash(token)).first()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _journal(verb: str, review: AnnualReview, summary: str, by: User) -> None:
    record(verb, review, convention=review.convention, by=by, summary=summary)
