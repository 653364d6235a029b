"""Which pairs of actions look alike, with a score and the reasons in words. Pure: no query.

Pairs are found through an inverted index of the words they share: rare words weigh more, and
words that too many sheets use are not followed, so that two thousand sheets take a second or two.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from math import log, sqrt

from actions.overlaps.words import stems

TITLE_WEIGHT = 3
FOLLOWED = 40  # sheets: a word that more of them use does not bring a pair by itself
HEAVIEST = 14  # words of a sheet by which others are met
SAME_WORDING = 0.5  # of wording in common: two people who describe the same thing reach it
BROAD = 6  # words in common: fewer tell the same subject rather than the same intervention
SHOWN = 0.55
LEAST = SHOWN * SAME_WORDING
WORDS_SAID = 5
OPENING_VERB = re.compile(r"^\w+(?:er|ir|re)\b")


@dataclass(frozen=True)
class Text:
    """What is compared of one action."""

    key: int
    title: str
    description: str
    themes: frozenset[str]
    audiences: frozenset[str]
    communes: frozenset[str] | None  # None: the whole territory
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Pair:
    first: int
    second: int
    score: float
    reasons: tuple[str, ...]


def find_pairs(texts: Iterable[Text]) -> list[Pair]:
    """The most alike first; the lower key is first in a pair."""
    texts = sorted(texts, key=lambda text: text.key)
    wording = Wording(texts)
    pairs = []
    for one, other, likeness in wording.candidates():
        score = min(1, likeness / SAME_WORDING) * wording.breadth(one, other)
        score *= _setting(texts[one], texts[other])
        if score >= SHOWN:
            reasons = (wording.shared(one, other), *_reasons(texts[one], texts[other]))
            pairs.append(Pair(texts[one].key, texts[other].key, round(score, 2), reasons))
    return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))


class Wording:
    """Each text as weighted words, of length one, and who uses each word."""

    def __init__(self, texts: list[Text]) -> None:
        self.written: dict[str, str] = {}
        counts = [self._count(text) for text in texts]
        used = Counter(word for count in counts for word in count)
        self.rarity = {word: log((1 + len(texts)) / (1 + n)) + 1 for word, n in used.items()}
        self.vectors = [self._vector(count) for count in counts]
        self.users: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self.heaviest = []
        for place, vector in enumerate(self.vectors):
            followed = [word for word in vector if 1 < used[word] <= FOLLOWED]
            self.heaviest.append(nlargest(HEAVIEST, followed, key=vector.__getitem__))
            for word in self.heaviest[-1]:
                self.users[word].append((place, vector[word]))

    def _count(self, text: Text) -> Counter[str]:
        """The verb that opens a title says little: « ouvrir », « tenir », « coordonner »."""
        count: Counter[str] = Counter()
        for part, weight in (
            (text.description, 1),
            (OPENING_VERB.sub("", text.title), TITLE_WEIGHT),
        ):
            for word, written in stems(part):
                count[word] += weight
                self.written[word] = written
        return count

    def _vector(self, count: Counter[str]) -> dict[str, float]:
        weights = {word: (1 + log(n)) * self.rarity[word] for word, n in count.items()}
        length = sqrt(sum(weight**2 for weight in weights.values())) or 1
        return {word: weight / length for word, weight in weights.items()}

    def candidates(self) -> Iterator[tuple[int, int, float]]:
        """Places of two texts and the likeness of their wording, from 0 to 1."""
        for place, vector in enumerate(self.vectors):
            met: dict[int, float] = defaultdict(float)
            for word in self.heaviest[place]:
                weight = vector[word]
                for other, theirs in self.users[word]:
                    if other >= place:
                        break
                    met[other] += weight * theirs
            for other, at_least in met.items():
                if at_least >= LEAST / 2:
                    against = self.vectors[other]
                    likeness = sum(vector[w] * against[w] for w in vector.keys() & against.keys())
                    if likeness >= LEAST:
                        yield other, place, likeness

    def breadth(self, one: int, other: int) -> float:
        """A likeness that rests on one or two words weighs less than one that goes into details."""
        first, second = self.vectors[one].keys(), self.vectors[other].keys()
        return min(1, len(first & second) / min(BROAD, len(first), len(second)))

    def shared(self, one: int, other: int) -> str:
        first, second = self.vectors[one], self.vectors[other]
        words = sorted(first.keys() & second.keys(), key=lambda w: -first[w] * second[w])
        return "Mots communs : " + ", ".join(self.written[word] for word in words[:WORDS_SAID])


def _setting(one: Text, other: Text) -> float:
    """From 0.4, for the same words elsewhere and for others, to 1: same place, public, time."""
    return 0.4 + (
        0.2 * _alike(one.themes, other.themes)
        + 0.2 * _alike(one.audiences, other.audiences)
        + 0.1 * (1 if _places(one, other) is None else len(_places(one, other) or ()) > 0)
        + 0.1 * _at_the_same_time(one, other)
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """The part of the smaller set that is in the other; half when one says nothing."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.5


def _places(one: Text, other: Text) -> frozenset[str] | None:
    """Communes in common; None when at least one covers the whole territory."""
    if one.communes is None or other.communes is None:
        return None
    return one.communes & other.communes


def _at_the_same_time(one: Text, other: Text) -> bool:
    """A date that is not known does not part them."""
    return (one.starts_on or date.min) <= (other.ends_on or date.max) and (
        other.starts_on or date.min
    ) <= (one.ends_on or date.max)


def _reasons(one: Text, other: Text) -> Iterator[str]:
    if audiences := one.audiences & other.audiences:
        yield f"Même public : {', '.join(sorted(audiences))}"
    if themes := one.themes & other.themes:
        yield f"Même thématique : {', '.join(sorted(themes))}"
    if one.communes is None and other.communes is None:
        yield "Même périmètre : tout le territoire"
    elif one.communes is None or other.communes is None:
        yield "L’une couvre tout le territoire"
    elif communes := one.communes & other.communes:
        named = sorted(communes)
        rest = f" et {len(named) - 3} autres" if len(named) > 3 else ""
        yield f"Communes en commun : {', '.join(named[:3])}{rest}"
    else:
        yield "Dans des communes différentes"
    if one.starts_on and other.starts_on and _at_the_same_time(one, other):
        yield "En même temps"
