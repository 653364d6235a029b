"""One thing of a sheet that changed, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from ctg.french import french_date, number

EMPTY = "vide"
GONE = "retiré depuis"


@dataclass(frozen=True)
class FieldChange:
    """``name`` is what the history calls it, to put it back."""

    name: str
    label: str
    before: str
    after: str

    @property
    def in_words(self) -> tuple[str, str, str]:
        """As the journal keeps it."""
        return self.label, self.before, self.after


def in_words(record: models.Model, field: models.Field) -> str:
    """A field, or a list, of a historical record."""
    if isinstance(field, models.ManyToManyField):
        return names(links_of(record, field), field) or EMPTY
    value = getattr(record, field.attname)
    match value:
        case None | "":
            return EMPTY
        case bool():
            return "oui" if value else "non"
        case date():
            return french_date(value)
        case Decimal():
            return number(value)
    if field.remote_field:
        return str(getattr(record, field.name) or GONE)
    return str(dict(field.flatchoices).get(value, value))


def set_name(field: models.ManyToManyField) -> str:
    """Where simple_history keeps the rows of a list, under a name that can be prefetched."""
    return f"historicalaction_{field.name}_set"


def links_of(record: models.Model, field: models.ManyToManyField) -> models.QuerySet:
    return getattr(record, set_name(field)).all()


def names(links: Iterable[models.Model], field: models.ManyToManyField) -> str:
    rows = (getattr(link, field.m2m_reverse_field_name()) for link in links)
    return ", ".join(sorted(str(row or GONE) for row in rows))


def change_of(name: str, field: models.Field, before: Any, after: Any) -> FieldChange:
    """Between two historical records."""
    label = str(field.verbose_name)
    return FieldChange(name, label, in_words(before, field), in_words(after, field))
