"""A long import written by the worker: asked for, followed, done once.

All of it is one transaction: a worker that dies leaves nothing, and another begins again.
"""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django_tasks import TaskResultStatus, task
from django_tasks.signals import task_finished

from actions.exchange import services
from actions.models import PlanImport
from ctg.accounts.models import User

State = PlanImport.State
INTERRUPTED = "L’écriture s’est interrompue plusieurs fois : rien n’a été écrit."
UNEXPECTED = "Une erreur inattendue est survenue, elle est notée : rien n’a été écrit."
logger = logging.getLogger(__name__)


@transaction.atomic
def confirm_later(sent: PlanImport, *, by: User) -> None:
    """ValidationError unless it waits for this confirmation."""
    waiting = PlanImport.objects.filter(pk=sent.pk, state=State.DRAFT)
    if not waiting.update(state=State.QUEUED, failure="", applied_by=by):
        raise ValidationError("Cet import est déjà fait, ou abandonné.")
    transaction.on_commit(lambda: write_in_background.enqueue(sent.pk))


@task()
def write_in_background(import_id: int) -> None:
    """Raises what nobody foresaw, after noting it for the person."""
    if not _live(import_id).update(state=State.WRITING):
        return
    sent = PlanImport.objects.select_related("applied_by").get(pk=import_id)
    try:
        services.confirm(sent, by=sent.applied_by, waiting=PlanImport.LIVE)
    except ValidationError as refusal:
        _give_back(import_id, " ".join(refusal.messages))
    except Exception:
        logger.exception("Import %s", import_id)
        _give_back(import_id, UNEXPECTED)
        raise


def _live(import_id: int):
    return PlanImport.objects.filter(pk=import_id, state__in=PlanImport.LIVE)


def _give_back(import_id: int, failure: str) -> None:
    """To be read over and confirmed anew, or dropped."""
    _live(import_id).update(state=State.DRAFT, failure=failure, applied_by=None)


@receiver(task_finished)
def notice_the_dead(sender: Any, task_result: Any, **kwargs: Any) -> None:
    """A task given up because its workers died never reached its own end."""
    if task_result.task.func is write_in_background.func:
        if task_result.status == TaskResultStatus.FAILED:
            _give_back(task_result.args[0], INTERRUPTED)
