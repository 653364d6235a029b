"""Verbs of the publication: an action is shown to the public, or no longer is."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from actions.models import Action, Publication
from ctg.accounts.models import User
from ctg.convention.journal import record


@transaction.atomic
def publish(actions: Iterable[Action], *, by: User) -> int:
    """How many were not public before. ValidationError, nothing done, if one is archived."""
    count = 0
    for action in actions:
        if action.archived_at:
            raise ValidationError(f"{action.code} est archivée : elle ne se publie pas.")
        _, is_new = Publication.objects.get_or_create(action=action, defaults={"published_by": by})
        if is_new:
            _journal("action.published", "Action publiée pour le public", action, by)
            count += 1
    return count


@transaction.atomic
def unpublish(actions: Iterable[Action], *, by: User) -> int:
    """How many were public; twice is once."""
    count = 0
    for action in actions:
        deleted, _ = Publication.objects.filter(action=action).delete()
        if deleted:
            _journal("action.unpublished", "Action retirée des pages publiques", action, by)
            count += 1
    return count


def _journal(verb: str, summary: str, action: Action, by: User) -> None:
    record(verb, action, convention=action.convention, by=by, summary=summary)
