"""Publication in the background: what was asked, what became of it. The journal remembers."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import JournalEntry
from ctg.pdf import PdfUnavailable
from governance.models import AnnualReview
from governance.reviews import services

REQUESTED, FAILED = "review.publication_requested", "review.publication_failed"
PATIENCE = timedelta(minutes=15)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Publication:
    """The last request; ``failure`` says why it did not succeed."""

    asked_at: datetime
    failure: str

    @property
    def is_running(self) -> bool:
        """After a while without news, one may ask again: publishing twice is refused anyway."""
        return not self.failure and timezone.now() - self.asked_at < PATIENCE


def publication(review: AnnualReview) -> Publication | None:
    entry = JournalEntry.objects.filter(
        target_type=ContentType.objects.get_for_model(AnnualReview),
        target_id=review.pk,
        verb__in=[REQUESTED, FAILED],
    ).first()
    if entry is None:
        return None
    return Publication(entry.at, entry.summary if entry.verb == FAILED else "")


@transaction.atomic
def request_publication(review: AnnualReview, *, by: User) -> None:
    if review.is_published:
        raise ValidationError(services.ALREADY_PUBLISHED)
    current = publication(review)
    if current and current.is_running:
        raise ValidationError("La publication est déjà demandée : elle est en cours.")
    _record(REQUESTED, review, f"Publication du bilan {review.year} demandée", by)
    publish_review.enqueue(review.pk, by.pk)


@task()
def publish_review(review_id: int, user_id: int) -> None:
    review = AnnualReview.objects.select_related("convention__epci", "convention__caf").get(
        pk=review_id
    )
    by = User.objects.get(pk=user_id)
    try:
        services.publish(review, by=by)
    except ValidationError as refusal:
        _record(FAILED, review, " ".join(refusal.messages), by)
    except PdfUnavailable as lack:
        _record(FAILED, review, str(lack), by)
    except Exception:
        logger.exception("Publication du bilan %s", review_id)
        _record(FAILED, review, "Une erreur inattendue est survenue ; elle est notée.", by)


def _record(verb: str, review: AnnualReview, summary: str, by: User) -> None:
    record(verb, review, convention=review.convention, by=by, summary=summary)
