"""What a plan spreadsheet says of an action: one list, written by exports, read by imports."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from actions.models import Action, ActionPartner, ActionStep, Indicator
from ctg.french import NBSP, number
from ctg.spreadsheets import Kind

EVERYWHERE = "Tout le territoire"
BETWEEN = " ; "


class Shape(Enum):
    """How the value of a cell is compared, whatever way it was typed."""

    TEXT = "text"
    LIST = "list"
    LINES = "lines"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True)
class Field:
    key: str
    label: str
    read: Callable[[Action], Any]
    shape: Shape = Shape.TEXT
    width: int = 18
    kind: Kind = Kind.TEXT

    def written(self, action: Action) -> Any:
        """As the cell says it."""
        value = self.read(action)
        if isinstance(value, list):
            return ("\n" if self.shape is Shape.LINES else BETWEEN).join(map(str, value))
        return value

    def canonical(self, value: Any) -> str:
        """The same for two ways of typing one value."""
        text = as_text(value)
        match self.shape:
            case Shape.DATE if isinstance(value, date):
                return value.isoformat()[:10]
            case Shape.DATE if day := re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text):
                return f"{day[3]}-{day[2]}-{day[1]}"
            case Shape.LIST:
                return BETWEEN.join(sorted(squeezed(item) for item in text.split(";") if item))
            case Shape.LINES:
                return "\n".join(filter(None, map(squeezed, text.split("\n"))))
            case Shape.NUMBER:
                return text.replace(",", ".").removesuffix("%").strip()
        return squeezed(text)

    def mark(self, value: Any) -> str:
        """Four signs that change when the value does."""
        if value in (None, ""):
            return NO_MARK
        return hashlib.blake2b(self.canonical(value).encode(), digest_size=2).hexdigest()


NO_MARK = hashlib.blake2b(b"", digest_size=2).hexdigest()


def squeezed(text: str) -> str:
    return " ".join(text.replace(NBSP, " ").split())


def as_text(value: Any) -> str:
    """A cell as a person reads it; the apostrophe that disarms a formula is not part of it."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case datetime():
            return f"{value:%d/%m/%Y}"
        case date():
            return f"{value:%d/%m/%Y}"
        case float() if value.is_integer():
            return str(int(value))
        case float() | Decimal():
            return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    text = str(value).replace("\r\n", "\n").strip()
    return text[1:] if re.match(r"'[=+@\t\r-]", text) else text


LOADED = "loaded_"


def _level(item) -> str:
    return f"{item.code} · {item.title}"


def _rows(action: Action, name: str) -> Iterable[Any]:
    """The list that an export loaded (see with_lists), several times quicker than a manager."""
    loaded = vars(action).get(f"{LOADED}{name}")
    return getattr(action, name).all() if loaded is None else loaded


def _other_stakes(action: Action) -> list[str]:
    return [_level(stake) for stake in _rows(action, "other_stakes")]


def _scope(action: Action) -> list[str]:
    if action.scope == Action.Scope.TERRITORY:
        return [EVERYWHERE]
    return [commune.name for commune in _rows(action, "communes")]


def _partners(*roles) -> Callable[[Action], list[str]]:
    return lambda action: [
        one.organization.name for one in _rows(action, "partners") if one.role in roles
    ]


def _all(name: str) -> Callable[[Action], list[str]]:
    return lambda action: [str(row) for row in _rows(action, name)]


def _steps(action: Action) -> list[str]:
    return [step_line(step) for step in _rows(action, "steps")]


def step_line(step: ActionStep) -> str:
    dates = [
        f"{word} {day:%d/%m/%Y}"
        for word, day in (
            ("début", step.starts_on),
            ("échéance", step.due_on),
            ("faite le", step.done_on),
        )
        if day
    ]
    return f"{step.title} ({', '.join(dates)})" if dates else step.title


