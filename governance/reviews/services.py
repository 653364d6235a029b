"""Verbs of the annual review: start, write, publish, correct. Published, it never changes."""

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.models import Stake
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.pdf.document import Progress, no_progress
from governance.models import AnnualReview, StakeSynthesis
from governance.reviews.build import build_review
from governance.reviews.data import ReviewData
from governance.reviews.files import put
from governance.reviews.render import filename, render_review

ALREADY_PUBLISHED = (
    "Ce bilan est publié : il ne change plus. Une erreur se corrige par une nouvelle édition."
)
ATTEMPTS = 3
FROZEN_FIELDS = ["data", "file", "file_sha256", "published_at", "published_by"]


@transaction.atomic
def start(convention: Convention, year: int, *, by: User) -> AnnualReview:
    if year not in convention.years:
        raise ValidationError(f"{year} est hors de la convention ({convention.period_label}).")
    if convention.annual_reviews.filter(year=year).exists():
        raise ValidationError(f"Le bilan {year} existe déjà.")
    review = AnnualReview.objects.create(convention=convention, year=year)
    _journal(review, "started", f"Bilan {year} commencé", by)
    return review


@transaction.atomic
def save_texts(
    review: AnnualReview, texts: Mapping[str, Any], syntheses: Mapping[Stake, str]
) -> None:
    """Write the fields given, and only them: what is absent keeps its text."""
    _hold(review)
    for field, value in texts.items():
        setattr(review, field, value)
    if texts:
        review.save(update_fields=list(texts))
    for stake, text in syntheses.items():
        StakeSynthesis.objects.update_or_create(review=review, stake=stake, defaults={"text": text})


def publish(
    review: AnnualReview,
    *,
    by: User,
    on_progress: Progress = no_progress,
    confirm: Callable[[], None] | None = None,
) -> None:
    """Freeze the figures, keep their PDF and its hash, all or nothing.

    The PDF is made from the frozen data, before anything is written: it may take a while. If what
    it says changed meanwhile, it is made again. ``confirm`` is called in the transaction that
    publishes; what it raises, or ``on_progress``, stops everything. Raises PdfUnavailable, OSError,
    or ValidationError when the review is published already.
    """
    for _ in range(ATTEMPTS):
        if review.is_published:
            raise ValidationError(ALREADY_PUBLISHED)
        frozen = build_review(review.convention, review.year)
        stored = json.loads(json.dumps(frozen.sealed(by=str(by))))
        pdf = render_review(ReviewData.from_json(stored), on_progress=on_progress)
        with transaction.atomic():
            _hold(review)
            if build_review(review.convention, review.year).fingerprint == frozen.fingerprint:
                if confirm:
                    confirm()
                return _freeze(review, stored, pdf, by)
    raise ValidationError(
        "Le plan ou les textes changent pendant la mise en page : publiez à un moment plus calme."
    )


def _freeze(review: AnnualReview, stored: dict[str, Any], pdf: bytes, by: User) -> None:
    review.data = stored
    review.published_at, review.published_by = timezone.now(), by
    review.file_sha256 = sha256(pdf).hexdigest()
    put(review.file, filename(ReviewData.from_json(stored)), pdf)
    try:
        _keep(review, by)
    except BaseException:
        review.file.storage.delete(review.file.name)
        raise


def _keep(review: AnnualReview, by: User) -> None:
    review.full_clean()
    review.save(update_fields=FROZEN_FIELDS)
    _journal(review, "published", f"Bilan {review.year} publié", by, sha256=review.file_sha256)


@transaction.atomic
def open_correction(review: AnnualReview, *, note: str, by: User) -> AnnualReview:
    """A new edition in preparation, with the same texts, that says what it corrects."""
    if not note.strip():
        raise ValidationError({"correction_note": "Dites ce que la nouvelle édition corrige."})
    if not review.is_published:
        raise ValidationError("Seul un bilan publié se corrige ; celui-ci est en préparation.")
    if AnnualReview.objects.filter(corrects=review).exists():
        raise ValidationError("Une édition corrige déjà ce bilan.")
    correction = AnnualReview.objects.create(
        convention=review.convention,
        year=review.year,
        edition=review.edition + 1,
        corrects=review,
        correction_note=note.strip(),
        meeting=review.meeting,
        headline=review.headline,
        foreword=review.foreword,
        outlook=review.outlook,
        left_out=review.left_out,
    )
    StakeSynthesis.objects.bulk_create(
        StakeSynthesis(review=correction, stake_id=synthesis.stake_id, text=synthesis.text)
        for synthesis in review.syntheses.all()
    )
    summary = f"Bilan {review.year}, édition {correction.edition} ouverte : {note.strip()}"
    _journal(correction, "correction_opened", summary, by)
    return correction


def _hold(review: AnnualReview) -> None:
    """Lock the row; refuse when it was published meanwhile."""
    if AnnualReview.objects.select_for_update().get(pk=review.pk).is_published:
        raise ValidationError(ALREADY_PUBLISHED)


def _journal(review: AnnualReview, verb: str, summary: str, by: User, **data: Any) -> None:
    record(f"review.{verb}", review, convention=review.convention, by=by, summary=summary, **data)
