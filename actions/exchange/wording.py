"""Wanted values as the preview says them."""

from typing import Any

from actions.exchange import aspects
from actions.exchange.fields import BY_KEY, as_text
from actions.exchange.interpret import Interpreter
from actions.exchange.names import New
from actions.exchange.outline import Branch
from actions.models import Action
from ctg.convention.models import Convention
from ctg.french import french_date

BETWEEN_LEVELS = " › "


class Wording:
    def __init__(self, convention: Convention, interpreter: Interpreter) -> None:
        self.outline = interpreter.outline
        rows = interpreter.organizations.rows | interpreter.communes.rows
        organizations = {pk: row.name for pk, row in rows.items()}
        self.names: dict[str, dict[int, str]] = {
            **dict.fromkeys((*aspects.ROLES, "communes"), organizations),
            "themes": {theme.pk: theme.label for theme in convention.themes.all()},
            "audiences": {audience.pk: audience.label for audience in convention.audiences.all()},
            "findings": {finding.pk: finding.text for finding in convention.findings.all()},
            "other_stakes": {stake.pk or 0: str(stake) for stake in self.outline.stakes},
        }

    def say(self, key: str, value: Any) -> str:
        if value in (None, "", []):
            return "vide"
        if isinstance(value, bool):
            return "oui" if value else "non"
        if key in self.names:
            return self._rows(key, value)
        match key:
            case "status":
                label = Action.Status(value["status"]).label
                return f"{label} ({value['reason']})" if value["reason"] else label
            case "origin":
                return Action.Origin(value).label
            case "starts_on" | "ends_on":
                return french_date(Action._meta.get_field(key).to_python(value))
            case "steps" | "quantitative" | "qualitative":
                return "\n".join(row_in_words(one) for one in value)
        return shortened(str(value), 600)

    def _rows(self, key: str, value: Any) -> str:
        if key == "communes":
            value = value["communes"]
        said = [
            f"{one.name} (nouveau)" if isinstance(one, New) else self.names[key].get(one, "?")
            for one in value
        ]
        return ", ".join(said) or "tout le territoire"


def row_in_words(row: dict[str, Any]) -> str:
    if row.get("target") is not None:
        year = f" en {row['target_year']}" if row["target_year"] else ""
        amount = row["target"].removesuffix(".00").replace(".", ",")
        return f"{row['title']} (cible : {amount} {row['unit']}".rstrip() + f"{year})"
    days = [row.get(name) for name in ("starts_on", "due_on", "done_on")]
    said = ", ".join(day for day in days if day)
    return f"{row['title']} ({said})" if said else row["title"]


def path(branch: Branch) -> str:
    return BETWEEN_LEVELS.join(map(str, branch.line()))


def shortened(text: str, most: int = 160) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def in_words(value: Any) -> str:
    return shortened(as_text(value)) or "vide"


def label_of(key: str) -> str:
    if key == "operational_objective":
        return "Place dans le plan"
    return BY_KEY[key].label if key in BY_KEY else key
