"""Verbs of the annual review: start, write, publish, correct. Published, it never changes."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from actions.models import Stake
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.pdf.document import Progress, no_progress
from governance.frozen.publishing import freeze, hold, nothing_more
from governance.models import AnnualReview, StakeSynthesis
from governance.reviews.build import build_review
from governance.reviews.render import filename, render_review


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
    hold(review)
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
    confirm: Callable[[], None] = nothing_more,
) -> None:
    """As ``freeze``, which raises what may go wrong; ``on_progress`` may stop it too."""

    def published() -> None:
        confirm()
        sha256 = review.file_sha256
        _journal(review, "published", f"Bilan {review.year} publié", by, sha256=sha256)

    freeze(
        review,
        build=lambda: build_review(review.convention, review.year),
        render=lambda data: render_review(data, on_progress=on_progress),
        name=filename,
        confirm=published,
        by=by,
    )


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


def _journal(review: AnnualReview, verb: str, summary: str, by: User, **data: Any) -> None:
    record(f"review.{verb}", review, convention=review.convention, by=by, summary=summary, **data)
