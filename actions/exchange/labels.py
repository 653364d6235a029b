"""Names in a cell, and the short lists of a convention that they belong to."""

import re
from collections.abc import Callable, Iterable

from rapidfuzz import fuzz, process

from actions.exchange import cells
from actions.exchange.cells import Refused
from actions.exchange.fields import as_text
from actions.exchange.names import New
from actions.exchange.reading.records import Told
from actions.exchange.words import folded


def names_in(told: Iterable[Told], knows: Callable[[str], bool]) -> list[str]:
    """A name that is known whole is not cut at its commas, nor « Caf et MSA » left in one piece."""
    names: list[str] = []
    for one in told:
        for line in as_text(one.value).split("\n"):
            line = cells.BULLET.sub("", line).strip(" ;,")
            for name in [line] if knows(line) else cells.split_names(line):
                halves = re.split(r"\s+(?:et|&)\s+", name)
                whole = len(halves) == 1 or knows(name) or not all(map(knows, halves))
                names += [name] if whole else halves
    return names


class Labels:
    """A short list of the convention that an import may lengthen."""

    def __init__(self, kind: str, labels: dict[int, str]) -> None:
        self.kind = kind
        self.by_name = {folded(label): pk for pk, label in labels.items()}

    def knows(self, said: str) -> bool:
        return self._match(said) is not None

    def _match(self, said: str) -> int | None:
        name = folded(said)
        if name in self.by_name:
            return self.by_name[name]
        close = process.extractOne(name, self.by_name.keys(), scorer=fuzz.ratio, score_cutoff=88)
        return self.by_name[close[0]] if close else None

    def find(self, said: str) -> int | New:
        found = self._match(said)
        if found is not None:
            return found
        if self.kind != "finding" and len(said) > 100:
            raise Refused(f"« {said[:60]}… » : un libellé compte 100 signes au plus.")
        return New(self.kind, said)
