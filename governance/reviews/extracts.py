"""Shorter documents from the same data: the essentials, a stake, a commune, the action sheets."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from ctg.french import shortened
from governance.reviews.data import ReviewData
from governance.reviews.data.chapters import ActionLine, Remark, StakeChapter
from governance.reviews.data.communes import CommuneChapter
from governance.reviews.data.opening import AskedDecision
from governance.reviews.sections import (
    Section,
    essentials_section,
    method_section,
    stake_parts,
    stake_section,
)

ESSENTIALS, SHEETS = "essentiel", "fiches"
# What the second page of the essentials has room for.
REMARKS, REMARK_WIDTH, SHORT_REMARK_WIDTH = 6, 115, 75
DECISIONS, LEAST_DECISIONS = 4, 2
ROOM = 2200  # characters, of the decisions, the remarks and the outlook
CELL, TITLE, OUTLOOK = 115, 52, 300  # where the templates shorten them


@dataclass(frozen=True)
class Extract:
    """``slug`` is its address, after that of the review."""

    slug: str
    label: str
    short_label: str
    sections: tuple[Section, ...]
    is_commune: bool = False


@dataclass(frozen=True)
class Overleaf:
    """The second page of the essentials; ``decisions`` are those the first has no room for."""

    decisions: tuple[AskedDecision, ...]
    more_decisions: int
    highlights: tuple[tuple[StakeChapter, tuple[Remark, ...]], ...]
    difficulties: tuple[tuple[StakeChapter, tuple[Remark, ...]], ...]


@dataclass(frozen=True)
class CommunePage:
    """A commune’s chapter with the actions it names; ``shared`` are for the whole territory."""

    chapter: CommuneChapter
    actions: tuple[ActionLine, ...]
    shared: tuple[ActionLine, ...]
    decisions: tuple[AskedDecision, ...]


def extracts(review: ReviewData) -> list[Extract]:
    """In the order they are offered."""
    listed = [
        essentials(review),
        *(stake_extract(review, stake) for stake in review.stakes),
        *(commune_extract(review, commune) for commune in review.communes),
    ]
    return [*listed, sheets(review)] if review.sheets else listed


def essentials(review: ReviewData) -> Extract:
    parts = (
        essentials_section(review),
        Section("overleaf", "Ce qui a marqué l’année", "annee", _overleaf(review)),
    )
    return Extract(ESSENTIALS, "L’essentiel en deux pages", "L’essentiel", parts)


def _overleaf(review: ReviewData) -> Overleaf:
    others = review.outlook.decisions[len(review.essentials.decisions) :]
    highlights = _first_remarks(review, "highlights")
    difficulties = _first_remarks(review, "difficulties")
    remarks = [remark.text for _, said in (*highlights, *difficulties) for remark in said]
    kept = _that_fit(others, ROOM - sum(map(len, [*remarks, review.outlook.text[:OUTLOOK]])))
    return Overleaf(kept, len(others) - len(kept), highlights, difficulties)


def _that_fit(decisions: tuple[AskedDecision, ...], room: int) -> tuple[AskedDecision, ...]:
    """The first ones; room is in characters, as the table shortens its cells."""
    used = accumulate(
        sum(len(text[:CELL]) for text in (decision.text, *decision.reasons[:1]))
        + sum(len(action.title[:TITLE]) for action in decision.actions[:2])
        for decision in decisions
    )
    fitting = sum(1 for end in used if end <= room)
    return decisions[: min(DECISIONS, max(LEAST_DECISIONS, fitting))]


def _first_remarks(
    review: ReviewData, field: str
) -> tuple[tuple[StakeChapter, tuple[Remark, ...]], ...]:
    """As many for each stake; what several actions say in the same words is said once."""
    each = max(1, REMARKS // max(1, len(review.stakes)))
    width = REMARK_WIDTH if each > 1 else SHORT_REMARK_WIDTH
    first = ((stake, _once(getattr(stake, field), width)[:each]) for stake in review.stakes)
    return tuple((stake, remarks) for stake, remarks in first if remarks)


def _once(remarks: Iterable[Remark], width: int) -> tuple[Remark, ...]:
    codes: dict[str, list[str]] = {}
    for remark in remarks:
        codes.setdefault(remark.text, []).append(remark.code)
    return tuple(
        Remark(", ".join(said_by), "", shortened(text, width)) for text, said_by in codes.items()
    )


def stake_extract(review: ReviewData, stake: StakeChapter) -> Extract:
    part = stake_section(stake)
    parts = (part, method_section(review))
    return Extract(stake.anchor, part.label, f"Enjeu {stake.code}", parts)


def commune_extract(review: ReviewData, commune: CommuneChapter) -> Extract:
    page = CommunePage(
        chapter=commune,
        actions=_lines(review, commune.actions),
        shared=tuple(sheet.line for sheet in review.sheets if sheet.line.communes is None),
        decisions=_asked_of(review, commune.actions),
    )
    part = Section("commune", commune.name, commune.anchor, page)
    return Extract(commune.anchor, commune.name, commune.name, (part,), is_commune=True)


def _lines(review: ReviewData, codes: Iterable[str]) -> tuple[ActionLine, ...]:
    lines = {sheet.line.code: sheet.line for sheet in review.sheets}
    return tuple(lines[code] for code in codes if code in lines)


def _asked_of(review: ReviewData, codes: Iterable[str]) -> tuple[AskedDecision, ...]:
    wanted = set(codes)
    return tuple(
        decision
        for decision in review.outlook.decisions
        if wanted & {action.code for action in decision.actions}
    )


def sheets(review: ReviewData) -> Extract:
    label = "Les actions une à une"
    parts = (Section("sheets", label, SHEETS, stake_parts(review)), method_section(review))
    return Extract(SHEETS, label, "Les actions", parts)
