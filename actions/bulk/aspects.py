"""What a bulk change may touch of an action, read as plain values so that it can be put back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from actions.deeds import Deed, dates_in_words, linked_to, names
from actions.models import Action
from ctg.convention.models import Convention, Organization

Values = dict[str, Any]  # of an aspect, by field and by link


@dataclass(frozen=True)
class Aspect:
    """Put back whole or not at all."""

    label: str
    fields: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    def before(self, deed: Deed) -> Values:
        return self._values(deed, deed.fields, deed.links_before)

    def after(self, deed: Deed) -> Values:
        return self._values(deed, {}, deed.links)

    def _values(self, deed: Deed, fields: Values, links: dict[str, list[Model]]) -> Values:
        """What the deed left alone is read on the action."""
        action = deed.action

        def rows(name):
            return links[name] if name in links else linked_to(action, name)

        return {
            **{name: _plain(fields.get(name, getattr(action, name))) for name in self.fields},
            **{name: _keys(rows(name)) for name in self.links},
        }


ASPECTS = {
    "status": Aspect("Statut", ("status", "status_on", "status_reason", "progress", "is_blocked")),
    "dates": Aspect("Dates", ("starts_on", "ends_on", "is_continuous")),
    "pilot": Aspect("Pilote", links=("pilot",)),
    "themes": Aspect("Thématiques", links=("themes",)),
    "communes": Aspect("Communes", ("scope",), ("communes",)),
    "committees": Aspect("Suivie par", links=("committees",)),
}


def changed(deed: Deed) -> list[str]:
    """Names of the aspects that the deed changed."""
    touched = deed.changed_fields.keys() | deed.changed_links
    return [name for name, aspect in ASPECTS.items() if touched & {*aspect.fields, *aspect.links}]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _keys(rows: Iterable[Model]) -> list[int]:
    return sorted(row.pk for row in rows)


class Known:
    """The rows that plain values stand for; a fixed number of queries for a whole convention."""

    def __init__(self, convention: Convention) -> None:
        committees = Action._meta.get_field("committees").related_model  # of a higher app
        self.rows: dict[str, dict[int, Model]] = {
            "pilot": Organization.objects.in_bulk(),
            "themes": convention.themes.in_bulk(),
            "communes": convention.communes.in_bulk(),
            "committees": committees.objects.filter(convention=convention).in_bulk(),
        }

    def put_back(self, deed: Deed, name: str, values: Values) -> None:
        """What no longer exists is left out."""
        aspect = ASPECTS[name]
        fields = {field: Action._meta.get_field(field) for field in aspect.fields}
        deed.put(**{key: field.to_python(values[key]) for key, field in fields.items()})
        for link in aspect.links:
            deed.link(link, self._rows(link, values[link]))

    def changes(self, before: dict[str, Values], after: dict[str, Values]):
        return [
            (ASPECTS[name].label, self.say(name, before[name]), self.say(name, after[name]))
            for name in before
        ]

    def say(self, name: str, values: Values) -> str:
        match name:
            case "status":
                reason = f" ({values['status_reason']})" if values["status_reason"] else ""
                return Action.Status(values["status"]).label + reason
            case "dates":
                dates = {key: Action._meta.get_field(key).to_python(values[key]) for key in values}
                return dates_in_words(Action(**dates))
            case "communes" if values["scope"] == Action.Scope.TERRITORY:
                return "tout le territoire"
            case _:
                return names(self._rows(name, values[name]))

    def _rows(self, link: str, keys: Iterable[int]) -> list[Model]:
        return [self.rows[link][key] for key in keys if key in self.rows[link]]
