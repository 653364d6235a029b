"""What a worker does besides its tasks: give a sign of life, relieve the dead, start the day."""

from datetime import date, timedelta
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from ctg.operations.models import DailyRun, WorkerBeat

TRIES = 3


class WorkerDied(Exception):
    """The process that ran the task disappeared, several times over."""


def beat(worker_id: str) -> None:
    WorkerBeat.objects.update_or_create(worker_id=worker_id, defaults={"at": timezone.now()})
    WorkerBeat.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()


@transaction.atomic
def relieve_the_dead() -> int:
    """Give back to the queue the tasks of workers that beat no more; how many.

    A task that outlived ``TRIES`` workers is failed instead, as if it had raised WorkerDied.
    """
    alive = set(WorkerBeat.objects.alive().values_list("worker_id", flat=True))
    running = DBTaskResult.objects.running().select_for_update(skip_locked=True)
    orphans = [task for task in running if not alive.intersection(task.worker_ids[-1:])]
    for orphan in orphans:
        if len(orphan.worker_ids) < TRIES:
            orphan.status = TaskResultStatus.READY
            orphan.started_at = None
            orphan.save(update_fields=["status", "started_at"])
        else:
            orphan.set_failed(WorkerDied(f"{TRIES} essais interrompus"))
            task_finished.send(type(orphan.task.get_backend()), task_result=orphan.task_result)
    return len(orphans)


def start_the_day() -> None:
    """Enqueue each daily task whose hour has come, once a day however many workers ask."""
    now = timezone.localtime()
    for path, hour in settings.DAILY_TASKS.items():
        if now.hour >= hour:
            _enqueue_once(path, now.date())


@transaction.atomic
def _enqueue_once(path: str, today: date) -> None:
    """A day still to come is one that a wrong clock wrote: the task would be skipped until then."""
    DailyRun.objects.get_or_create(task_path=path, defaults={"on": date.min})
    if DailyRun.objects.filter(task_path=path).exclude(on=today).update(on=today):
        import_string(path).enqueue()


class Heart(Thread):
    """Beats beside the tasks, which may be long, until the process ends."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(daemon=True, name="heart")
        self.worker_id = worker_id
        self.stopped = Event()

    def run(self) -> None:
        while not self.stopped.wait(settings.WORKER_SILENCE.total_seconds() / 6):
            self.beat_once()
        connection.close()

    def beat_once(self) -> None:
        """A database that is away for a moment is found again at the next beat."""
        try:
            close_old_connections()
            beat(self.worker_id)
            relieve_the_dead()
            start_the_day()
        except DatabaseError:
            connection.close()

    def stop(self) -> None:
        self.stopped.set()
        self.join()
