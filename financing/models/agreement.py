from django.db import models
from django.db.models import F, Q

from ctg.convention.models import Convention, Document
from financing.models.facility import Facility


class FundingAgreementQuerySet(models.QuerySet):
    def covering(self, year: int):
        """In force at least one day of the year."""
        return self.filter(starts_on__year__lte=year, ends_on__year__gte=year)


class FundingAgreement(models.Model):
    """Convention d’objectifs et de financement (COF) of one facility."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="agreements")
    reference = models.CharField("référence", max_length=100, blank=True)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    contracted_quantity = models.DecimalField(
        "quantité contractualisée (places, heures ou ETP)",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
    )
    rate = models.DecimalField(
        "montant unitaire inscrit (€)", max_digits=12, decimal_places=4, null=True, blank=True
    )
    new_rate = models.DecimalField(
        "montant unitaire de l’offre nouvelle (€)",
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="S’il est inscrit dans la COF ; sinon le barème publié s’applique.",
    )
    amends = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="amendments",
        verbose_name="avenant à",
        null=True,
        blank=True,
        help_text="Un avenant prévaut dès l’année de son début ; ce qu’il laisse vide reste.",
    )
    document = models.ForeignKey(
        Document, models.PROTECT, verbose_name="document", null=True, blank=True
    )

    objects = FundingAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "convention d’objectifs et de financement"
        verbose_name_plural = "conventions d’objectifs et de financement"
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                name="agreement_ends_after_start",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message="La fin doit suivre le début.",
            )
        ]

    def __str__(self):
        return self.reference or f"{self.facility} {self.starts_on.year}–{self.ends_on.year}"

    @property
    def period_label(self) -> str:
        """« COF-12, 2020–2024 »."""
        period = f"{self.starts_on.year}–{self.ends_on.year}"
        return f"{self.reference}, {period}" if self.reference else period


class RateQuerySet(models.QuerySet):
    def known_to(self, convention: Convention):
        """The national figures and the convention’s own."""
        return self.filter(Q(convention=None) | Q(convention=convention))

    def in_force_during(self, year: int):
        return self.filter(valid_from__year__lte=year).filter(
            Q(valid_until=None) | Q(valid_until__year__gte=year)
        )


class Rate(models.Model):
    """A dated figure of the Caf with its source; without convention it is national."""

    class Kind(models.TextChoices):
        EAJE_FLOOR = "eaje_floor", "plancher d’une place existante d’EAJE (€ par place)"
        EAJE_NEW_LOW = "eaje_new_low", "place nouvelle d’EAJE, tranche basse (€ par place)"
        EAJE_NEW_TOP = "eaje_new_top", "place nouvelle d’EAJE, tranche haute (€ par place)"
        TRAJECTORY_4 = "trajectory_4", "bonus trajectoire dès 4 % (€ par place)"
        TRAJECTORY_8 = "trajectory_8", "bonus trajectoire dès 8 % (€ par place)"
        TRAJECTORY_12 = "trajectory_12", "bonus trajectoire dès 12 % (€ par place)"
        ALSH_FLOOR = "alsh_floor", "plancher d’accueil de loisirs (€ par heure)"
        ALSH_NEW_SHARE = "alsh_new_share", "part des heures nouvelles éligibles (%)"
        GRANT_THRESHOLD = "grant_threshold", "seuil de publication des subventions (€)"

    convention = models.ForeignKey(
        Convention, models.PROTECT, related_name="rates", null=True, blank=True
    )
    kind = models.CharField("barème", max_length=20, choices=Kind)
    valid_from = models.DateField("valable à compter du")
    valid_until = models.DateField("valable jusqu’au", null=True, blank=True)
    amount = models.DecimalField("valeur", max_digits=12, decimal_places=4)
    source = models.CharField("source", max_length=300)

    objects = RateQuerySet.as_manager()

    class Meta:
        verbose_name = "barème"
        ordering = ["kind", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "kind", "valid_from"],
                name="rate_once_a_date",
                violation_error_message="Ce barème existe déjà à cette date.",
            ),
            models.UniqueConstraint(
                fields=["kind", "valid_from"],
                condition=Q(convention=None),
                name="national_rate_once_a_date",
                violation_error_message="Ce barème national existe déjà à cette date.",
            ),
            models.CheckConstraint(
                name="rate_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="Un barème ne peut pas être négatif.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} au {self.valid_from:%d/%m/%Y}"
