"""The review on paper: same stored data, same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from math import ceil
from typing import Any

from ctg.french import NBSP
from ctg.pdf.about import About
from ctg.pdf.document import Chapter, Progress, no_progress, render_document
from governance.frozen.tables import attachments
from governance.reviews.data import ReviewData
from governance.reviews.data.opening import StakeLine
from governance.reviews.extracts import Extract
from governance.reviews.figures import sheets
from governance.reviews.sections import (
    Section,
    StakePart,
    contents,
    essentials_section,
    sections,
)

AMOUNTS = [("Prévu", "money"), ("Notifié", "money"), ("Versé", "money")]
FULL_AMOUNTS = [("Nombre", "number"), *AMOUNTS, ("Reste dû", "signed"), ("Écart", "signed")]
COLUMNS = {
    "bonus_columns": [
        "Type d’équipement",
        ("Nombre", "number"),
        *AMOUNTS,
        ("Écart versé − prévu", "signed"),
    ],
    "bonus_full_columns": ["Type d’équipement", *FULL_AMOUNTS],
    "manager_columns": ["Gestionnaire", *FULL_AMOUNTS],
    "facility_columns": ["Équipement", *FULL_AMOUNTS[1:]],
    "budget_columns": ["Financeur", ("Prévu", "money"), ("Accordé", "money"), ("Réalisé", "money")],
    "partner_columns": [
        "Organisme",
        "Nature",
        ("Actions pilotées", "number"),
        ("Accompagnées", "number"),
        ("Réponses demandées", "number"),
        ("Envoyées", "number"),
    ],
}

# The cover is dark: its bars are lighter than the colours of the stakes on white.
COVER_FILLS = ("#b4472e", "#2d8f78", "#7768bd", "#b5588c", "#7d8a3a", "#4a82b8")
COVER_WIDTH, COVER_GAP, COVER_LOWEST, COVER_HIGHEST = 210, 12, 26, 92


CUT, MOST_SHEETS = ("sheets", "indicators"), 60
CONTENTS = Section("contents", "Sommaire", "sommaire")


@dataclass(frozen=True)
class CoverBar:
    """In millimetres of the page; as high as the stake is advanced."""

    x: float
    width: float
    height: float
    fill: str
    label: str
    share: str


def render_review(
    review: ReviewData, *, draft: bool = False, on_progress: Progress = no_progress
) -> bytes:
    """Raises PdfUnavailable, or what ``on_progress`` raises; a draft carries « Projet »."""
    context = print_context(review, draft=draft)
    return render_document(_about(review, draft=draft), _chapters(context), on_progress=on_progress)


def render_archive(review: ReviewData, *, on_progress: Progress = no_progress) -> bytes:
    """The same pages as a file for the archives, which carries its figures (PDF/A-3)."""
    return render_document(
        _about(review, draft=False),
        _chapters(print_context(review, draft=False)),
        attachments=attachments(review.title, sheets(review)),
        on_progress=on_progress,
    )


def render_extract(
    review: ReviewData,
    extract: Extract,
    *,
    draft: bool = False,
    on_progress: Progress = no_progress,
) -> bytes:
    """As render_review."""
    context = print_context(review, draft=draft, extract=extract)
    about = _about(review, draft=draft, extract=extract)
    return render_document(about, _chapters(context), on_progress=on_progress)


def _about(review: ReviewData, *, draft: bool, extract: Extract | None = None) -> About:
    what = (
        ("Projet d’extrait du bilan" if draft else "Extrait du bilan")
        if extract
        else ("Projet de bilan" if draft else "Bilan")
    )
    demo = " (données fictives de démonstration)" if review.is_demo else ""
    subjects = ["convention territoriale globale", "CTG", "bilan annuel", str(review.year)]
    return About(
        title=f"{review.title} : {extract.label}" if extract else review.title,
        author=review.author,
        subject=f"{what} de l’année {review.year} de la convention territoriale globale "
        f"{review.period}{demo}",
        keywords=", ".join([*subjects, review.short_name]),
        created=review.figures_at,
    )


def _chapters(context: dict[str, Any]) -> list[Chapter]:
    """The parts that share a page share a chapter."""
    chapters: list[list[Section]] = []
    for part in chain.from_iterable(map(_cut, context["parts"])):
        if part.runs_on and chapters:
            chapters[-1].append(part)
        else:
            chapters.append([part])
    return [
        Chapter("reviews/review_print.html", context | {"parts": parts, "is_first": rank == 0})
        for rank, parts in enumerate(chapters)
    ]


def _cut(part: Section) -> Iterable[Section]:
    """The long annexes are cut by stake, their sheets further: chapters drawn side by side."""
    if part.name not in CUT:
        return [part]
    cut = chain.from_iterable(map(_by_sheets, part.value)) if part.name == "sheets" else part.value
    return [replace(part, value=[one]) for one in cut]


def _by_sheets(part: StakePart) -> Iterable[StakePart]:
    """As even as can be; only the first has the title of its stake."""
    pieces = ceil(len(part.sheets) / MOST_SHEETS)
    ends = [len(part.sheets) * rank // pieces for rank in range(pieces + 1)]
    for start, end in pairwise(ends):
        sheets = part.sheets[start:end]
        yield replace(
            part,
            sheets=sheets,
            label="" if start else part.label,
            is_first=part.is_first and not start,
        )


def extract_filename(review: ReviewData, extract: Extract, *, draft: bool = False) -> str:
    return filename(review, draft=draft).replace("bilan-", f"bilan-{extract.slug}-", 1)


def filename(review: ReviewData, *, draft: bool = False) -> str:
    suffix = f"{review.edition_suffix}{'-projet' if draft else ''}"
    return f"bilan-{review.year}-{review.slug}{suffix}.pdf"


def print_context(
    review: ReviewData, *, draft: bool, extract: Extract | None = None
) -> dict[str, Any]:
    """``parts`` in the order they are read; all of them make the whole page."""
    opening = Section("cover", review.title, ""), essentials_section(review), CONTENTS
    return sections_context(review) | {
        "draft": draft,
        "is_demo": review.is_demo,
        "bars": cover_bars(review.essentials.stakes),
        "extract": extract,
        "is_first": True,
        "parts": extract.sections if extract else [*opening, *sections(review)],
    }


def sections_context(review: ReviewData) -> dict[str, Any]:
    """What the sections need, on screen as on paper."""
    return COLUMNS | {
        "review": review,
        "year": review.year,
        "last_year": review.year - 1,
        "contents": contents(review),
        "sections": sections(review),
        "years": review.years,
        "partner_rows": [line.cells for line in review.partners],
    }


def cover_bars(stakes: tuple[StakeLine, ...]) -> list[CoverBar]:
    if not stakes:
        return []
    width = (COVER_WIDTH - COVER_GAP * (len(stakes) - 1)) / len(stakes)
    return [
        CoverBar(
            x=round(rank * (width + COVER_GAP), 2),
            width=round(width, 2),
            height=COVER_LOWEST + (COVER_HIGHEST - COVER_LOWEST) * (stake.share_done or 0) / 100,
            fill=COVER_FILLS[stake.number - 1],
            label=f"Enjeu {stake.code}",
            share="" if stake.share_done is None else f"{stake.share_done}{NBSP}%",
        )
        for rank, stake in enumerate(stakes)
    ]
