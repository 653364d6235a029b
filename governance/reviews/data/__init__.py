"""The annual review as values and labels, in the order it is read; no model, no request.

One object for the page, the PDF, the sheets and the API. Texts are as people typed them; amounts
in euros; progress in whole percents; ``None`` says that nothing is known, which is not zero.
``number`` is the rank of a stake, from 1: it gives its colour. ``left_out`` are the anchors of
the sections not wanted.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from governance.frozen.data import FrozenData
from governance.reviews.data.chapters import (
    ActionLine,
    ActionSheet,
    Contributions,
    IndicatorRow,
    Outlook,
    PartnerLine,
    StakeChapter,
    Territory,
)
from governance.reviews.data.communes import CommuneChapter
from governance.reviews.data.money import Funding
from governance.reviews.data.opening import Cover, Essentials, Framework, Steering


@dataclass(frozen=True)
class Method:
    """How the figures were made, and what is still missing from them."""

    late_on: date
    actions: int
    consolidated: int
    contributions_asked: int
    contributions_sent: int
    contributions_validated: int

    @property
    def waiting(self) -> int:
        """Sent, and not validated yet."""
        return self.contributions_sent - self.contributions_validated


@dataclass(frozen=True)
class ReviewData(FrozenData):
    WHAT: ClassVar[str] = "de bilan"

    year: int
    cover: Cover
    essentials: Essentials
    foreword: str
    framework: Framework
    steering: Steering
    stakes: tuple[StakeChapter, ...]
    territory: Territory
    contributions: Contributions
    partners: tuple[PartnerLine, ...]
    funding: Funding
    outlook: Outlook
    sheets: tuple[ActionSheet, ...]
    indicators: tuple[IndicatorRow, ...]
    method: Method
    communes: tuple[CommuneChapter, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.cover.title} — {self.short_name}"

    @property
    def years(self) -> list[int]:
        """Those the indicators give values for."""
        return self.indicators[0].years if self.indicators else [self.year]

    @property
    def unconsolidated(self) -> list[ActionLine]:
        return [sheet.line for sheet in self.sheets if not sheet.line.is_consolidated]

    @property
    def unwritten(self) -> list[StakeChapter]:
        return [stake for stake in self.stakes if not stake.synthesis]
