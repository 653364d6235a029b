"""What a cell means, whoever typed it. A cell nobody can read raises Refused, with a sentence."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from rapidfuzz import fuzz, process

from actions.exchange.fields import as_text
from actions.exchange.reading.records import Told
from actions.exchange.words import folded
from actions.models import Action
from ctg.french import MONTHS
from ctg.numbers import whole_number

Status, Origin = Action.Status, Action.Origin


class Refused(Exception):
    """One cell is left out; the rest of the line is not."""


NOTHING = {
    "",
    "-",
    "x",
    "neant",
    "nc",
    "n c",
    "a definir",
    "a preciser",
    "a determiner",
    "sans objet",
}


def says_nothing(text: str) -> bool:
    return folded(text) in NOTHING - {"x"}


def text_of(told: Sequence[Told], most: int, *, between: str = "\n") -> str:
    """Several columns of one field follow each other, each after its name."""
    said = [(one.label, as_text(one.value)) for one in told if as_text(one.value)]
    labels = {label for label, _ in said}
    parts = [
        f"{label} : {text}" if len(labels) > 1 and number else text
        for number, (label, text) in enumerate(said)
    ]
    text = between.join(parts)
    if len(text) > most:
        raise Refused(f"Texte trop long : {len(text)} signes, {most} au plus.")
    return text


DAY = re.compile(r"(\d{1,2})(?:er)?[/.\-\s](\d{1,2}|[a-zéèûà]+)\.?[/.\-\s](\d{4}|\d{2})", re.I)
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?")
# A date whose cell lost its format: Excel counts the days, here from 2000 to 2099.
DAY_ZERO, FIRST_SERIAL, LAST_SERIAL = date(1899, 12, 30), 36_526, 73_050
MONTH_NUMBERS = {folded(name): number for number, name in enumerate(MONTHS, start=1)}


def day_of(value: Any) -> date | None:
    """The date that a cell is, or None for another text; Refused for 31/02/2025."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = as_text(value).strip()
    if iso := ISO.fullmatch(text):
        return _day(iso[3], iso[2], iso[1], text)
    if FIRST_SERIAL <= (whole_number(text) or 0) <= LAST_SERIAL:
        return DAY_ZERO + timedelta(days=int(text))
    if french := DAY.fullmatch(text):
        month = french[2] if french[2].isdecimal() else _month(french[2])
        if month:
            year = french[3] if len(french[3]) == 4 else f"20{french[3]}"
            return _day(french[1], month, year, text)
    return None


def _month(word: str) -> int | None:
    found = [number for name, number in MONTH_NUMBERS.items() if name.startswith(folded(word))]
    return found[0] if len(found) == 1 and len(word) > 2 else None


def _day(day: Any, month: Any, year: Any, text: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refused(f"« {text} » n’est pas une date du calendrier.") from None


def period_of(text: str) -> tuple[date, date] | None:
    """« du 01/09/2024 au 30/06/2025 »."""
    found = [day_of(match[0]) for match in DAY.finditer(text)]
    return (found[0], found[1]) if len(found) == 2 and all(found) else None


CONTINUOUS = {
    *("continu", "continue", "en continu", "action continue", "permanent", "permanente"),
    *("toute l annee", "tout au long de l annee", "recurrent", "recurrente", "sans date de fin"),
}
YES = {"oui", "o", "x", "vrai", "true", "1", "yes"}
NO = {"non", "n", "faux", "false", "0", "no", ""}


def yes_or_no(value: Any) -> bool:
    said = folded(as_text(value))
    if said in YES | NO:
        return said in YES
    raise Refused(f"« {as_text(value)} » : écrivez oui ou non.")


STATUSES = {
    Status.TODO: (
        "a venir|non commencee|pas commencee|non demarree|pas demarree|a faire|prevue|programmee|"
        "planifiee|a lancer|a demarrer|en attente|projet|en projet|future|a engager|non engagee|"
        "pas encore commencee|pas faite|non faite|a initier|non realisee a ce jour|"
        "prevu|non debutee|en preparation"
    ),
    Status.ONGOING: (
        "en cours|en cours de realisation|commencee|engagee|demarree|lancee|en oeuvre|active|"
        "mise en oeuvre|en cours de mise en oeuvre|partiellement realisee|initiee|debutee|"
        "poursuivie|en developpement|amorcee|en phase de realisation|a poursuivre|"
        "partielle|partiellement"
    ),
    Status.DONE: (
        "realisee|faite|terminee|achevee|effectuee|finalisee|cloturee|close|finie|aboutie|ok|"
        "accomplie|mise en place|atteinte|fait|fini|realise|termine|acheve|livree"
    ),
    Status.POSTPONED: "reportee|differee|decalee|repoussee|ajournee|suspendue|en pause|en suspens",
    Status.ABANDONED: "abandonnee|annulee|supprimee|arretee|non realisee|stoppee|sans suite",
}
STATUS_WORDS = {
    spelt: status
    for status, words in STATUSES.items()
    for word in (*words.split("|"), folded(status.label))
    for spelt in (word, re.sub(r"ee\b", "e", word))  # « réalisé », « réalisée »
}
PERCENT = re.compile(r"(\d{1,3})(?:[.,]\d+)?\s*%?")


def status_of(value: Any) -> str:
    """« En cours (phase 2) », « Terminé », « 100 % »."""
    text = as_text(value)
    said = folded(text)
    share = share_in(value)
    if share is not None:
        return Status.TODO if not share else Status.ONGOING if share < 100 else Status.DONE
    if said in STATUS_WORDS:
        return STATUS_WORDS[said]
    starts = [word for word in STATUS_WORDS if f"{said} ".startswith(f"{word} ")]
    if starts:
        return STATUS_WORDS[max(starts, key=len)]
    close = process.extractOne(said, STATUS_WORDS.keys(), scorer=fuzz.ratio, score_cutoff=85)
    if close:
        return STATUS_WORDS[close[0]]
    raise Refused(
        f"Statut « {text} » inconnu : à venir, en cours, réalisée, reportée ou abandonnée."
    )


def share_in(value: Any) -> int | None:
    """« 40 », « 0,4 », « Réalisé à 40 % »; None for a status in words only."""
    text = as_text(value)
    if PERCENT.fullmatch(text):
        return progress_of(value)
    found = re.search(r"\b(\d{1,3})(?:[.,]\d+)?\s*%", text)
    return progress_of(found[0]) if found else None


def progress_of(value: Any) -> int:
    text = as_text(value)
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?)\s*%?", text)
    share = float(found[1].replace(",", ".")) if found else -1
    if 0 < share < 1 and "%" not in text:
        share *= 100
    if not 0 <= share <= 100:
        raise Refused(f"« {text} » : l’avancement va de 0 à 100 %.")
    return round(share)


