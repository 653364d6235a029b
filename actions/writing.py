"""Write deeds: fields, links, one version of each sheet, the journal.

A thousand deeds that change alike take as many queries as one.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from actions.deeds import Deed
from actions.history.keeping import CHANGED, CREATED, keep_versions, remember
from actions.models import Action, ActionPartner
from ctg.accounts.models import User
from ctg.convention.journal import journal_line
from ctg.convention.models import JournalEntry, Organization


@transaction.atomic
def write(deeds: Sequence[Deed], *, by: User) -> None:
    """What changed of each; a deed that changed nothing leaves no trace."""
    deeds = [deed for deed in deeds if deed.changed_fields or deed.changed_links]
    of_sheets = [deed for deed in deeds if deed.changes_sheet]
    remember(*(deed.action for deed in of_sheets))
    _write_fields(of_sheets)
    for name in sorted(set().union(*(deed.changed_links for deed in deeds))):
        concerned = [deed for deed in deeds if name in deed.changed_links]
        if name == "pilot":
            _write_pilots(concerned, by)
        else:
            _write_links(name, concerned)
        for deed in concerned:
            _forget_loaded(deed.action, "partners" if name == "pilot" else name)
    keep_versions([deed.action for deed in of_sheets], CHANGED, by=by)
    JournalEntry.objects.bulk_create(
        journal_line(
            entry.verb,
            deed.action,
            convention=deed.action.convention,
            by=by,
            summary=entry.summary,
            changes=entry.changes,
        )
        for deed in deeds
        for entry in deed.entries
    )


def _forget_loaded(action: Action, name: str) -> None:
    getattr(action, "_prefetched_objects_cache", {}).pop(name, None)


def _write_fields(deeds: Sequence[Deed]) -> None:
    now = timezone.now()
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for deed in deeds:
        deed.action.updated_at = now
        alike[tuple(sorted(deed.changed_fields.items()))].append(deed.action.pk)
    for values, keys in alike.items():
        Action.objects.filter(pk__in=keys).update(**dict(values), updated_at=now)


def _write_links(name: str, deeds: Sequence[Deed]) -> None:
    """Rows of the table between actions and what ``name`` leads to."""
    relation: Any = Action._meta.get_field(name)
    through = getattr(relation, "through", None) or relation.remote_field.through
    action, other = _ends_of(through)
    gone, new = defaultdict(list), []
    for deed in deeds:
        before, after = set(deed.links_before[name]), set(deed.links[name])
        for row in before - after:
            gone[row.pk].append(deed.action.pk)
        new += [through(**{action: deed.action.pk, other: row.pk}) for row in after - before]
    for key, actions in gone.items():
        through._default_manager.filter(**{other: key, f"{action}__in": actions}).delete()
    through._default_manager.bulk_create(new, ignore_conflicts=True)


def _ends_of(through: type[models.Model]) -> tuple[str, str]:
    """The columns that lead to the action and to the other end."""
    links = [field for field in through._meta.fields if field.remote_field]
    action = next(field for field in links if field.related_model is Action)
    other = next(field for field in links if field is not action)
    return action.attname, other.attname


def _write_pilots(deeds: Sequence[Deed], by: User) -> None:
    role = ActionPartner.Role.PILOT
    keys = [deed.action.pk for deed in deeds]
    present = {p.action_id: p for p in ActionPartner.objects.filter(action__in=keys, role=role)}
    new, changed, gone = [], defaultdict(list), []
    for deed in deeds:
        partner, pilots = present.get(deed.action.pk), deed.links["pilot"]
        if not pilots:
            gone += [partner] if partner else []
        elif partner:
            changed[pilots[0]].append(partner)
        else:
            new.append(ActionPartner(action=deed.action, organization=pilots[0], role=role))
    _keep(ActionPartner.objects.bulk_create(new), CREATED, by)
    for organization, partners in changed.items():
        _repoint(partners, organization)
        _keep(partners, CHANGED, by)
    ActionPartner.objects.filter(pk__in=[partner.pk for partner in gone]).delete()


def _repoint(partners: Sequence[ActionPartner], organization: Organization) -> None:
    keys = [partner.pk for partner in partners]
    ActionPartner.objects.filter(pk__in=keys).update(organization=organization)
    for partner in partners:
        partner.organization = organization


def _keep(partners: Sequence[ActionPartner], kind: str, by: User) -> None:
    now = timezone.now()
    keep_versions(partners, kind, by=by, at=lambda _: now)
