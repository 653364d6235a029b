"""Verbs of the bulk change: preview, make, undo."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.bulk.aspects import ASPECTS, Words, snapshot
from actions.history import remember, unversioned
from actions.models import Action, BulkChange, BulkLine
from actions.rights import can_edit_action
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.convention.rights import Access
from ctg.french import counted

NOT_MINE = "Votre organisme ne pilote pas cette action."
ARCHIVED = "Elle a été archivée entre-temps."
UNCHANGED = "Elle est déjà ainsi."


@dataclass(frozen=True)
class Wish:
    """What to change, in words, and the verbs that change one action."""

    summary: str
    verbs: tuple[Callable[[Action], None], ...]


@dataclass(frozen=True)
class Line:
    """What becomes of one action: changes in words, or the reasons why not."""

    action: Action
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    done: list[Line] = field(default_factory=list)
    refused: list[Line] = field(default_factory=list)
    change: BulkChange | None = None


def preview(convention: Convention, codes: Iterable[str], wish: Wish, *, access: Access, by: User):
    """The very change, made and taken back: what it says is what would happen."""
    with transaction.atomic():
        outcome = make(convention, codes, wish, access=access, by=by)
        transaction.set_rollback(True)
    outcome.change = None
    return outcome


@transaction.atomic
def make(
    convention: Convention,
    codes: Iterable[str],
    wish: Wish,
    *,
    access: Access,
    by: User,
    seen_at: datetime | None = None,
) -> Outcome:
    """Each action is changed whole or not at all; what is refused does not stop the others.

    With ``seen_at``, the instant of the preview, what somebody changed since is refused.
    """
    change = BulkChange.objects.create(convention=convention, summary=wish.summary, made_by=by)
    outcome, words = Outcome(change=change), Words(convention)
    actions = convention.actions.select_for_update().filter(code__in=list(codes))
    for action in actions.prefetch_related("partners__organization"):
        action.convention = convention
        try:
            before, after = _change(action, wish, access, seen_at)
        except ValidationError as refusal:
            outcome.refused.append(Line(action, refusals=refusal.messages))
            continue
        line = Line(action, changes=words.changes(before, after))
        BulkLine.objects.create(
            change=change, action=action, before=before, after=after, words=line.changes
        )
        outcome.done.append(line)
    if not outcome.done:
        change.delete()
        outcome.change = None
        return outcome
    done = counted(len(outcome.done), "action", "actions")
    _journal(change, "made", f"Changement groupé de {done} : {wish.summary}", by)
    return outcome


def _change(action: Action, wish: Wish, access: Access, seen_at: datetime | None):
    """The aspects that changed, before and after; ValidationError leaves the action as it was."""
    if action.archived_at:
        raise ValidationError(ARCHIVED)
    if not can_edit_action(access, action):
        raise ValidationError(NOT_MINE)
    if seen_at and action.updated_at > seen_at:
        raise ValidationError("Quelqu’un l’a modifiée depuis l’aperçu : relisez-la d’abord.")
    before = snapshot(action)
    with transaction.atomic():
        remember(action)
        with unversioned(action):
            for verb in wish.verbs:
                verb(action)
        after = snapshot(action)
        changed = [name for name in before if before[name] != after[name]]
        if not changed:
            raise ValidationError(UNCHANGED)
        action.save(update_fields=["updated_at"])
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


@transaction.atomic
def undo(change: BulkChange, *, by: User) -> list[BulkLine]:
    """Put back each aspect that nobody changed since; the lines where something was kept."""
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if change.undone_at:
        raise ValidationError("Ce changement est déjà annulé.")
    words = Words(change.convention)
    lines = change.lines.select_related("action__convention").select_for_update(of=("self",))
    for line in lines:
        _undo_line(line, words, by)
    change.undone_at, change.undone_by = timezone.now(), by
    change.save(update_fields=["undone_at", "undone_by"])
    _journal(change, "undone", f"Changement groupé annulé : {change.summary}", by)
    return [line for line in lines if line.kept]


def _undo_line(line: BulkLine, words: Words, by: User) -> None:
    action, now = line.action, snapshot(line.action)
    if action.archived_at:
        line.kept = ["L’action a été archivée depuis : elle reste ainsi."]
        line.save(update_fields=["kept"])
        return
    put_back = {}
    for name, after in line.after.items():
        if now[name] != after:
            line.kept.append(_kept(name, words.say(name, now[name]), "changé depuis"))
            continue
        try:
            with transaction.atomic(), unversioned(action):
                ASPECTS[name].put_back(action, line.before[name])
            put_back[name] = line.before[name]
        except ValidationError as refusal:
            action.refresh_from_db()
            line.kept.append(
                _kept(name, words.say(name, now[name]), " ".join(refusal.messages).rstrip("."))
            )
    line.save(update_fields=["kept"])
    if put_back:
        action.save(update_fields=["updated_at"])
        record(
            "action.bulk_undone",
            action,
            convention=action.convention,
            by=by,
            summary="Changement groupé annulé",
            changes=words.changes({name: now[name] for name in put_back}, put_back),
        )


def _kept(name: str, value: str, why: str) -> str:
    return f"{ASPECTS[name].label} : {why}, laissé tel quel ({value})."


def _journal(change: BulkChange, verb: str, summary: str, by: User) -> None:
    record(f"bulk_change.{verb}", change, convention=change.convention, by=by, summary=summary)
