"""Is everything in order? Each check answers in words a project lead understands."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from ctg.french import counted, french_moment
from ctg.operations.models import Backup, WorkerBeat

BACKUP_EVERY = timedelta(days=2)
WAITING_TOO_LONG = timedelta(minutes=10)
ENOUGH_SPACE = 1_000_000_000  # bytes
MAIL_TASK = "ctg.emails.deliver"


@dataclass(frozen=True)
class Check:
    label: str
    is_fine: bool
    detail: str
    remedy: str = ""


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def worker() -> Check:
    alive = WorkerBeat.objects.alive().count()
    ready = DBTaskResult.objects.ready()
    late = ready.filter(enqueued_at__lt=timezone.now() - WAITING_TOO_LONG).count()
    detail = (
        f"{counted(alive, 'processus en marche', 'processus en marche')}, "
        f"{counted(ready.count(), 'tâche en attente', 'tâches en attente')}."
    )
    return Check(
        "Tâches de fond",
        bool(alive) and not late,
        detail,
        "Les courriels et les PDF attendent : relancez le service « worker ».",
    )


def mail() -> Check:
    """What became of the last message; a message that failed is tried again by hand."""
    messages = DBTaskResult.objects.filter(task_path=MAIL_TASK)
    last = messages.finished().order_by("-finished_at").first()
    if last is None:
        return Check("Courriels", True, "Aucun courriel n’est encore parti.")
    failed = messages.failed().filter(finished_at__gt=timezone.now() - timedelta(days=7)).count()
    return Check(
        "Courriels",
        last.status != "FAILED",
        f"Dernier envoi le {french_moment(last.finished_at)} ; "
        f"{counted(failed, 'échec', 'échecs')} en sept jours.",
        "Le serveur de courrier a refusé le dernier message : vérifiez EMAIL_URL.",
    )


def backup() -> Check:
    last = Backup.objects.order_by("at").last()
    if last is None:
        return Check("Sauvegarde", False, "Aucune.", "Programmez « manage.py backup » chaque nuit.")
    return Check(
        "Sauvegarde",
        timezone.now() - last.at < BACKUP_EVERY,
        f"{last.name}, le {french_moment(last.at)} ({filesizeformat(last.size)}).",
        "La dernière sauvegarde est ancienne : relancez « manage.py backup ».",
    )


def storage() -> Check:
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.MEDIA_ROOT).free
    return Check(
        "Espace disque",
        free > ENOUGH_SPACE,
        f"{filesizeformat(free)} libres pour les documents et les PDF.",
        "Libérez de la place : un bilan ne pourrait plus être publié.",
    )


CHECKS: tuple[Callable[[], Check], ...] = (worker, mail, backup, storage)
