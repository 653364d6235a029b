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
from ctg.mail.models import Message
from ctg.operations.models import Backup, WorkerBeat

BACKUP_EVERY = timedelta(days=2)
WAITING_TOO_LONG = timedelta(minutes=10)
ENOUGH_SPACE = 1_000_000_000  # bytes


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
    sent = Message.objects.exclude(sent_at=None).order_by("sent_at").last()
    week = timezone.now() - timedelta(days=7)
    given_up = Message.objects.failed().filter(failed_at__gt=week).count()
    struggling = Message.objects.waiting().filter(attempts__gt=0).count()
    last = f"Dernier envoi le {french_moment(sent.sent_at)}" if sent else "Aucun envoi encore"
    return Check(
        "Courriels",
        not (given_up or struggling),
        f"{last} ; {counted(struggling, 'nouvel essai en attente', 'nouveaux essais en attente')}, "
        f"{counted(given_up, 'courriel abandonné', 'courriels abandonnés')} en sept jours.",
        "Le serveur de courrier refuse des messages : vérifiez EMAIL_URL et les adresses.",
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
