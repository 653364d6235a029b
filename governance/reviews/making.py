"""The files that the background makes of a review."""

from functools import partial

from ctg.pdf.document import Progress
from governance.frozen import progress
from governance.frozen.models import Rendering
from governance.models import AnnualReview
from governance.reviews import services
from governance.reviews.archive import archive_filename, communes_archive
from governance.reviews.build import build_review
from governance.reviews.data import ReviewData
from governance.reviews.extracts import sheets
from governance.reviews.render import (
    extract_filename,
    filename,
    render_archive,
    render_extract,
    render_review,
)

Purpose = Rendering.Purpose


def make_draft(rendering: Rendering, review: AnnualReview, on_progress: Progress) -> None:
    data = build_review(review.convention, review.year)
    pdf = render_review(data, draft=True, on_progress=on_progress)
    progress.keep(rendering, filename(data, draft=True), pdf, data.fingerprint)


def make_publication(rendering: Rendering, review: AnnualReview, on_progress: Progress) -> None:
    services.publish(
        review,
        by=rendering.asked_by,
        on_progress=on_progress,
        confirm=partial(progress.finish, rendering.pk),
    )


def make_sheets(rendering: Rendering, review: AnnualReview, on_progress: Progress) -> None:
    draft = not review.is_published
    data = build_review(review.convention, review.year) if draft else _frozen(review)
    extract = sheets(data)
    pdf = render_extract(data, extract, draft=draft, on_progress=on_progress)
    progress.keep(rendering, extract_filename(data, extract, draft=draft), pdf, data.fingerprint)


def make_archive(rendering: Rendering, review: AnnualReview, on_progress: Progress) -> None:
    data = _frozen(review)
    pdf = render_archive(data, on_progress=on_progress)
    progress.keep(rendering, filename(data).replace(".pdf", "-archives.pdf"), pdf)


def make_communes(rendering: Rendering, review: AnnualReview, on_progress: Progress) -> None:
    data = _frozen(review)
    progress.keep(
        rendering, archive_filename(data), communes_archive(data, on_progress=on_progress)
    )


def _frozen(review: AnnualReview) -> ReviewData:
    """Of a published review: the same files every time."""
    return ReviewData.from_json(review.data or {})


MAKERS = {
    Purpose.DRAFT: make_draft,
    Purpose.PUBLICATION: make_publication,
    Purpose.SHEETS: make_sheets,
    Purpose.ARCHIVE: make_archive,
    Purpose.COMMUNES: make_communes,
}
