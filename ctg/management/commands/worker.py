from django_tasks_db.management.commands import db_worker

from ctg.operations.models import WorkerBeat
from ctg.operations.worker import Heart


class Command(db_worker.Command):
    help = "Exécute les tâches de fond, reprend celles d’un processus mort, lance celles du jour."

    def handle(self, *, worker_id: str, **options) -> None:
        heart = Heart(worker_id)
        heart.beat_once()
        heart.start()
        try:
            super().handle(worker_id=worker_id, **options)
        finally:
            heart.stop()
            WorkerBeat.objects.filter(worker_id=worker_id).delete()