def _indicators(nature: str) -> Callable[[Action], list[str]]:
    return lambda action: [
        indicator_line(one) for one in _rows(action, "indicators") if one.nature == nature
    ]


def indicator_line(indicator: Indicator) -> str:
    if indicator.target is None:
        return indicator.title
    target = " ".join(filter(None, (number(indicator.target), indicator.unit)))
    year = f" en {indicator.target_year}" if indicator.target_year else ""
    return f"{indicator.title} (cible : {target}{year})"


Role = ActionPartner.Role
LIST, LINES = Shape.LIST, Shape.LINES
FIELDS = [
    Field("id", "Identifiant", lambda action: action.pk, Shape.NUMBER, 10, Kind.NUMBER),
    Field("code", "Code", lambda action: action.code, width=8),
    Field("title", "Action", lambda action: action.title, width=45),
    Field("stake", "Enjeu", lambda action: _level(action.stake), width=28),
    Field(
        "strategic_objective",
        "Objectif stratégique",
        lambda action: _level(action.operational_objective.strategic_objective),
        width=32,
    ),
    Field(
        "operational_objective",
        "Objectif opérationnel",
        lambda action: _level(action.operational_objective),
        width=32,
    ),
    Field("themes", "Thématiques", _all("themes"), LIST, 22),
    Field("description", "Description", lambda action: action.description, width=60),
    Field("expected_results", "Résultats attendus", lambda a: a.expected_results, width=40),
    Field("audiences", "Publics visés", _all("audiences"), LIST, 22),
    Field("communes", "Territoire concerné", _scope, LIST, 28),
    Field("pilot", "Pilote", _partners(Role.PILOT), width=28),
    Field("co_pilots", "Co-pilotes", _partners(Role.CO_PILOT), LIST, 28),
    Field("contributors", "Partenaires", _partners(Role.CONTRIBUTOR), LIST, 36),
    Field("funders", "Financeurs", _partners(Role.FUNDER), LIST, 28),
    Field("pilot_contact", "Contact chez le pilote", lambda a: a.pilot_contact, width=24),
    Field("elected_referent", "Élu·e référent·e", lambda a: a.elected_referent, width=24),
    Field("calendar", "Calendrier", lambda action: action.calendar, width=24),
    Field("starts_on", "Début", lambda a: a.starts_on, Shape.DATE, 12, Kind.DATE),
    Field("ends_on", "Fin", lambda action: action.ends_on, Shape.DATE, 12, Kind.DATE),
    Field("is_continuous", "Action continue", lambda a: a.is_continuous, width=10),
    Field("status", "Statut", lambda action: action.get_status_display(), width=12),
    Field("status_reason", "Motif du statut", lambda a: a.status_reason, width=30),
    Field("progress", "Avancement (%)", lambda a: a.progress, Shape.NUMBER, 12, Kind.NUMBER),
    Field("is_blocked", "Bloquée", lambda action: action.is_blocked, width=10),
    Field("origin", "Origine", lambda action: action.get_origin_display(), width=12),
    Field("steps", "Étapes", _steps, LINES, 45),
    Field("quantitative", "Indicateurs quantitatifs", _indicators("quantitative"), LINES, 45),
    Field("qualitative", "Indicateurs qualitatifs", _indicators("qualitative"), LINES, 45),
    Field("findings", "Constats", _all("findings"), LINES, 40),
    Field(
        "other_stakes",
        "Autres enjeux servis",
        _other_stakes,
        LIST,
        28,
    ),
]
BY_KEY = {field.key: field for field in FIELDS}
MARKED = [field for field in FIELDS if field.key != "id"]


def fingerprint(said: dict[str, Any]) -> str:
    """What each cell said when it was exported, so that a later change can be told apart."""
    return " ".join(f"{field.key}:{field.mark(said[field.key])}" for field in MARKED)


def read_fingerprint(text: str) -> dict[str, str]:
    pairs: Iterable[list[str]] = (part.split(":") for part in text.split())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
