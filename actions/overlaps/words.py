"""French wording reduced to what two sentences have in common when they say the same thing."""

import re
import unicodedata
from collections.abc import Iterator

WORD = re.compile(r"[^\W_]{3,}")
# Words that carry no subject, or that every action sheet uses.
EMPTY = frozenset(
    """afin ainsi alors apres aucun aussi autour autre autres aux avant avec ces cet cette chaque
    chez comme dans depuis des deux dont elle elles entre est etre eux fait faire fois hors ils
    les leur leurs lors mais meme moins ont par pas pendant peut peuvent plus pour pres puis quand
    que quel quelle qui quoi sans ses seront sera soit son sont sous sur toute toutes tous tout
    trois trop une vers vos nos notre votre
    action actions annee annees commune communes convention creer dispositif dispositifs
    developper habitant habitants intercommunal intercommunale mettre mise oeuvre organiser place
    poursuivre projet projets proposer renforcer service services sicoval soutenir territoire
    territoires""".split()
)
PLURALS = (("eaux", "eau"), ("aux", "al"), ("s", ""), ("x", ""))
ENDINGS = (
    ("issement", "i"), ("atrice", "at"), ("ateur", "at"), ("ation", "at"), ("ition", "it"),
    ("ement", ""), ("euse", "eu"), ("eur", "eu"), ("elle", "el"), ("ienne", "ien"),
    ("ique", "iqu"), ("ive", "if"), ("ale", "al"), ("ante", "ant"), ("ee", ""), ("er", ""),
    ("ir", "i"), ("e", ""),
)  # fmt: skip


def stems(text: str) -> Iterator[tuple[str, str]]:
    """(stem, word as written), without accents, endings of number and gender, nor empty words."""
    for written in WORD.findall(unicodedata.normalize("NFC", text)):
        word = _plain(written)
        if len(word) >= 3 and word not in EMPTY:
            yield stem(word), written.lower()


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold().replace("œ", "oe"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def stem(word: str) -> str:
    """A light cut that leaves at least four letters: « ateliers », « animation » and « animer »."""
    return _cut(_cut(word, PLURALS), ENDINGS)


def _cut(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    for ending, kept in endings:
        if word.endswith(ending) and len(word) - len(ending) + len(kept) >= 4:
            return word[: len(word) - len(ending)] + kept
    return word
