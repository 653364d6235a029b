"""The versions of an action sheet: what changed from one to the next, and how to go back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from actions.models import Action
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.french import french_date

NOT_RESTORED = {"convention", "updated_at"}
CREATED, CHANGED, REMOVED = "+", "~", "-"  # as simple_history writes them


@dataclass(frozen=True)
class FieldChange:
    name: str
    label: str
    before: str
    after: str

    @property
    def in_words(self) -> tuple[str, str, str]:
        """As the journal keeps it."""
        return self.label, self.before, self.after


@dataclass(frozen=True)
class Version:
    pk: int
    at: datetime
    by: User | None
    before: int
    changes: list[FieldChange]


def remember(*actions: Action) -> None:
    """Keep the stored version of sheets that were loaded in bulk, before their first change."""
    keys = {action.pk for action in actions}
    known = Action.history.filter(id__in=keys).values_list("id", flat=True)
    if unknown := keys.difference(known):
        keep_versions(list(Action.objects.filter(pk__in=unknown)), CREATED, by=None)


def keep_versions(
    rows: Sequence[models.Model], kind: str, *, by: User | None, at: datetime | None = None
) -> None:
    """One version of each row as it is in memory, with its lists as they are stored.

    Dated by ``at``, else by each row’s ``updated_at``; as many queries whatever the number of rows.
    """
    if not rows:
        return
    model = type(rows[0]).history.model  # type: ignore[attr-defined]
    kept = model.objects.bulk_create(
        model(
            history_date=at or row.updated_at,  # type: ignore[attr-defined]
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


def versions(action: Action, *, limit: int = 60) -> list[Version]:
    """Newest first; a version that changed nothing a person can read is left out.

    One save writes one record for the fields, then one for each changed list of communes,
    themes…, all with the same ``updated_at``: together they are one version.
    """
    records = action.history.select_related("history_user").order_by("-history_id")[:limit]
    saves = [next(save) for _, save in groupby(records, key=lambda record: record.updated_at)]
    found = [
        Version(
            new.history_id,
            new.history_date,
            new.history_user,
            old.history_id,
            changes_between(old, new),
        )
        for new, old in pairwise(saves)
    ]
    return [version for version in found if version.changes]


def changes_between(old, new) -> list[FieldChange]:
    """Two historical records of one action, in words."""
    delta = new.diff_against(old, excluded_fields=NOT_RESTORED, foreign_keys_are_objs=True)
    return [
        FieldChange(
            change.field,
            str(Action._meta.get_field(change.field).verbose_name),
            in_words(change.field, change.old),
            in_words(change.field, change.new),
        )
        for change in delta.changes
    ]


def in_words(name: str, value: Any) -> str:
    field = Action._meta.get_field(name)
    if isinstance(field, models.ManyToManyField):
        return ", ".join(str(_related(row, field)) for row in value) or "vide"
    if value in (None, ""):
        return "vide"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(field, models.DateField):
        return french_date(value)
    return str(dict(field.flatchoices).get(value, value))


def _related(row: dict, field: models.ManyToManyField):
    return row[field.m2m_reverse_field_name()]


@transaction.atomic
def restore_fields(action: Action, version, *, names: Sequence[str], by: User) -> list[str]:
    """Give the named fields the values they had in a historical record; labels of what changed.

    ValidationError when the old values no longer hold, a code taken since for instance. The
    status is not restored: it moves by its own verbs.
    """
    if not set(names) <= set(restorable_names()):
        raise ValidationError("Ce champ ne se rétablit pas depuis l’historique.")
    fields = [Action._meta.get_field(name) for name in names]
    lists = [field for field in fields if isinstance(field, models.ManyToManyField)]
    before = action.history.latest("history_id")
    for field in fields:
        if field not in lists:
            setattr(action, field.attname, getattr(version, field.attname))
    action.full_clean()
    action.save()
    for field in lists:
        _restore_list(action, field, version)
    changes = changes_between(before, action.history.latest("history_id"))
    labels = [change.label for change in changes]
    record(
        "action.restored_fields",
        action,
        convention=action.convention,
        by=by,
        summary=f"Rétabli tel qu’au {french_date(version.history_date)} : {', '.join(labels)}",
        changes=[change.in_words for change in changes],
    )
    return labels


def _restore_list(action, field, version):
    """What no longer exists is left out."""
    reverse = field.m2m_reverse_field_name()
    kept = list(getattr(version, field.name).values_list(f"{reverse}_id", flat=True))
    getattr(action, field.name).set(field.related_model.objects.filter(pk__in=kept))


def restorable_names() -> list[str]:
    return [
        field.name
        for field in [*Action._meta.fields, *Action._meta.many_to_many]
        if field.editable and not field.primary_key and field.name not in NOT_RESTORED
    ]
