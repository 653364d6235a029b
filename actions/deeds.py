"""What a verb does to one action, in memory: ``actions.writing`` keeps it, alone or with others.

A refused deed raises ValidationError with a French message, keyed by the field at fault; it is
then thrown away with its action, of which some fields may have moved.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from actions.models import Action
from ctg.convention.models import Commune, Organization, Theme
from ctg.french import french_date

Change = tuple[str, str, str]  # label, before, after
BESIDE = frozenset({"committees"})  # tied to an action without being of its sheet


@dataclass(frozen=True)
class Entry:
    """A line of the journal to write."""

    verb: str
    summary: str
    changes: tuple[Change, ...]


class Deed:
    """One act on one action: what it was before, what it becomes, what the journal will say."""

    def __init__(self, action: Action) -> None:
        self.action = action
        self.fields: dict[str, Any] = {}  # what they were
        self.links: dict[str, list[Model]] = {}  # what they become
        self.links_before: dict[str, list[Model]] = {}
        self.entries: list[Entry] = []

    def put(self, **values: Any) -> None:
        for name, value in values.items():
            self.fields.setdefault(name, getattr(self.action, name))
            setattr(self.action, name, value)

    def linked(self, name: str) -> list[Model]:
        """The rows tied to the action by that name, as this deed leaves them."""
        if name not in self.links:
            self.links_before[name] = self.links[name] = linked_to(self.action, name)
        return self.links[name]

    def link(self, name: str, rows: Iterable[Model]) -> None:
        self.linked(name)
        self.links[name] = list(rows)

    def say(self, verb: str, summary: str, *changes: Change) -> None:
        self.entries.append(Entry(verb, summary, changes))

    def say_changed(self, label: str, before: str, after: str) -> None:
        self.say("action.changed", f"Modification : {label}", (label, before, after))

    @property
    def changed_fields(self) -> dict[str, Any]:
        """Their new values."""
        now = {name: getattr(self.action, name) for name in self.fields}
        return {name: value for name, value in now.items() if value != self.fields[name]}

    @property
    def changed_links(self) -> set[str]:
        return {
            name for name, rows in self.links.items() if set(rows) != set(self.links_before[name])
        }

    @property
    def changes_sheet(self) -> bool:
        return bool(self.changed_fields or self.changed_links - BESIDE)

    # Status

    def start(self) -> None:
        self._move(Action.Status.ONGOING, "Action lancée")

    def complete(self) -> None:
        self._move(Action.Status.DONE, "Action réalisée")
        self.put(progress=100, is_blocked=False)

    def postpone(self, *, to: date | None, reason: str) -> None:
        errors = {}
        if to is None:
            errors["to"] = "Indiquez la nouvelle date de fin."
        elif to < timezone.localdate():
            errors["to"] = "La nouvelle date est déjà passée."
        elif self.action.starts_on and to < self.action.starts_on:
            errors["to"] = "La nouvelle date précède le début de l’action."
        if not reason.strip():
            errors["reason"] = "Dites pourquoi l’action est reportée."
        if errors:
            raise ValidationError(errors)
        self._move(Action.Status.POSTPONED, f"Action reportée au {french_date(to)}", reason)
        self.put(ends_on=to, is_continuous=False)

    def abandon(self, *, reason: str) -> None:
        if not reason.strip():
            raise ValidationError({"reason": "Dites pourquoi l’action est abandonnée."})
        self._move(Action.Status.ABANDONED, "Action abandonnée", reason)

    def reopen(self, *, reason: str) -> None:
        if not self.action.is_finished:
            raise ValidationError("Seule une action réalisée ou abandonnée se rouvre.")
        if not reason.strip():
            raise ValidationError({"reason": "Dites pourquoi l’action est rouverte."})
        self._move(Action.Status.ONGOING, "Action rouverte", reason)

    def _move(self, status: Action.Status, summary: str, reason: str = "") -> None:
        former, reason = Action.Status(self.action.status), reason.strip()
        self.fields.setdefault("status", former.value)
        self.action.move_to(status)
        self.put(status_on=timezone.localdate(), status_reason=reason)
        said = f"{summary} : {reason}" if reason else summary
        self.say(f"action.{status}", said, ("Statut", str(former.label), str(status.label)))

    # Pilot, dates, lists

    def name_pilot(self, pilot: Organization) -> None:
        """The one who piloted before no longer does; other roles are left as they are."""
        before = self.linked("pilot")
        if before != [pilot]:
            self.link("pilot", [pilot])
            self.say_changed("Pilote", names(before), str(pilot))

    def redate(self, *, starts_on: date | None, ends_on: date | None) -> None:
        """A date that is not given stays as it is."""
        before = dates_in_words(self.action)
        if starts_on:
            self.put(starts_on=starts_on)
        if ends_on:
            self.put(ends_on=ends_on, is_continuous=False)
        start, end = self.action.starts_on, self.action.ends_on
        if start and end and end < start:
            raise ValidationError("La fin doit suivre le début.")
        after = dates_in_words(self.action)
        if after != before:
            self.say_changed("Dates", before, after)

    def retheme(self, *, add: Iterable[Theme], remove: Iterable[Theme]) -> None:
        before = self.linked("themes")
        themes = _with(before, add, remove)
        if set(themes) != set(before):
            self.link("themes", themes)
            self.say_changed("Thématiques", names(before), names(themes))

    def resite(self, *, add: Iterable[Commune], remove: Iterable[Commune]) -> None:
        """Naming communes makes of an action for the whole territory one for these communes."""
        before, everywhere = self.linked("communes"), self.action.scope == Action.Scope.TERRITORY
        communes = _with(before, add, remove)
        if everywhere and not add:
            raise ValidationError("Elle porte sur tout le territoire : aucune commune à retirer.")
        if not communes:
            raise ValidationError("Il ne lui resterait aucune commune.")
        if set(communes) == set(before) and not everywhere:
            return
        self.put(scope=Action.Scope.COMMUNES)
        self.link("communes", communes)
        said = "tout le territoire" if everywhere else names(before)
        self.say_changed("Communes", said, names(communes))


def linked_to(action: Action, name: str) -> list[Model]:
    """From what was prefetched, when it was; the pilot as a list of one or none."""
    if name == "pilot":
        return [action.pilot] if action.pilot else []
    return list(getattr(action, name).all())


def names(rows: Iterable[Model]) -> str:
    return ", ".join(str(row) for row in rows) or "vide"


def dates_in_words(action: Action) -> str:
    start, end = (on and french_date(on) for on in (action.starts_on, action.ends_on))
    if action.is_continuous:
        return f"à partir du {start}, continue" if start else "continue"
    if start and end:
        return f"du {start} au {end}"
    return f"à partir du {start}" if start else f"jusqu’au {end}" if end else "sans dates"


def _with(before: list[Any], add: Iterable[Any], remove: Iterable[Any]) -> list[Any]:
    kept = [row for row in before if row not in remove]
    return [*kept, *(row for row in add if row not in kept)]
