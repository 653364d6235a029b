"""The review on paper: same stored data, same bytes."""

from dataclasses import dataclass
from typing import Any

from ctg.french import NBSP
from ctg.pdf import render_pdf
from governance.reviews.data import ReviewData
from governance.reviews.data.opening import StakeLine
from governance.reviews.extracts import Extract
from governance.reviews.sections import contents, sections

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


@dataclass(frozen=True)
class CoverBar:
    """In millimetres of the page; as high as the stake is advanced."""

    x: float
    width: float
    height: float
    fill: str
    label: str
    share: str


def render_review(review: ReviewData, *, draft: bool = False) -> bytes:
    """Raises PdfUnavailable; a draft carries « Projet » on each page."""
    return render_pdf("reviews/review_print.html", print_context(review, draft=draft))


def render_extract(review: ReviewData, extract: Extract, *, draft: bool = False) -> bytes:
    """Raises PdfUnavailable."""
    context = print_context(review, draft=draft) | {"extract": extract}
    return render_pdf("reviews/extract_print.html", context)


def extract_filename(review: ReviewData, extract: Extract, *, draft: bool = False) -> str:
    return filename(review, draft=draft).replace("bilan-", f"bilan-{extract.slug}-", 1)


def filename(review: ReviewData, *, draft: bool = False) -> str:
    edition = f"-edition-{review.edition}" if review.edition > 1 else ""
    return f"bilan-{review.year}-{review.slug}{edition}{'-projet' if draft else ''}.pdf"


def print_context(review: ReviewData, *, draft: bool) -> dict[str, Any]:
    return sections_context(review) | {
        "draft": draft,
        "is_demo": review.is_demo,
        "author": review.author,
        "bars": cover_bars(review.essentials.stakes),
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
