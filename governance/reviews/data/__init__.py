"""The annual review as values and labels, in the order it is read; no model, no request.

One object for the page, the PDF, the sheets and the API. Texts are as people typed them; amounts
in euros; progress in whole percents; ``None`` says that nothing is known, which is not zero.
``number`` is the rank of a stake, from 1: it gives its colour. ``left_out`` are the anchors of
the sections not wanted. A field added after the first reviews were published has a default.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

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
from governance.reviews.frozen import freeze, thaw

FORMAT_VERSION = 2
SEAL = "sha256"


def _sealed_since(stored: dict[str, Any]) -> dict[str, Any]:
    """Version 1 said neither who froze it nor its hash; its figures are the same."""
    return stored | {"format_version": 2}


# From each version to the next.
UPGRADES = {1: _sealed_since}


def digest(stored: dict[str, Any]) -> str:
    """Of the values, whatever the order of their names: a database may change it."""
    return sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()


def _unsealed(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stored.items() if name != SEAL}


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
class ReviewData:
    year: int
    convention: str
    short_name: str
    slug: str
    period: str
    author: str
    is_demo: bool
    edition: int
    correction_note: str
    figures_at: datetime
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

    def to_json(self) -> dict[str, Any]:
        return {"format_version": FORMAT_VERSION} | freeze(self)

    def sealed(self, *, by: str) -> dict[str, Any]:
        """What is stored at publication: who froze it, and a hash of the whole."""
        whole = self.to_json() | {"frozen_by": by}
        return whole | {SEAL: digest(whole)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "ReviewData":
        """Any version since the first.

        ValueError when it comes from a later program, or when it is not what was sealed.
        """
        if SEAL in stored and stored[SEAL] != digest(_unsealed(stored)):
            raise ValueError("Les données figées ont été modifiées depuis la publication.")
        while (version := stored.get("format_version")) in UPGRADES:
            stored = UPGRADES[version](stored)
        if version != FORMAT_VERSION:
            raise ValueError(f"Format de bilan inconnu : {version!r}.")
        return thaw(cls, stored)

    @property
    def fingerprint(self) -> str:
        """The same for the same content, whenever it was built."""
        return digest(self.to_json() | {"figures_at": ""})

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
