from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from ctg.accounts.models import User
from ctg.convention.models import Convention, JournalEntry


def record(verb: str, target: models.Model, **said: Any) -> JournalEntry:
    """Write one line of the journal; takes what journal_line() takes."""
    line = journal_line(verb, target, **said)
    line.save(force_insert=True)
    return line


def journal_line(
    verb: str,
    target: models.Model,
    *,
    convention: Convention,
    by: User | None,
    summary: str,
    **data: Any,
) -> JournalEntry:
    """To be written with others; ``by`` is None when the system acted by schedule."""
    return JournalEntry(
        convention=convention,
        by=by,
        verb=verb,
        summary=summary,
        data=data,
        target_type=ContentType.objects.get_for_model(target),
        target_id=target.pk,
    )


def entries_about(target: models.Model) -> models.QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(
        target_type=ContentType.objects.get_for_model(target), target_id=target.pk
    )
