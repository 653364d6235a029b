"""Verbs of an import: receive a file, explain its words, confirm, drop, undo."""

import json
from collections.abc import Collection, Mapping
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from actions import services
from actions.exchange import aspects
from actions.exchange.lines import CHANGED, CREATED, Proposals
from actions.exchange.outline import row_of
from actions.exchange.preview import as_data
from actions.exchange.proposals import propose
from actions.exchange.reading.workbook import read_plan
from actions.exchange.wording import label_of
from actions.exchange.writing import Writer
from actions.history.keeping import remember
from actions.models import Action, Correspondence, PlanImport
from actions.overlaps.services import look_for_later
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.french import counted
from ctg.spreadsheets import Unreadable, read_workbook

State = PlanImport.State
MOVED = "Le plan a changé depuis cet aperçu : il est refait ci-dessous. Relisez-le, puis confirmez."


def look(convention: Convention, file: IO[bytes], name: str) -> tuple[dict[str, Any], Proposals]:
    """What the file would do; nothing is written. ValidationError when it cannot be read."""
    said: dict[str, dict[str, str]] = {kind: {} for kind in Correspondence.Kind}
    for one in convention.correspondences.all():
        said[one.kind][one.said] = one.meant
    try:
        grids = read_workbook(file, name)
    except Unreadable as refusal:
        raise ValidationError(str(refusal)) from refusal
    communes = convention.communes.values_list("name", flat=True)
    reading = read_plan(grids, said[Correspondence.Kind.COLUMN], communes)
    proposals = propose(convention, reading, said)
    return as_data(reading, proposals), proposals


@transaction.atomic
def receive(convention: Convention, file: IO[bytes], name: str, *, by: User | None) -> PlanImport:
    data, _ = look(convention, file, name)
    file.seek(0)
    sent = PlanImport(convention=convention, name=name[-200:], sent_by=by, preview=data)
    sent.file.save(f"plan.{name.rpartition('.')[2].lower()}", File(file), save=False)
    sent.save()
    return sent


@transaction.atomic
def explain(sent: PlanImport, meanings: Mapping[tuple[str, str], str]) -> PlanImport:
    """Remember what words of the file mean, (kind, said) → meant, and look again."""
    for (kind, said), meant in meanings.items():
        if meant:
            Correspondence.objects.update_or_create(
                convention=sent.convention, kind=kind, said=said[:200], defaults={"meant": meant}
            )
        else:
            sent.convention.correspondences.filter(kind=kind, said=said).delete()
    return look_again(sent)


def look_again(sent: PlanImport) -> PlanImport:
    with sent.file.open("rb") as file:
        sent.preview, _ = look(sent.convention, file, sent.name)
    sent.save(update_fields=["preview"])
    return sent


def confirm(
    sent: PlanImport, *, by: User | None, waiting: Collection[str] = (State.DRAFT,)
) -> PlanImport:
    """Write the whole import, or nothing. ValidationError when the plan moved since the preview."""
    with transaction.atomic():
        sent = PlanImport.objects.select_for_update().get(pk=sent.pk)
        _require_state(sent, waiting, "Cet import est déjà fait, ou abandonné.")
        with sent.file.open("rb") as file:
            data, proposals = look(sent.convention, file, sent.name)
        agreed = json.loads(json.dumps(data, cls=DjangoJSONEncoder)) == sent.preview
        if agreed:
            _write(sent, proposals, by)
    if not agreed:
        look_again(sent)
        raise ValidationError(MOVED)
    return sent


def _write(sent: PlanImport, proposals: Proposals, by: User | None) -> None:
    writer = Writer(sent.convention, by=by, source=sent.name)
    writer.write(proposals)
    sent.written = {"created": dict(writer.created), "changed": writer.changed}
    sent.state, sent.applied_at, sent.applied_by = State.APPLIED, timezone.now(), by
    sent.failure = ""
    sent.save()
    counts = proposals.counts
    said = (
        f"Import de « {sent.name} » : "
        f"{counted(counts[CREATED], 'action créée', 'actions créées')}, "
        f"{counted(counts[CHANGED], 'modifiée', 'modifiées')}"
    )
    record("plan_import.applied", sent, convention=sent.convention, by=by, summary=said)
    look_for_later(sent.convention)


@transaction.atomic
def drop(sent: PlanImport, *, by: User | None) -> None:
    sent = PlanImport.objects.select_for_update().get(pk=sent.pk)
    waiting = (State.DRAFT, State.QUEUED)
    _require_state(sent, waiting, "Cet import n’attend plus de confirmation.")
    sent.state = State.DROPPED
    sent.save(update_fields=["state"])


@transaction.atomic
def undo(sent: PlanImport, *, by: User | None) -> PlanImport:
    """Archive what the import created, put back what it changed; what moved since is kept."""
    sent = PlanImport.objects.select_for_update().get(pk=sent.pk)
    _require_state(sent, (State.APPLIED,), "Seul un import fait s’annule.")
    sent.kept = [
        *_archive_actions(sent, by),
        *(said for change in sent.written["changed"] for said in _put_back(sent, change, by)),
        *_archive_levels(sent, by),
    ]
    sent.state, sent.undone_at, sent.undone_by = State.UNDONE, timezone.now(), by
    sent.save()
    said = f"Import annulé : « {sent.name} »"
    record("plan_import.undone", sent, convention=sent.convention, by=by, summary=said)
    return sent


def _require_state(sent: PlanImport, states: Collection[str], refusal: str) -> None:
    if sent.state not in states:
        raise ValidationError(refusal)


def _archive_actions(sent: PlanImport, by: User | None) -> list[str]:
    kept = []
    created = sent.written["created"].get("action", [])
    for action in sent.convention.actions.filter(pk__in=created, archived_at=None):
        if action.updated_at > sent.applied_at:
            kept.append(f"{action} : modifiée depuis, elle reste au plan.")
        elif action.contributions.exists():
            kept.append(f"{action} : des contributions y répondent, elle reste au plan.")
        else:
            services.archive(action, convention=sent.convention, by=by)
    return kept


def _archive_levels(sent: PlanImport, by: User | None) -> list[str]:
    kept = []
    for level in ("operational_objective", "strategic_objective", "stake"):
        created = sent.written["created"].get(level, [])
        for row in row_of(level).objects.filter(pk__in=created, archived_at=None):
            try:
                services.archive(row, convention=sent.convention, by=by)
            except ValidationError:
                kept.append(f"{row} : des lignes du plan en dépendent encore, il reste.")
    return kept


def _put_back(sent: PlanImport, change: dict[str, Any], by: User | None) -> list[str]:
    action = Action.objects.get(pk=change["pk"])
    now = {key: aspects.read(action, key) for key in change["after"]}
    same = {key: now[key] for key in now if now[key] == change["after"][key]}
    kept = [
        f"{action} : « {label_of(key)} » a changé depuis et reste ainsi."
        for key in now.keys() - same.keys()
    ]
    back = {key: change["before"][key] for key in same}
    if back and not action.archived_at:
        remember(action)
        try:
            with transaction.atomic():
                aspects.put_all(action, back)
        except ValidationError as refusal:
            return [*kept, f"{action} : {' '.join(refusal.messages)}"]
        record(
            "action.import_undone",
            action,
            convention=sent.convention,
            by=by,
            summary=f"Import annulé : {', '.join(map(label_of, back))}",
        )
    return kept
