"""Verbs of the bulk change: preview, make, undo."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.bulk.aspects import ASPECTS, Known, changed
from actions.deeds import Deed
from actions.models import Action, BulkChange, BulkLine
from actions.models.action import ActionQuerySet
from actions.rights import can_edit_action
from actions.writing import write
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.convention.rights import Access
from ctg.french import counted

NOT_MINE = "Votre organisme ne pilote pas cette action."
ARCHIVED = "Elle a été archivée entre-temps."
UNCHANGED = "Elle est déjà ainsi."
CHANGED_SINCE = "Quelqu’un l’a modifiée depuis l’aperçu : relisez-la d’abord."


@dataclass(frozen=True)
class Wish:
    """What to change, in words, and the verbs that change one action."""

    summary: str
    verbs: tuple[Callable[[Deed], None], ...]


@dataclass(frozen=True)
class Alike:
    """Actions of which the same becomes: changes in words, or the reasons why not."""

    said: tuple
    actions: list[Action] = field(default_factory=list)


@dataclass
class Outcome:
    deeds: list[Deed] = field(default_factory=list)
    refusals: list[tuple[Action, tuple[str, ...]]] = field(default_factory=list)
    done: list[Alike] = field(default_factory=list)
    change: BulkChange | None = None

    @property
    def refused(self) -> list[Alike]:
        return together((reasons, action) for action, reasons in self.refusals)


def preview(convention: Convention, codes: Iterable[str], wish: Wish, *, access: Access) -> Outcome:
    """The very deeds of the change, left unwritten."""
    outcome = _try(convention.actions.filter(code__in=list(codes)), convention, wish, access)
    lines = _lines(outcome.deeds, Known(convention))
    outcome.done = together((_said(line), line.action) for line in lines)
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
    actions = convention.actions.select_for_update().filter(code__in=list(codes))
    outcome = _try(actions, convention, wish, access, seen_at)
    if outcome.deeds:
        outcome.change = keep(convention, outcome.deeds, summary=wish.summary, by=by)
    return outcome


@transaction.atomic
def keep(convention: Convention, deeds: Sequence[Deed], *, summary: str, by: User) -> BulkChange:
    """Write deeds as one act, that can be undone as one."""
    change = BulkChange.objects.create(convention=convention, summary=summary, made_by=by)
    lines = _lines(deeds, Known(convention))
    for line in lines:
        line.change = change
    write(deeds, by=by)
    BulkLine.objects.bulk_create(lines)
    done = counted(len(deeds), "action", "actions")
    _journal(change, "made", f"Changement groupé de {done} : {summary}", by)
    return change


def _try(
    actions: ActionQuerySet,
    convention: Convention,
    wish: Wish,
    access: Access,
    seen_at: datetime | None = None,
) -> Outcome:
    outcome = Outcome()
    loaded = actions.prefetch_related("partners__organization", "themes", "communes", "committees")
    for action in loaded.order_by("code"):
        action.convention = convention
        try:
            outcome.deeds.append(_deed(action, wish, access, seen_at))
        except ValidationError as refusal:
            outcome.refusals.append((action, tuple(refusal.messages)))
    return outcome


def _deed(action: Action, wish: Wish, access: Access, seen_at: datetime | None) -> Deed:
    if action.archived_at:
        raise ValidationError(ARCHIVED)
    if not can_edit_action(access, action):
        raise ValidationError(NOT_MINE)
    if seen_at and action.updated_at > seen_at:
        raise ValidationError(CHANGED_SINCE)
    deed = Deed(action)
    for verb in wish.verbs:
        verb(deed)
    if not changed(deed):
        raise ValidationError(UNCHANGED)
    return deed


def _lines(deeds: Iterable[Deed], known: Known) -> list[BulkLine]:
    """Not written yet, and of no change yet."""
    lines = []
    for deed in deeds:
        aspects = changed(deed)
        before = {name: ASPECTS[name].before(deed) for name in aspects}
        after = {name: ASPECTS[name].after(deed) for name in aspects}
        words = known.changes(before, after)
        lines.append(BulkLine(action=deed.action, before=before, after=after, words=words))
    return lines


def together(pairs: Iterable[tuple[tuple, Action]]) -> list[Alike]:
    """(what is said, action) by what is said, the most frequent first."""
    alike: dict[tuple, Alike] = {}
    for said, action in pairs:
        alike.setdefault(said, Alike(said)).actions.append(action)
    return sorted(alike.values(), key=lambda found: -len(found.actions))


def _said(line: BulkLine) -> tuple:
    return tuple(tuple(change) for change in line.words)


@transaction.atomic
def undo(change: BulkChange, *, by: User) -> list[BulkLine]:
    """Put back each aspect that nobody changed since; the lines where something was kept."""
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    if change.undone_at:
        raise ValidationError("Ce changement est déjà annulé.")
    known = Known(change.convention)
    lines = list(change.lines.select_for_update(of=("self",)))
    deeds = _undoing(change, lines, known)
    write(deeds, by=by)
    kept = [line for line in lines if line.kept]
    BulkLine.objects.bulk_update(kept, ["kept"], batch_size=200)
    change.undone_at, change.undone_by = timezone.now(), by
    change.save(update_fields=["undone_at", "undone_by"])
    _journal(change, "undone", f"Changement groupé annulé : {change.summary}", by)
    return kept


def _undoing(change: BulkChange, lines: Iterable[BulkLine], known: Known) -> list[Deed]:
    actions = (
        change.convention.actions.select_for_update(of=("self",))
        .filter(bulk_lines__change=change)
        .prefetch_related("partners__organization", "themes", "communes", "committees")
        .in_bulk()
    )
    deeds = []
    for line in lines:
        action = actions[line.action_id]
        action.convention = change.convention
        if action.archived_at:
            line.kept = ["L’action a été archivée depuis : elle reste ainsi."]
        else:
            deeds.append(_undo_line(line, Deed(action), known))
    return deeds


def _undo_line(line: BulkLine, deed: Deed, known: Known) -> Deed:
    now = {name: ASPECTS[name].after(deed) for name in line.after}
    back = [name for name in line.after if now[name] == line.after[name]]
    line.kept = [
        f"{ASPECTS[name].label} : changé depuis, laissé tel quel ({known.say(name, now[name])})."
        for name in line.after
        if name not in back
    ]
    for name in back:
        known.put_back(deed, name, line.before[name])
    if back:
        changes = known.changes({n: now[n] for n in back}, {n: line.before[n] for n in back})
        deed.say("action.bulk_undone", "Changement groupé annulé", *changes)
    return deed


def _journal(change: BulkChange, verb: str, summary: str, by: User) -> None:
    record(f"bulk_change.{verb}", change, convention=change.convention, by=by, summary=summary)
