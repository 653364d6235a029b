"""Organisations and communes by any of their names: accents, « St », acronyms, small slips."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from actions.exchange.words import SMALL_WORDS, folded
from ctg.convention.models import Convention, Organization
from ctg.numbers import whole_number

SAME, ALIKE = 90, 72
GAP = 4  # between the best and the second, below which nobody can tell
SAINTS = re.compile(r"\b(st|ste)\b")
PREFIXES = re.compile(
    r"^(mairie|communes?|ville|municipalite) (de |d |du |des )?(la |le |l |les )?"
)
PERSON = re.compile(r"^(?:M|Mr|Mme|Mlle|Mlles|Monsieur|Madame|MM)\b\.?\s", re.IGNORECASE)
SHARE = re.compile(r"\s*\(\s*[\d\s.,]+\s*(?:%|k?€|euros?)?\s*\)")  # « Caf (60 %) »
# They name nobody: a person says whom, or leaves them out.
EVERYBODY = frozenset(
    "commune|communes|les communes|association|associations|partenaires|ecoles|familles|habitants|"
    "parents|jeunes|elus|services|mairie|mairies|ccas|acteurs locaux|tous|autres|benevoles".split(
        "|"
    )
)
EVERY_EPCI = frozenset(
    "epci|intercommunalite|agglo|agglomeration|cc|communaute de communes|"
    "communaute d agglomeration|la communaute de communes|metropole".split("|")
)
WHOLE_TERRITORY = re.compile(
    r"^(tout|ensemble|totalite|toutes?)\b.*\b(territoire|communes|epci|sicoval|intercommunal\w*)"
    r"|^(territoire|intercommunal\w*|toutes|les? \d+ communes|\d+ communes|epci|communautaire)$"
    r"|^(echelle )?(intercommunale|communautaire|du territoire)$|^territoire (de|du|intercommunal)"
)


@dataclass(frozen=True)
class New:
    """A row that the import will create."""

    kind: str
    name: str


@dataclass
class Question:
    """A name that nobody could tell; ``choices`` are the rows it may be."""

    kind: str
    key: str
    said: str
    choices: list[tuple[int, str]]
    refs: list[str] = field(default_factory=list)


class Unanswered(Exception):
    """The cell waits for the answer to a question; ``found`` is what it says besides."""

    found: list["int | New"] = []


def plain_name(name: str) -> str:
    text = SAINTS.sub(lambda found: "saint" + found[1][2:], folded(name))
    return PREFIXES.sub("", text) or text


def initials(name: str) -> str:
    return "".join(word[0] for word in folded(name).split() if word not in SMALL_WORDS)


class Directory:
    """The organisations of a kind in a convention, and the answers already given about names."""

    def __init__(
        self, kind: str, rows: Iterable[Organization], answers: Mapping[str, str], *, creates: bool
    ) -> None:
        self.kind, self.creates, self.answers = kind, creates, answers
        self.rows = {row.pk: row for row in rows}
        self.questions: dict[str, Question] = {}
        self.exact: dict[str, set[int]] = defaultdict(set)
        self.initials: dict[int, str] = {}
        self.beginnings: dict[str, set[int]] = defaultdict(set)
        for pk, row in self.rows.items():
            for name in filter(None, (row.name, row.short_name)):
                self.exact[plain_name(name)].add(pk)
                self.beginnings[plain_name(name).split()[0]].add(pk)
            self.initials[pk] = initials(row.name)
        self.found: dict[str, int | New | None] = {}

    def alias(self, names: Iterable[str], organization: Organization) -> None:
        for name in names:
            if not self.exact.get(name):
                self.exact[name].add(organization.pk)

    def name(self, pk: int) -> str:
        return self.rows[pk].name

    def find(self, said: str, ref: str = "") -> int | New | None:
        """None for a name that a person chose to leave out; Unanswered when one must choose."""
        key = folded(said)
        if key not in self.found:
            self.found[key] = self._find(said, key)
        found = self.found[key]
        if found == 0:
            if ref not in self.questions[key].refs:
                self.questions[key].refs.append(ref)
            raise Unanswered(said)
        return found

    def knows(self, said: str) -> bool:
        return self._certain(said) is not None

    def _find(self, said: str, key: str) -> int | New | None:
        match self.answers.get(key):
            case "-":
                return None
            case "+" if self.creates:
                return New(self.kind, said)
            case str(pk) if whole_number(pk) in self.rows:
                return whole_number(pk)
        certain = self._certain(said)
        if certain is not None:
            return certain
        candidates = self._candidates(said)
        if candidates or self._is_vague(said, key) or not self.creates:
            choices = [(pk, self.rows[pk].name) for pk in candidates]
            self.questions[key] = Question(self.kind, key, said, choices)
            return 0
        return New(self.kind, SHARE.sub("", said))

    def _is_vague(self, said: str, key: str) -> bool:
        """A phrase, everybody, or a person: the plan names organisations."""
        is_phrase = len(said.split()) > 8 or len(said) > 120
        is_nobody = plain_name(said) in EVERYBODY or not re.search(r"[a-z]{2}", key)
        return is_phrase or is_nobody or bool(PERSON.match(said))

    def _certain(self, said: str) -> int | None:
        names = [said, re.sub(r"\([^)]*\)", " ", said)]
        if PERSON.match(said):  # « Mme Martin (Sicoval) »
            names += re.findall(r"\(([^)]+)\)", said)
        for name in names:
            plain = plain_name(name)
            if plain and len(self.exact.get(plain, ())) == 1:
                return next(iter(self.exact[plain]))
        plain = plain_name(names[1])
        if not plain or plain in EVERYBODY:
            return None
        wider = [pks for name, pks in self.exact.items() if _is_short_for(plain, name)]
        within = set().union(*wider) if wider else set()
        if len(within) == 1 and len(plain) > 2:
            return within.pop()
        best = self._best(plain)
        if best and best[0][1] >= SAME and (len(best) == 1 or best[0][1] - best[1][1] >= GAP):
            return best[0][0]
        return None

    def _best(self, plain: str) -> list[tuple[int, float]]:
        """(row, likeness), best first; numbers must agree: « Caf 31 » is not « Caf 32 »."""
        scores: dict[int, float] = {}
        figures = set(re.findall(r"\d+", plain))
        for name, score, _ in process.extract(plain, self.exact.keys(), scorer=fuzz.ratio, limit=6):
            if set(re.findall(r"\d+", name)) == figures:
                if name.replace(" ", "") == plain.replace(" ", ""):  # « CD31 » for « CD 31 »
                    score = 100
                for pk in self.exact[name]:
                    scores[pk] = max(scores.get(pk, 0), score)
        if not self.creates and " " not in plain:  # « Ramonvile » for « Ramonville-Saint-Agne »
            for name, score, _ in process.extract(plain, self.beginnings.keys(), scorer=fuzz.ratio):
                for pk in self.beginnings[name] if len(name) > 4 else ():
                    scores[pk] = max(scores.get(pk, 0), score)
        return sorted(scores.items(), key=lambda found: -found[1])

    def _candidates(self, said: str) -> list[int]:
        plain = plain_name(said)
        words = plain.split()
        found = [pk for pk, score in self._best(plain) if score >= ALIKE]
        found += [pk for pk in sorted(self.exact.get(plain, ())) if pk not in found]
        for name, pks in self.exact.items():
            if words and set(words) <= set(name.split()):
                found += [pk for pk in sorted(pks) if pk not in found]
        if len(words) == 1 and 3 <= len(plain) <= 6:
            acronym = [pk for pk, letters in self.initials.items() if letters.startswith(plain)]
            found += [pk for pk in acronym if pk not in found]
        return found[:8]


def _is_short_for(plain: str, name: str) -> bool:
    """« ramonville » for « ramonville saint agne »: the same first word, and no other word."""
    words = name.split()
    return words[0] == plain.split()[0] and set(plain.split()) <= set(words)


def directories(
    convention: Convention, answers: Mapping[str, Mapping[str, str]]
) -> tuple[Directory, Directory]:
    """Organisations (created when unknown) and communes (never created)."""
    everyone = Directory(
        "organization",
        convention.organizations.all(),
        answers.get("organization", {}),
        creates=True,
    )
    everyone.alias(EVERY_EPCI, convention.epci)
    everyone.alias(("caf", "la caf", "caisse d allocations familiales"), convention.caf)
    communes = Directory("commune", convention.communes, answers.get("commune", {}), creates=False)
    return everyone, communes
