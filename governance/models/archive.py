from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.models import Convention


class ArchiveQuerySet(models.QuerySet):
    def live(self):
        return self.filter(state__in=Archive.LIVE)

    def ready(self):
        return self.filter(state=Archive.State.DONE)

    def expired(self):
        return self.filter(asked_at__lt=timezone.now() - Archive.KEPT)


class Archive(models.Model):
    """The whole convention as one file: asked for, made in the background, kept for a while."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "prête"
        FAILED = "failed", "échouée"

    LIVE = (State.WAITING, State.RUNNING)
    PATIENCE = timedelta(minutes=15)
    KEPT = timedelta(days=7)

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="archives")
    state = models.CharField("état", max_length=9, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField("demandée le", default=timezone.now)
    asked_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, verbose_name="demandée par"
    )
    heard_at = models.DateTimeField("dernières nouvelles", default=timezone.now)
    done = models.PositiveIntegerField("parties prêtes", default=0)
    total = models.PositiveIntegerField("parties", default=0)
    failure = models.TextField("motif de l’échec", blank=True)
    file = models.FileField("fichier", upload_to="archives/", blank=True)
    size = models.PositiveBigIntegerField("taille (octets)", default=0)
    sha256 = models.CharField("empreinte", max_length=64, blank=True)

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = "archive"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention"],
                condition=Q(state__in=["waiting", "running"]),
                name="archive_one_at_a_time",
                violation_error_message="Une archive est déjà en préparation.",
            )
        ]

    def __str__(self):
        return f"Archive du {timezone.localtime(self.asked_at):%d/%m/%Y}"

    @property
    def is_running(self):
        """After a while without news, one may ask again."""
        return self.state in self.LIVE and timezone.now() - self.heard_at < self.PATIENCE

    @property
    def is_lost(self):
        return self.state in self.LIVE and not self.is_running

    @property
    def share(self) -> int:
        """Whole percents of the parts that are ready."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def kept_until(self):
        return self.asked_at + self.KEPT
