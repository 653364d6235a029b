"""The archive in the background: asked for, followed, kept a while.

A worker may be killed and its task given to another: an archive that was cut short is begun anew.
"""

import hashlib
import logging
from functools import partial
from tempfile import TemporaryFile
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.signals import task_finished

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from governance.archive.writing import write_archive
from governance.frozen.files import discard
from governance.models import Archive

INTERRUPTED = "La préparation s’est interrompue plusieurs fois ; le support en est averti."
State = Archive.State
logger = logging.getLogger(__name__)


class Superseded(Exception):
    """Another request took the place of this one."""


@transaction.atomic
def request_archive(convention: Convention, *, by: User) -> Archive:
    """ValidationError while one is being made."""
    Convention.objects.select_for_update().get(pk=convention.pk)
    live = convention.archives.live()
    if any(archive.is_running for archive in live):
        raise ValidationError("C’est déjà demandé : l’archive est en préparation.")
    live.update(state=State.FAILED, failure=INTERRUPTED)
    archive = Archive.objects.create(convention=convention, asked_by=by)
    record(
        "convention.archived",
        convention,
        convention=convention,
        by=by,
        summary="Archive de toute la convention demandée",
    )
    transaction.on_commit(partial(archive_in_background.enqueue, archive.pk))
    return archive


@task()
def archive_in_background(archive_id: int) -> None:
    """Raises what went wrong, after noting it for the person: the task is said failed too."""
    live = Archive.objects.live().filter(pk=archive_id)
    if not live.update(state=State.RUNNING, heard_at=timezone.now()):
        return
    archive = Archive.objects.select_related("convention__epci", "convention__caf").get(
        pk=archive_id
    )
    try:
        _make(archive)
    except Superseded:
        return
    except Exception as error:
        logger.exception("Archive %s", archive_id)
        _say_failed(archive_id, _said(error))
        raise


def _make(archive: Archive) -> None:
    convention = archive.convention
    name = f"archive-{convention.slug}-{timezone.localdate():%Y-%m-%d}-{archive.pk}.zip"
    with TemporaryFile() as made:
        write_archive(convention, made, on_progress=partial(_progress, archive.pk))
        archive.size = made.tell()
        made.seek(0)
        archive.sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        made.seek(0)
        archive.file.save(name, File(made), save=False)
    try:
        _finish(archive)
    except BaseException:
        archive.file.storage.delete(archive.file.name)
        raise
    for older in convention.archives.ready().filter(pk__lt=archive.pk):
        discard(older)


def _progress(archive_id: int, done: int, total: int) -> None:
    running = Archive.objects.filter(pk=archive_id, state=State.RUNNING)
    if not running.update(done=done, total=total, heard_at=timezone.now()):
        raise Superseded


@transaction.atomic
def _finish(archive: Archive) -> None:
    running = Archive.objects.filter(pk=archive.pk, state=State.RUNNING)
    if not running.update(state=State.DONE, heard_at=timezone.now()):
        raise Superseded
    archive.save(update_fields=["file", "size", "sha256"])


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"Le serveur n’a pas pu écrire l’archive : {error.strerror or error}."
    return "Une erreur inattendue est survenue ; elle est notée."


def _say_failed(archive_id: int, failure: str) -> None:
    Archive.objects.live().filter(pk=archive_id).update(state=State.FAILED, failure=failure)


@receiver(task_finished)
def notice_the_dead(sender: Any, task_result: Any, **kwargs: Any) -> None:
    """A task given up because its workers died never reached its own end."""
    if task_result.task.func is archive_in_background.func:
        if task_result.status == TaskResultStatus.FAILED:
            _say_failed(task_result.args[0], INTERRUPTED)


def discard_expired() -> int:
    """The archives asked for too long ago; how many."""
    expired = list(Archive.objects.expired())
    for archive in expired:
        discard(archive)
    return len(expired)
