from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from actions.models import Stake
from ctg.accounts.models import User
from ctg.convention.models import Convention


class FrozenDocumentQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)


class FrozenDocument(models.Model):
    """Written, then published once: data, PDF and hash together, or none of them."""

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


class AnnualReview(FrozenDocument):
    """The year’s report: texts while it is prepared; data, PDF and hash once published."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="annual_reviews")
    year = models.PositiveSmallIntegerField("année")
    corrects = models.OneToOneField(
        "self", models.PROTECT, related_name="correction", null=True, blank=True, editable=False
    )
    meeting = models.ForeignKey(
        "governance.Meeting",
        models.PROTECT,
        related_name="annual_reviews",
        verbose_name="présenté à la réunion",
        null=True,
        blank=True,
    )
    headline = models.TextField("l’essentiel en une phrase", blank=True)
    foreword = models.TextField("avant-propos", blank=True)
    outlook = models.TextField("perspectives et ajustements demandés", blank=True)
    left_out = models.JSONField("sections écartées", default=list, blank=True, editable=False)
    figures_seen = models.JSONField(
        "chiffres vus en écrivant", default=dict, blank=True, editable=False
    )

    class Meta:
        verbose_name = "bilan annuel"
        verbose_name_plural = "bilans annuels"
        ordering = ["-year", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "year", "edition"],
                name="annual_review_edition_once",
                violation_error_message="Ce bilan existe déjà.",
            ),
            published_whole(
                "annual_review_published_whole", "Un bilan publié est daté, signé et complet."
            ),
        ]

    def __str__(self):
        return f"Bilan {self.year}"

    def get_absolute_url(self):
        return reverse("reviews:detail", args=[self.convention.slug, self.year])


class StakeSynthesis(models.Model):
    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="syntheses")
    stake = models.ForeignKey(Stake, models.PROTECT, related_name="syntheses")
    text = models.TextField("synthèse", blank=True)

    class Meta:
        verbose_name = "synthèse d’enjeu"
        verbose_name_plural = "synthèses d’enjeux"
        ordering = ["stake__position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "stake"], name="synthesis_once_a_stake")
        ]

    def __str__(self):
        return f"{self.stake} · {self.review}"


class ReviewLinkQuerySet(models.QuerySet):
    def open(self, on):
        return self.filter(revoked_at=None, expires_on__gte=on)


class ReviewLink(models.Model):
    """Opens one published review to whoever holds its address, without an account, for a while.

    Only the hash of the token is kept: the address is shown once, to the person who makes it.
    """

    review = models.ForeignKey(AnnualReview, models.PROTECT, related_name="links")
    label = models.CharField("pour qui", max_length=100)
    token_hash = models.CharField("empreinte", max_length=64, unique=True, editable=False)
    expires_on = models.DateField("valable jusqu’au")
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    created_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, editable=False, verbose_name="créé par"
    )
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True, editable=False)

    objects = ReviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien de partage"
        verbose_name_plural = "liens de partage"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.label} · {self.review}"

    @property
    def is_expired(self):
        return self.expires_on < timezone.localdate()


class RenderingQuerySet(models.QuerySet):
    def live(self):
        return self.filter(state__in=Rendering.LIVE)


class Rendering(models.Model):
    """A PDF being made in the background: what was asked, how far it is, what became of it."""

    class Purpose(models.TextChoices):
        DRAFT = "draft", "projet"
        PUBLICATION = "publication", "publication"
        COMMUNES = "communes", "extraits des communes"

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "terminée"
        FAILED = "failed", "échouée"
        CANCELLED = "cancelled", "annulée"

    LIVE = (State.WAITING, State.RUNNING)
    PATIENCE = timedelta(minutes=15)

    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="renderings")
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
            models.UniqueConstraint(
                fields=["review", "purpose"],
                condition=Q(state__in=["waiting", "running"]),
                name="rendering_one_at_a_time",
                violation_error_message="Une mise en page est déjà en cours.",
            )
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} · {self.review}"

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
