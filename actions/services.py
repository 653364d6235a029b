"""Verbs of the plan. Each is atomic, checks what it requires and writes the journal.

A refused move raises ValidationError with a French message, keyed by the field at fault.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.deeds import Deed
from actions.history.changes import FieldChange
from actions.models import (
    Action,
    OperationalObjective,
    Publication,
    Stake,
    StrategicObjective,
)
from actions.writing import write
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention, Organization

PlanLevel = Stake | StrategicObjective | OperationalObjective


def act(action: Action, verb: Callable[[Deed], None], *, by: User) -> None:
    """Do one deed and write it."""
    deed = Deed(action)
    verb(deed)
    write([deed], by=by)


def start(action: Action, *, by: User) -> None:
    act(action, Deed.start, by=by)


def complete(action: Action, *, by: User) -> None:
    act(action, Deed.complete, by=by)


def postpone(action: Action, *, to: date | None, reason: str, by: User) -> None:
    act(action, partial(Deed.postpone, to=to, reason=reason), by=by)


def abandon(action: Action, *, reason: str, by: User) -> None:
    act(action, partial(Deed.abandon, reason=reason), by=by)


def reopen(action: Action, *, reason: str, by: User) -> None:
    act(action, partial(Deed.reopen, reason=reason), by=by)


def name_pilot(action: Action, *, pilot: Organization, by: User) -> None:
    act(action, partial(Deed.name_pilot, pilot=pilot), by=by)


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
    """Take a line out of the plan without losing it; refused while it has current lines below.

    The public no longer reads it, even once it is back: that is decided again.
    """
    if _lines_below(item):
        raise ValidationError(
            "Archivez ou déplacez d’abord ce qui en dépend : "
            f"{item} contient encore des lignes du plan."
        )
    item.archived_at = timezone.now()
    item.save(update_fields=["archived_at"])
    if isinstance(item, Action):
        Publication.objects.filter(action=item).delete()
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
