"""Search in memory, as people type: accents, capitals, word ends and typing slips are forgiven.

An index holds every word of its documents once. A few thousand documents take a few megabytes and
are read in milliseconds; ``kept`` builds an index again when its version changes.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from unicodedata import combining, normalize

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from rapidfuzz import process
from rapidfuzz.distance import OSA

WORD = re.compile(r"\w+")
EXACT, BEGINNING, NEAR = 1.0, 0.9, 0.6
IN_TITLE, IN_TEXT = 3.0, 1.0
AROUND = 70  # characters of text before the first word found
EXCERPT = 200
INDEXES_KEPT = 16
EMPTY_WORDS = frozenset("a au aux d de des du en et l la le les un une pour par sur".split())


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """« Éveil » → « eveil », « cœur » → « coeur »."""
    word = word.casefold()
    if word.isascii():
        return word
    bare = "".join(c for c in normalize("NFKD", word) if not combining(c))
    return bare.replace("œ", "oe").replace("æ", "ae")


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """Remembered, so that an index built again only cuts the texts that changed."""
    return tuple(plain(word) for word in WORD.findall(text))


@dataclass(frozen=True)
class Document:
    """``kind`` groups results; ``route``, ``args`` and ``query`` say where it opens."""

    kind: str
    pk: int
    title: str
    text: str = ""
    note: str = ""
    route: str = ""
    args: tuple = ()
    query: str = ""


@dataclass(frozen=True)
class Hit:
    document: Document
    score: float
    found: frozenset[str] = field(repr=False)

    @property
    def title(self) -> SafeString:
        return marked(self.document.title, self.found)

    @property
    def excerpt(self) -> SafeString | str:
        """Around the first word found in the text; nothing when the title says it all."""
        text = self.document.text
        place = next((m.start() for m in WORD.finditer(text) if plain(m[0]) in self.found), None)
        if place is None:
            return ""
        start = text.rfind(" ", 0, max(0, place - AROUND)) + 1 if place > AROUND else 0
        end = text.find(" ", start + EXCERPT) if len(text) > start + EXCERPT else -1
        piece = text[start:] if end < 0 else text[start:end]
        return format_html(
            "{}{}{}", "… " if start else "", marked(piece, self.found), "" if end < 0 else " …"
        )


def marked(text: str, found: Iterable[str]) -> SafeString:
    parts, last = [], 0
    for match in WORD.finditer(text):
        if plain(match[0]) in found:
            parts.append(conditional_escape(text[last : match.start()]))
            parts.append(format_html("<mark>{}</mark>", match[0]))
            last = match.end()
    return mark_safe("".join([*parts, conditional_escape(text[last:])]))


class Index:
    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
        self.beginnings = []
        places: dict[str, dict[int, float]] = defaultdict(dict)
        for number, document in enumerate(self.documents):
            for word in words_of(document.text):
                places[word][number] = IN_TEXT
            title = words_of(document.title)
            self.beginnings.append(" ".join(title))
            for word in title:
                places[word][number] = IN_TITLE
        self.places = dict(places)
        self.vocabulary = sorted(places)

    def find(self, text: str, kinds: Iterable[str] | None = None) -> list[Hit]:
        """Documents where each word asked is found, the best first."""
        asked = [w for w in words_of(text) if w not in EMPTY_WORDS] or words_of(text)
        scores: dict[int, float] = {}
        found: set[str] = set()
        for rank, word in enumerate(asked):
            alike = self._alike(word)
            of_word: dict[int, float] = {}
            for known, quality in alike.items():
                for number, weight in self.places[known].items():
                    of_word[number] = max(of_word.get(number, 0), quality * weight)
            found |= alike.keys()
            if rank == 0:
                scores = of_word
            else:
                scores = {n: scores[n] + score for n, score in of_word.items() if n in scores}
        wanted = None if kinds is None else set(kinds)
        beginning = " ".join(words_of(text))
        shared = frozenset(found)
        hits = [
            Hit(
                self.documents[number],
                score + IN_TITLE * self.beginnings[number].startswith(beginning),
                shared,
            )
            for number, score in scores.items()
            if wanted is None or self.documents[number].kind in wanted
        ]
        return sorted(hits, key=lambda hit: -hit.score)

    def _alike(self, word: str) -> dict[str, float]:
        """Known words that the word may stand for; typing slips only when nothing begins so."""
        start = bisect_left(self.vocabulary, word)
        alike = {}
        for known in self.vocabulary[start:]:
            if not known.startswith(word):
                break
            alike[known] = EXACT if known == word else BEGINNING
        slips = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        if alike or not slips:
            return alike
        near = process.extract(
            word, self.vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=20
        )
        return {known: NEAR / (1 + distance) for known, distance, _ in near}


_kept: dict[Hashable, tuple[Hashable, Index]] = {}
_lock = Lock()


def kept(key: Hashable, version: Hashable, documents: Callable[[], Iterable[Document]]) -> Index:
    """The index of this process by that key, built again when the version is another."""
    found = _kept.get(key)
    if found and found[0] == version:
        return found[1]
    index = Index(documents())
    with _lock:
        _kept[key] = (version, index)
        while len(_kept) > INDEXES_KEPT:
            _kept.pop(next(iter(_kept)))
    return index


def forget_all() -> None:
    _kept.clear()