ORIGINS = {
    Origin.NEW: "nouvelle|nouveau|creation|creee|neuve|a creer|oui",
    Origin.RENEWED: "reconduite|renouvelee|poursuite|poursuivie|existante|reconduction|continuite|"
    "maintien|en place|non|maintenue|ancienne|deja existante",
    Origin.REINFORCED: "renforcee|developpement|renforcement|evolution|developpee|elargie",
}
ORIGIN_WORDS = {word: origin for origin, words in ORIGINS.items() for word in words.split("|")}


def origin_of(value: Any) -> str:
    said = folded(as_text(value))
    for word, origin in ORIGIN_WORDS.items():
        if f"{said} ".startswith(f"{word} ") or f" {said} ".endswith(f" {word} "):
            return origin
    raise Refused(f"Origine « {as_text(value)} » inconnue : nouvelle, reconduite ou renforcée.")


BULLET = re.compile(r"^\s*(?:[-–—•*▪◦·>✓o➢]\s+|\d{1,2}\s*[.)]\s+|[•▪➢✓])")


def lines_of(told: Sequence[Told], most: int) -> list[str]:
    """One item a line, bullets and numbers removed; a line too long is cut between words."""
    lines: dict[str, None] = {}
    for one in told:
        text = as_text(one.value)
        for line in text.split("\n") if "\n" in text else re.split(r";\s", text):
            text = " ".join(BULLET.sub("", line).split()).rstrip(" ;")
            if text and not says_nothing(text):
                lines.update(dict.fromkeys(textwrap.wrap(text, most)))
    return list(lines)


def items_of(told: Sequence[Told]) -> Iterator[str]:
    """Names apart: by lines, semicolons, commas, slashes or bullets, not inside parentheses."""
    for one in told:
        for line in as_text(one.value).split("\n"):
            yield from split_names(BULLET.sub("", line))


def split_names(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth <= 0 and (sign in ";,/|•+" or text[place : place + 3] in (" - ", " – ")):
            parts.append(text[start:place])
            start = place + (3 if sign == " " else 1)
    parts.append(text[start:])
    return [part for part in (" ".join(part.split()).strip(" .-–:") for part in parts) if part]


STEP = re.compile(r"^(?P<title>.*?)\s*\((?P<dates>[^()]*\d{4}[^()]*)\)$", re.DOTALL)
STEP_DATES = {
    "debut": "starts_on",
    "echeance": "due_on",
    "faite le": "done_on",
    "fait le": "done_on",
}


def step_of(line: str) -> dict[str, Any]:
    """« Réserver la salle (échéance 01/10/2025) »; other parentheses belong to the title."""
    step: dict[str, Any] = {"title": line, "starts_on": None, "due_on": None, "done_on": None}
    found = STEP.match(line)
    if not found:
        return step
    dates = {}
    for part in found["dates"].split(","):
        words, _, day = part.strip().rpartition(" ")
        if folded(words) not in STEP_DATES or not (on := day_of(day)):
            return step
        dates[STEP_DATES[folded(words)]] = on.isoformat()
    return step | dates | {"title": found["title"]}


TARGET = re.compile(
    r"^(?P<title>.*?)\s*[(\[–:-]\s*(?:cible|objectif)\s*:?\s*"
    r"(?P<target>\d[\d\s\u202f\xa0]*(?:[.,]\d+)?)"
    r"\s*(?P<unit>[^()\d]*?)\s*(?:en\s+(?P<year>\d{4}))?\s*[)\]]?$",
    re.IGNORECASE,
)


def indicator_of(line: str) -> dict[str, Any]:
    """« Familles accueillies (cible : 120 familles en 2025) »."""
    found = TARGET.match(line)
    plain = {"title": line, "target": None, "unit": "", "target_year": None}
    if not found or not found["title"]:
        return plain
    try:
        target = Decimal(re.sub(r"\s", "", found["target"]).replace(",", "."))
    except InvalidOperation:
        return plain
    if target >= Decimal("1e12") or len(found["unit"]) > 60:
        return plain
    return {
        "title": found["title"],
        "target": f"{target:.2f}",
        "unit": found["unit"].strip(),
        "target_year": int(found["year"]) if found["year"] else None,
    }


COUNTED = re.compile(
    r"^(nombre|nb|n°|taux|%|part|montant|fréquen|effectif|volume|total|coût|budget)", re.I
)


def is_counted(line: str) -> bool:
    """An indicator whose nature the sheet does not say."""
    return bool(COUNTED.match(line)) or indicator_of(line)["target"] is not None
