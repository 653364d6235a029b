"""Verbs of the publication: an action is shown to the public, or no longer is.

Each takes thousands of actions in a few queries.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from actions.models import Action, Publication
from ctg.accounts.models import User
from ctg.convention.journal import journal_line
from ctg.convention.models import JournalEntry


@transaction.atomic
def publish(actions: Iterable[Action], *, by: User) -> int:
    """How many were not public before. ValidationError, nothing done, if one is archived."""
    actions = list(actions)
    for action in actions:
        if action.archived_at:
            raise ValidationError(f"{action.code} est archivée : elle ne se publie pas.")
    known = _public(actions)
    new = [action for action in actions if action.pk not in known]
    Publication.objects.bulk_create(Publication(action=one, published_by=by) for one in new)
    _journal("action.published", "Action publiée pour le public", new, by)
    return len(new)


@transaction.atomic
def unpublish(actions: Iterable[Action], *, by: User) -> int:
    """How many were public; twice is once."""
    actions = list(actions)
    known = _public(actions)
    gone = [action for action in actions if action.pk in known]
    Publication.objects.filter(action__in=gone).delete()
    _journal("action.unpublished", "Action retirée des pages publiques", gone, by)
    return len(gone)


def _public(actions: list[Action]) -> set[int]:
    shown = Publication.objects.select_for_update().filter(action__in=actions)
    return set(shown.values_list("action", flat=True))


def _journal(verb: str, summary: str, actions: list[Action], by: User) -> None:
    JournalEntry.objects.bulk_create(
        journal_line(verb, action, convention=action.convention, by=by, summary=summary)
        for action in actions
    )
