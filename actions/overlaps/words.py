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
ENDINGS = (
    ("issements", "i"), ("issement", "i"), ("atrices", "at"), ("atrice", "at"), ("ateurs", "at"),
    ("ateur", "at"), ("ations", "at"), ("ation", "at"), ("itions", "it"), ("ition", "it"),
    ("ements", ""), ("ement", ""), ("euses", "eu"), ("euse", "eu"), ("eurs", "eu"), ("eur", "eu"),
    ("elles", "el"), ("elle", "el"), ("iennes", "ien"), ("ienne", "ien"), ("iques", "iqu"),
    ("ique", "iqu"), ("ives", "if"), ("ive", "if"), ("aux", "al"), ("ales", "al"), ("ale", "al"),
    ("eaux", "eau"), ("ants", "ant"), ("antes", "ant"), ("ante", "ant"), ("ees", "e"), ("ee", "e"),
    ("es", ""), ("er", ""), ("ir", "i"), ("e", ""), ("s", ""), ("x", ""),
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
    for ending, kept in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(kept) >= 4:
            return word[: len(word) - len(ending)] + kept
    return word
