"""The extracts of all the communes at once, one PDF each, as a ZIP."""

from functools import partial
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.utils import timezone

from ctg.pdf.document import Progress
from governance.reviews.data import ReviewData
from governance.reviews.extracts import extracts
from governance.reviews.render import extract_filename, render_extract


def communes_archive(review: ReviewData, *, on_progress: Progress) -> bytes:
    """Same data, same bytes. ``on_progress`` counts communes; raises what render_extract does."""
    communes = [extract for extract in extracts(review) if extract.is_commune]
    day = timezone.localtime(review.figures_at)
    content = BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as archive:  # PDFs are compressed already
        for rank, commune in enumerate(communes):
            # Asked at each chapter too: cancelling must not wait for the end of a commune.
            told = partial(_still, on_progress, rank, len(communes))
            pdf = render_extract(review, commune, on_progress=told)
            name = ZipInfo(extract_filename(review, commune), day.timetuple()[:6])
            archive.writestr(name, pdf)
        on_progress(len(communes), len(communes))
    return content.getvalue()


def _still(on_progress: Progress, rank: int, communes: int, done: int, total: int) -> None:
    on_progress(rank, communes)


def archive_filename(review: ReviewData) -> str:
    return f"bilan-{review.year}-{review.slug}{review.edition_suffix}-communes.zip"
