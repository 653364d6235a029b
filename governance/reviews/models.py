from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from actions.models import Stake
from ctg.accounts.models import User
from ctg.convention.models import Convention
from governance.frozen.models import FrozenDocument, FrozenDocumentQuerySet, published_whole


class AnnualReviewQuerySet(FrozenDocumentQuerySet):
    def public(self):
        """The editions its lead chose to show, once the pages of the convention are open."""
        return self.published().filter(public_since__isnull=False)


class AnnualReview(FrozenDocument):
    """The year’s report: texts while it is prepared; data, PDF and hash once published."""

    JOURNAL = "review"
    ALREADY_PUBLISHED = (
        "Ce bilan est publié : il ne change plus. Une erreur se corrige par une nouvelle édition."
    )

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
    public_since = models.DateTimeField(
        "ouvert au public depuis", null=True, blank=True, editable=False
    )

    objects = AnnualReviewQuerySet.as_manager()  # type: ignore[misc]

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
            models.CheckConstraint(
                name="annual_review_public_once_published",
                condition=Q(public_since=None) | Q(published_at__isnull=False),
                violation_error_message="Un bilan s’ouvre au public une fois publié.",
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
