"""The versions of sheets and of their rows that nobody else keeps: what is written in bulk."""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import models

from actions.models import Action, ActionPartner, ActionStep, Indicator
from ctg.accounts.models import User

CREATED, CHANGED, REMOVED = "+", "~", "-"  # as simple_history writes them
ROWS: dict[str, type[models.Model]] = {
    "partners": ActionPartner,
    "steps": ActionStep,
    "indicators": Indicator,
}


def remember(*actions: Action) -> None:
    """Keep the stored version of sheets that were loaded in bulk, before their first change."""
    keys = {action.pk for action in actions}
    known = Action.history.filter(id__in=keys).values_list("id", flat=True)
    if unknown := keys.difference(known):
        sheets = Action.objects.in_bulk(unknown)
        keep_versions(list(sheets.values()), CREATED, by=None)
        for model in ROWS.values():
            rows = model._default_manager.filter(action__in=unknown)
            keep_versions(
                list(rows), CREATED, by=None, at=lambda row: sheets[row.action_id].updated_at
            )


def keep_versions(
    rows: Sequence[models.Model],
    kind: str,
    *,
    by: User | None,
    at: Callable[[Any], datetime] = attrgetter("updated_at"),
) -> None:
    """One version of each row as it is in memory, with its lists as they are stored.

    As many queries whatever the number of rows.
    """
    if not rows:
        return
    model = type(rows[0]).history.model  # type: ignore[attr-defined]
    kept = model.objects.bulk_create(
        model(
            history_date=at(row),
            history_type=kind,
            history_user=by,
            **{field.attname: getattr(row, field.attname) for field in model.tracked_fields},
        )
        for row in rows
    )
    by_row = {version.id: version for version in kept}
    for field in model._history_m2m_fields:
        _keep_list(field, by_row, getattr(model, field.name).model)


def _keep_list(field: models.ManyToManyField, by_row: dict, model: type[models.Model]) -> None:
    own = field.m2m_field_name()
    links = field.remote_field.through._default_manager.filter(**{f"{own}__in": by_row}).values()
    model._default_manager.bulk_create(
        model(history=by_row[link[f"{own}_id"]], **link) for link in links
    )
