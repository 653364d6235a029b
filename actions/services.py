"""Verbs of the plan. Each is atomic, checks what it requires and writes the journal.

A refused move raises ValidationError with a French message, keyed by the field at fault.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from actions.history import FieldChange
from actions.models import (
    Action,
    ActionPartner,
    OperationalObjective,
    Stake,
    StrategicObjective,
)
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Commune, Convention, Organization, Theme
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


@transaction.atomic
def name_pilot(action: Action, *, pilot: Organization, by: User) -> None:
    """The one who piloted before no longer does; other roles are left as they are."""
    former = action.partners.filter(role=ActionPartner.Role.PILOT).first()
    if former and former.organization_id == pilot.pk:
        return
    before = str(former.organization) if former else "vide"
    partner = former or ActionPartner(action=action, role=ActionPartner.Role.PILOT)
    partner.organization = pilot
    partner.save()
    action.save(update_fields=["updated_at"])
    _record_changes(action, [("Pilote", before, str(pilot))], by)


@transaction.atomic
def retheme(action: Action, *, add: Iterable[Theme], remove: Iterable[Theme], by: User) -> None:
    before = list(action.themes.all())
    kept = [theme for theme in before if theme not in remove]
    themes = [*kept, *(theme for theme in add if theme not in kept)]
    if set(themes) != set(before):
        action.save(update_fields=["updated_at"])
        action.themes.set(themes)
        _record_changes(action, [("Thématiques", _names(before), _names(themes))], by)


@transaction.atomic
def resite(action: Action, *, add: Iterable[Commune], remove: Iterable[Commune], by: User) -> None:
    """Naming communes makes of an action for the whole territory one for these communes."""
    before, scope = list(action.communes.all()), action.scope
    kept = [commune for commune in before if commune not in remove]
    communes = [*kept, *(commune for commune in add if commune not in kept)]
    if scope == Action.Scope.TERRITORY and not add:
        raise ValidationError("Elle porte sur tout le territoire : aucune commune à retirer.")
    if not communes:
        raise ValidationError("Il ne lui resterait aucune commune.")
    if set(communes) == set(before) and scope == Action.Scope.COMMUNES:
        return
    action.scope = Action.Scope.COMMUNES
    action.save(update_fields=["scope", "updated_at"])
    action.communes.set(communes)
    said = "tout le territoire" if scope == Action.Scope.TERRITORY else _names(before)
    _record_changes(action, [("Communes", said, _names(communes))], by)


@transaction.atomic
def redate(action: Action, *, starts_on: date | None, ends_on: date | None, by: User) -> None:
    """A date that is not given stays as it is."""
    before = _dates(action)
    action.starts_on = starts_on or action.starts_on
    if ends_on:
        action.ends_on, action.is_continuous = ends_on, False
    if _dates(action) == before:
        return
    action.validate_constraints()
    action.save(update_fields=["starts_on", "ends_on", "is_continuous", "updated_at"])
    _record_changes(action, [("Dates", before, _dates(action))], by)


def _dates(action: Action) -> str:
    start, end = (french_date(on) if on else "vide" for on in (action.starts_on, action.ends_on))
    return f"du {start} au {end}" if not action.is_continuous else f"à partir du {start}, continue"


def _names(rows: Iterable[models.Model]) -> str:
    return ", ".join(str(row) for row in rows) or "vide"


def _record_changes(action: Action, changes: list[tuple[str, str, str]], by: User) -> None:
    summary = f"Modification : {', '.join(label for label, _, _ in changes)}"
    record(
        "action.changed",
        action,
        convention=action.convention,
        by=by,
        summary=summary,
        changes=changes,
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
