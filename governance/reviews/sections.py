"""The sections of a review in the order they are read: one list for contents, screen and paper."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from ctg.french import NBSP
from governance.reviews.data import ReviewData
from governance.reviews.data.chapters import (
    ActionSheet,
    Contributions,
    IndicatorRow,
    StakeChapter,
    Territory,
)

ALWAYS = "methode"
# What the lead may leave out, and its name; the essentials and the method are always there.
OPTIONAL = {
    "convention": "La convention en bref",
    "gouvernance": "La gouvernance de l’année",
    "enjeux": "Les enjeux, un par un",
    "communes": "Les communes et les actions",
    "contributions": "Ce que disent les communes",
    "partenaires": "Les partenaires",
    "financements": "Les financements",
    "perspectives": "Perspectives et ajustements demandés",
    "fiches": "Annexe : les actions une à une",
    "indicateurs": "Annexe : tous les indicateurs",
    "glossaire": "Annexe : les mots de la convention",
}


@dataclass(frozen=True)
class Section:
    """``number`` is the stake it is about.

    On paper it begins on a new page, unless it runs on; an annex is folded on screen.
    """

    name: str
    label: str
    anchor: str
    value: Any = None
    number: int | None = None
    runs_on: bool = False
    is_annex: bool = False

    @property
    def template(self) -> str:
        return f"reviews/sections/{self.name}.html"


@dataclass(frozen=True)
class StakePart:
    """What an annex says of one stake: on paper, a chapter of its own."""

    number: int
    label: str
    sheets: tuple[ActionSheet, ...]
    is_first: bool

    @property
    def indicators(self) -> list[IndicatorRow]:
        return [row for sheet in self.sheets for row in sheet.indicators]


def stake_parts(review: ReviewData) -> tuple[StakePart, ...]:
    """The sheets in plan order, cut where the stake changes."""
    labels = {stake.number: stake_section(stake).label for stake in review.stakes}
    groups = groupby(review.sheets, key=lambda sheet: sheet.number)
    return tuple(
        StakePart(number, labels.get(number, ""), tuple(sheets), is_first=rank == 0)
        for rank, (number, sheets) in enumerate(groups)
    )


def indicator_parts(review: ReviewData) -> tuple[StakePart, ...]:
    """The stakes that have indicators."""
    measured = [part for part in stake_parts(review) if part.indicators]
    return tuple(replace(part, is_first=part is measured[0]) for part in measured)


def contents(review: ReviewData) -> list[Section]:
    return [essentials_section(review), *sections(review)]


def sections(review: ReviewData) -> list[Section]:
    """After the essentials; what has nothing to say, or was left out, is not there."""
    stakes = [] if "enjeux" in review.left_out else map(stake_section, review.stakes)
    listed = [
        Section("foreword", "Avant-propos", "avant-propos", review.foreword, runs_on=True),
        _section("framework", "convention", review.framework),
        _section("steering", "gouvernance", review.steering, runs_on=_is_silent(review)),
        *stakes,
        _section("territory", "communes", _covered(review)),
        _section("contributions", "contributions", _heard(review), runs_on=True),
        _section("partners", "partenaires", review.partners, runs_on=True),
        _section("funding", "financements", review.funding, runs_on=_is_unfunded(review)),
        _section("outlook", "perspectives", review.outlook, runs_on=_is_unfunded(review)),
        _annex("sheets", "fiches", stake_parts(review)),
        _annex("indicators", "indicateurs", indicator_parts(review)),
        _annex("glossary", "glossaire", True),
    ]
    shown = [part for part in listed if part.value and part.anchor not in review.left_out]
    return [*shown, method_section(review)]


def _covered(review: ReviewData) -> Territory | None:
    return review.territory if review.territory.rows else None


def _heard(review: ReviewData) -> Contributions | None:
    return review.contributions if review.contributions.communes else None


def _is_silent(review: ReviewData) -> bool:
    """A line that says so follows what comes before; it does not deserve a page."""
    steering = review.steering
    return not (steering.meetings or steering.decisions or steering.earlier)


def _is_unfunded(review: ReviewData) -> bool:
    return not (review.funding.by_kind or review.funding.budgets)


def _section(name: str, anchor: str, value: Any, *, runs_on: bool = False) -> Section:
    return Section(name, OPTIONAL[anchor], anchor, value, runs_on=runs_on)


def _annex(name: str, anchor: str, value: Any) -> Section:
    return Section(name, OPTIONAL[anchor], anchor, value, is_annex=True)


def essentials_section(review: ReviewData) -> Section:
    return Section("essentials", "L’essentiel en une page", "essentiel", review.essentials)


def stake_section(stake: StakeChapter) -> Section:
    label = f"Enjeu {stake.code}{NBSP}: {stake.title}"
    return Section("stake", label, stake.anchor, stake, stake.number)


def method_section(review: ReviewData) -> Section:
    label = "Annexe : méthode et date des chiffres"
    return Section("method", label, ALWAYS, review.method, runs_on=True, is_annex=True)
