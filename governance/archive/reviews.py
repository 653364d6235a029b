"""What was published: annual reviews and final evaluations, and their files for the archives."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ctg.convention.models import Convention
from ctg.pdf import PdfUnavailable
from governance.archive.container import Container
from governance.evaluation import editions as evaluation_editions
from governance.evaluation.render import render_archive as render_evaluation
from governance.models import AnnualReview, FinalEvaluation
from governance.reviews import editions as review_editions
from governance.reviews.render import render_archive as render_review

Edition = AnnualReview | FinalEvaluation


def published(convention: Convention) -> list[AnnualReview]:
    reviews = convention.annual_reviews.published().select_related("convention")
    return list(reviews.order_by("year", "edition"))


def evaluations(convention: Convention) -> list[FinalEvaluation]:
    return list(convention.evaluations.published().order_by("edition"))


def editions(convention: Convention) -> list[Edition]:
    return [*published(convention), *evaluations(convention)]


def data_of(edition: Edition) -> Any:
    """None when it was frozen in an unknown format."""
    if isinstance(edition, AnnualReview):
        return review_editions.data_of(edition)
    return evaluation_editions.data_of(edition)


def page_path(edition: Edition) -> str:
    return f"bilans/{_name(edition)}.html"


def archival_path(edition: Edition) -> str:
    return f"bilans/{_name(edition)}-archives.pdf"


def _name(edition: Edition) -> str:
    what = f"bilan-{edition.year}" if isinstance(edition, AnnualReview) else "evaluation"
    return f"{what}-edition-{edition.edition}" if edition.edition > 1 else what


def archival_files(convention: Convention) -> Iterator[Callable[[Container], None]]:
    """PDF/A-3, made from the figures that were frozen, which they carry."""
    for edition in editions(convention):
        yield partial(_add_archival, edition)


def _add_archival(edition: Edition, container: Container) -> None:
    path, data = archival_path(edition), data_of(edition)
    if data is None:
        container.missing.append(f"{path} : l’original a été figé dans un format plus ancien")
        return
    render = render_review if isinstance(edition, AnnualReview) else render_evaluation
    try:
        container.add(path, render(data))
    except PdfUnavailable as lack:
        container.missing.append(f"{path} : {lack}")
