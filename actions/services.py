"""Verbs of the plan. Each is atomic, checks what it requires and writes the journal.

A refused move raises ValidationError with a French message, keyed by the field at fault.
"""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.history import FieldChange
from actions.models import Action, OperationalObjective, Stake, StrategicObjective
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.french import french_date

PlanLevel = Stake | StrategicObjective | OperationalObjective


@transaction.atomic
def start(action: Action, *, by: User) -> None:
    _move(action, Action.Status.ONGOING, by=by, summary="Action lancée")


@transaction.atomic
def complete(action: Action, *, by: User) -> None:
    action.progress = 100
    action.is_blocked = False
    _move(action, Action.Status.DONE, by=by, summary="Action réalisée")


@transaction.atomic
def postpone(action: Action, *, to: date | None, reason: str, by: User) -> None:
    errors = {}
    if to is None:
        errors["to"] = "Indiquez la nouvelle date de fin."
    elif to < timezone.localdate():
        errors["to"] = "La nouvelle date est déjà passée."
    elif action.starts_on and to < action.starts_on:
        errors["to"] = "La nouvelle date précède le début de l’action."
    if not reason.strip():
        errors["reason"] = "Dites pourquoi l’action est reportée."
    if errors:
        raise ValidationError(errors)
    action.ends_on = to
    action.is_continuous = False
    _move(
        action,
        Action.Status.POSTPONED,
        by=by,
        reason=reason,
        summary=f"Action reportée au {french_date(to)}",
    )


@transaction.atomic
def abandon(action: Action, *, reason: str, by: User) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi l’action est abandonnée."})
    _move(action, Action.Status.ABANDONED, by=by, reason=reason, summary="Action abandonnée")


@transaction.atomic
def reopen(action: Action, *, reason: str, by: User) -> None:
    if not action.is_finished:
        raise ValidationError("Seule une action réalisée ou abandonnée se rouvre.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi l’action est rouverte."})
    _move(action, Action.Status.ONGOING, by=by, reason=reason, summary="Action rouverte")


def _move(action: Action, status: str, *, by: User, summary: str, reason: str = "") -> None:
    before = action.get_status_display()
    action.move_to(Action.Status(status))
    action.status_on, action.status_reason = timezone.localdate(), reason.strip()
    action.save()
    record(
        f"action.{status}",
        action,
        convention=action.convention,
        by=by,
        summary=summary + (f" : {reason.strip()}" if reason.strip() else ""),
        changes=[("Statut", before, action.get_status_display())],
    )


def record_saved(
    item: Action | PlanLevel,
    *,
    convention: Convention,
    by: User,
    created: bool,
    changes: Sequence[FieldChange] = (),
) -> None:
    """Journal of a form that was saved, with what it changed from and to."""
    if not created and not changes and isinstance(item, Action):
        return
    labels = dict.fromkeys(change.label for change in changes)
    what = f" : {', '.join(labels)}" if changes and not created else ""
    record(
        f"{item._meta.model_name}.{'created' if created else 'changed'}",
        item,
        convention=convention,
        by=by,
        summary=("Création" if created else "Modification") + (what or f" : {item}"),
        changes=[] if created else [change.in_words for change in changes],
    )


@transaction.atomic
def archive(item: Action | PlanLevel, *, convention: Convention, by: User) -> None:
    """Take a line out of the plan without losing it; refused while it has current lines below."""
    if _lines_below(item):
        raise ValidationError(
            "Archivez ou déplacez d’abord ce qui en dépend : "
            f"{item} contient encore des lignes du plan."
        )
    item.archived_at = timezone.now()
    item.save(update_fields=["archived_at"])
    _record_archiving("archived", f"Archivage : {item}", item, convention, by)


@transaction.atomic
def restore(item: Action | PlanLevel, *, convention: Convention, by: User) -> None:
    item.archived_at = None
    item.save(update_fields=["archived_at"])
    _record_archiving("restored", f"Retour au plan : {item}", item, convention, by)


def _record_archiving(verb, summary, item, convention, by):
    record(f"{item._meta.model_name}.{verb}", item, convention=convention, by=by, summary=summary)


def _lines_below(item: Action | PlanLevel) -> bool:
    match item:
        case Stake():
            return item.strategic_objectives.current().exists()
        case StrategicObjective():
            return item.operational_objectives.current().exists()
        case OperationalObjective():
            return item.actions.current().exists()
        case _:
            return False


def next_code(convention: Convention) -> str:
    """The next free « A-12 » of the convention."""
    numbers = [
        int(code.removeprefix("A-"))
        for code in convention.actions.filter(code__startswith="A-").values_list("code", flat=True)
        if code.removeprefix("A-").isdecimal()
    ]
    return f"A-{max(numbers, default=0) + 1:02d}"
