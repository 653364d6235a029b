"""What every frozen document says of itself, and how it is stored: whole and sealed."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar, Self

from governance.frozen.values import freeze, thaw

SEAL = "sha256"
Stored = dict[str, Any]


def digest(stored: Stored) -> str:
    """Of the values, whatever the order of their names: a database may change it."""
    return sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()


def _unsealed(stored: Stored) -> Stored:
    return {name: value for name, value in stored.items() if name != SEAL}


def _sealed_since(stored: Stored) -> Stored:
    """Version 1 said neither who froze it nor its hash; its figures are the same."""
    return stored | {"format_version": 2}


FORMAT_VERSION = 2
# From each version to the next.
UPGRADES = {1: _sealed_since}


@dataclass(frozen=True, kw_only=True)
class FrozenData:
    """The values of a document, without model nor request.

    A field added after the first ones were published has a default.
    """

    WHAT: ClassVar[str]  # « de bilan », in messages

    convention: str
    short_name: str
    slug: str
    period: str
    author: str
    is_demo: bool
    edition: int
    correction_note: str
    figures_at: datetime

    def to_json(self) -> Stored:
        return {"format_version": FORMAT_VERSION} | freeze(self)

    def sealed(self, *, by: str) -> Stored:
        """What is stored at publication: who froze it, and a hash of the whole."""
        whole = self.to_json() | {"frozen_by": by}
        return whole | {SEAL: digest(whole)}

    @classmethod
    def from_json(cls, stored: Stored) -> Self:
        """Any version since the first.

        ValueError when it comes from a later program, or when it is not what was sealed.
        """
        if SEAL in stored and stored[SEAL] != digest(_unsealed(stored)):
            raise ValueError("Les données figées ont été modifiées depuis la publication.")
        while (version := stored.get("format_version")) in UPGRADES:
            stored = UPGRADES[version](stored)
        if version != FORMAT_VERSION:
            raise ValueError(f"Format {cls.WHAT} inconnu : {version!r}.")
        return thaw(cls, stored)

    @property
    def fingerprint(self) -> str:
        """The same for the same content, whenever it was built."""
        return digest(self.to_json() | {"figures_at": ""})

    @property
    def edition_suffix(self) -> str:
        """In the name of its file; nothing for the first."""
        return f"-edition-{self.edition}" if self.edition > 1 else ""
