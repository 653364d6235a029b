"""A sheet as it was at a moment: its own record and those that its rows had then.

Each row keeps its own versions. Their date ties them to the sheet’s: what changes a row saves the
sheet just before, in the same transaction.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import models

from actions.history.changes import FieldChange, change_of, in_words, links_of, set_name
from actions.history.keeping import CREATED, REMOVED, ROWS
from actions.models import Action
from ctg.french import NBSP

NOT_RESTORED = {"convention", "updated_at"}
OF_A_ROW = {"id", "action", "position"}  # where it is, not what it says
ABSENT = "pas sur la fiche"
Record = Any


@dataclass(frozen=True)
class State:
    record: Record
    rows: Mapping[str, Record]  # by « steps-12 »


def restorable_fields() -> list[models.Field]:
    return [
        field
        for field in [*Action._meta.fields, *Action._meta.many_to_many]
        if field.editable and not field.primary_key and field.name not in NOT_RESTORED
    ]


def row_fields(kind: str) -> list[models.Field]:
    return [field for field in ROWS[kind]._meta.fields if field.name not in OF_A_ROW]


def row_title(kind: str, record: Record) -> str:
    """« étape « Recruter » »."""
    name = getattr(record, "title", "") or in_words(record, row_fields(kind)[0])
    return f"{ROWS[kind]._meta.verbose_name} «{NBSP}{name}{NBSP}»"


# Reading the past


class RowsPast:
    """Every version of the rows that are, or were, on one sheet; two queries a kind at most."""

    def __init__(self, action: Action) -> None:
        self.action = action
        self._records: dict[str, list[Record]] = defaultdict(list)
        for kind, model in ROWS.items():
            for record in self._of(model):
                self._records[f"{kind}-{record.id}"].append(record)

    def _of(self, model: type[models.Model]) -> models.QuerySet:
        history = model.history  # type: ignore[attr-defined]
        theirs = history.filter(action=self.action.pk).order_by().values("id")
        links = [
            field.name
            for field in model._meta.fields
            if field.remote_field and field.name not in OF_A_ROW
        ]
        return history.filter(id__in=theirs).order_by("history_id").prefetch_related(*links)

    def before(self, moment: datetime | None, record: Record) -> State:
        """The sheet of this record with the rows it had before the moment, or has now."""
        found = {key: _as_of(records, moment) for key, records in self._records.items()}
        rows = {
            key: row
            for key, row in found.items()
            if row and row.history_type != REMOVED and row.action_id == self.action.pk
        }
        return State(record, rows)


def _as_of(records: Sequence[Record], moment: datetime | None) -> Record | None:
    """A row whose first record is not its creation was there before, for all that is known."""
    past = [one for one in records if moment is None or one.history_date < moment]
    if past:
        return past[-1]
    return None if records[0].history_type == CREATED else records[0]


def records_of(action: Action) -> models.QuerySet:
    """Newest first, with all that the comparison reads."""
    lists = [
        f"{set_name(field)}__{field.m2m_reverse_field_name()}"
        for field in Action._meta.many_to_many
    ]
    return (
        action.history.select_related("history_user", "operational_objective")
        .prefetch_related(*lists)
        .order_by("-history_id")
    )


def states(action: Action, *, limit: int) -> list[State]:
    """What each save left, the newest first.

    One save writes one record for the fields, then one for each changed list of communes,
    themes…, all with the same ``updated_at``: together they are one.
    """
    past, found, end = RowsPast(action), [], None
    for _, save in groupby(records_of(action)[:limit], key=lambda record: record.updated_at):
        newest, *others = save
        found.append(past.before(end, newest))
        end = (others or [newest])[-1].history_date
    return found


def state_at(action: Action, record: Record) -> State:
    """What the save of this record left."""
    later = action.history.filter(history_id__gt=record.pk).exclude(updated_at=record.updated_at)
    following = later.order_by("history_id").first()
    return RowsPast(action).before(following and following.history_date, record)


def current_state(action: Action) -> State:
    return RowsPast(action).before(None, records_of(action)[0])


# Comparing


def differences(old: State, new: State) -> list[FieldChange]:
    """In words, in the order of the sheet."""
    fields = [
        change_of(field.name, field, old.record, new.record)
        for field in restorable_fields()
        if value_of(old.record, field) != value_of(new.record, field)
    ]
    keys = {**old.rows, **new.rows}
    rows = [row_change(key, old.rows.get(key), new.rows.get(key)) for key in keys]
    return fields + [change for change in rows if change]


def value_of(record: Record, field: models.Field) -> Any:
    if isinstance(field, models.ManyToManyField):
        column = f"{field.m2m_reverse_field_name()}_id"
        return {getattr(link, column) for link in links_of(record, field)}
    return getattr(record, field.attname)


def row_change(key: str, old: Record | None, new: Record | None) -> FieldChange | None:
    """A row is one thing, that comes back whole."""
    kind = key.partition("-")[0]
    fields = [
        field
        for field in row_fields(kind)
        if _said(old, field) != _said(new, field) and (field.name != "title" or (old and new))
    ]
    if (old and new) and not fields:
        return None
    before, after = (_row_in_words(row, fields) for row in (old, new))
    return FieldChange(key, row_title(kind, old or new), before, after)


def _said(row: Record | None, field: models.Field) -> Any:
    value = value_of(row, field) if row else None
    return None if value == "" else value


def _row_in_words(row: Record | None, fields: Sequence[models.Field]) -> str:
    if row is None:
        return ABSENT
    said = [(str(field.verbose_name).capitalize(), in_words(row, field)) for field in fields]
    return "\n".join(f"{label}{NBSP}: {words}" for label, words in said) or "sur la fiche"
