from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ctg.accounts.models import User


class FrozenDocumentQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)


class FrozenDocument(models.Model):
    """Written, then published once: data, PDF and hash together, or none of them."""

    ALREADY_PUBLISHED: str
    JOURNAL: str  # what its verbs begin with
    renderings: Any

    edition = models.PositiveSmallIntegerField("édition", default=1, editable=False)
    correction_note = models.TextField("ce qui est corrigé", blank=True)
    data = models.JSONField("données figées", null=True, blank=True, editable=False)
    file = models.FileField("PDF publié", upload_to="bilans/", blank=True, editable=False)
    file_sha256 = models.CharField("empreinte du PDF", max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField("publié le", null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    objects = FrozenDocumentQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_published(self):
        return self.published_at is not None


def published_whole(name: str, message: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(
            published_at__isnull=True,
            published_by__isnull=True,
            data__isnull=True,
            file="",
            file_sha256="",
        )
        | (
            Q(published_at__isnull=False, published_by__isnull=False, data__isnull=False)
            & ~Q(file="")
            & ~Q(file_sha256="")
        ),
        violation_error_message=message,
    )


def _one_at_a_time(document: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[document, "purpose"],
        condition=Q(state__in=["waiting", "running"]),
        name=name,
        violation_error_message="Une mise en page est déjà en cours.",
    )


class RenderingQuerySet(models.QuerySet):
    def live(self):
        return self.filter(state__in=Rendering.LIVE)

    def with_document(self):
        conventions = (
            f"{document}__convention__{organization}"
            for document in ("review", "evaluation")
            for organization in ("epci", "caf")
        )
        return self.select_related("asked_by", *conventions)


class Rendering(models.Model):
    """A file being made in the background: what was asked, how far it is, what became of it."""

    class Purpose(models.TextChoices):
        DRAFT = "draft", "projet"
        PUBLICATION = "publication", "publication"
        SHEETS = "sheets", "actions une à une"
        ARCHIVE = "archive", "édition pour les archives"
        COMMUNES = "communes", "extraits des communes"

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "terminée"
        FAILED = "failed", "échouée"
        CANCELLED = "cancelled", "annulée"

    LIVE = (State.WAITING, State.RUNNING)
    PATIENCE = timedelta(minutes=15)

    review = models.ForeignKey(
        "governance.AnnualReview", models.CASCADE, related_name="renderings", null=True
    )
    evaluation = models.ForeignKey(
        "governance.FinalEvaluation", models.CASCADE, related_name="renderings", null=True
    )
    purpose = models.CharField("usage", max_length=11, choices=Purpose)
    state = models.CharField("état", max_length=9, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField("demandée le", default=timezone.now)
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="demandée par"
    )
    heard_at = models.DateTimeField("dernières nouvelles", default=timezone.now)
    chapters_done = models.PositiveSmallIntegerField("chapitres prêts", default=0)
    chapters = models.PositiveSmallIntegerField("chapitres", default=0)
    failure = models.TextField("motif de l’échec", blank=True)
    fingerprint = models.CharField("empreinte des chiffres", max_length=64, blank=True)
    file = models.FileField("fichier", upload_to="mises-en-page/", blank=True)

    objects = RenderingQuerySet.as_manager()

    class Meta:
        verbose_name = "mise en page"
        verbose_name_plural = "mises en page"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="rendering_of_one_document",
                condition=Q(review=None) ^ Q(evaluation=None),
                violation_error_message="Une mise en page est celle d’un seul document.",
            ),
            _one_at_a_time("review", "rendering_one_at_a_time"),
            _one_at_a_time("evaluation", "rendering_of_evaluation_one_at_a_time"),
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} · {self.document}"

    @property
    def document(self):
        return self.review or self.evaluation

    @property
    def download_name(self):
        """Without the number that keeps stored files apart."""
        return Path(self.file.name).name.partition("-")[2]

    @property
    def is_running(self):
        """After a while without news, one may ask again."""
        return self.state in self.LIVE and timezone.now() - self.heard_at < self.PATIENCE

    @property
    def unit(self):
        """What is counted as it goes."""
        return "commune" if self.purpose == self.Purpose.COMMUNES else "chapitre"

    @property
    def is_lost(self):
        return self.state in self.LIVE and not self.is_running
