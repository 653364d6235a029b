"""Spelling forgiven: the same letters for « Élus », « ELUS » and « élu(s) »."""

import re
import unicodedata
from functools import lru_cache

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "·": "", "•": " "})
SMALL_WORDS = frozenset("a à au aux d de des du en et l la le les ou par pour sur un une".split())


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """« Élu·e référent·e : » → « elue referente »."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES))
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9%+]+", " ", bare).split())


@lru_cache(maxsize=50_000)
def main_words(text: str) -> tuple[str, ...]:
    """In the singular, without small words: « Intitulé de l’action(s) » → intitule action."""
    words = [word for word in folded(text).split() if word not in SMALL_WORDS]
    return tuple(word.rstrip("sx") if len(word) > 3 else word for word in words if word != "s")
