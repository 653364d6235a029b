from django.conf import settings
from django.db import models
from django.utils import timezone


class WorkerBeatQuerySet(models.QuerySet):
    def alive(self):
        """Heard of lately; a sign from the future is of a clock that was wrong."""
        now, silence = timezone.now(), settings.WORKER_SILENCE
        return self.filter(at__range=(now - silence, now + silence))


class WorkerBeat(models.Model):
    """The last sign of life of one worker process."""

    worker_id = models.CharField("processus", max_length=64, primary_key=True)
    at = models.DateTimeField("dernier signe de vie")

    objects = WorkerBeatQuerySet.as_manager()

    class Meta:
        verbose_name = "signe de vie"
        verbose_name_plural = "signes de vie"
        ordering = ["-at"]

    def __str__(self):
        return self.worker_id


class DailyRun(models.Model):
    """The last day on which a daily task was put in the queue."""

    task_path = models.CharField("tâche", max_length=200, primary_key=True)
    on = models.DateField("dernier jour")

    class Meta:
        verbose_name = "tâche quotidienne"
        verbose_name_plural = "tâches quotidiennes"
        ordering = ["task_path"]

    def __str__(self):
        return self.task_path


class Backup(models.Model):
    """A backup that was written whole: its file is kept elsewhere, by whoever runs the server."""

    at = models.DateTimeField("le", default=timezone.now)
    name = models.CharField("fichier", max_length=200)
    size = models.PositiveBigIntegerField("taille (octets)")
    sha256 = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "sauvegarde"
        ordering = ["-at"]
        get_latest_by = "at"

    def __str__(self):
        return self.name
