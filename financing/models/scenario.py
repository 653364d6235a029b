from django.db import models
from django.db.models import Q

from ctg.accounts.models import User
from ctg.convention.models import Convention, Organization
from financing.models.agreement import Rate
from financing.models.facility import Facility


class Scenario(models.Model):
    """A « what if » on one year: it keeps its own figures and never touches the real lines."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="scenarios")
    year = models.PositiveSmallIntegerField("année")
    title = models.CharField("intitulé", max_length=200)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    created_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="créée par",
    )
    adopted_at = models.DateTimeField("reprise en prévision le", null=True, blank=True)
    archived_at = models.DateTimeField("archivée le", null=True, blank=True)

    class Meta:
        verbose_name = "simulation"
        ordering = ["-year", "-created_at", "-pk"]

    def __str__(self):
        return f"{self.title} · {self.year}"


class ScenarioLine(models.Model):
    """What the scenario changes: the quantities of a facility, or one that does not exist yet."""

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="lines")
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, verbose_name="équipement"
    )
    name = models.CharField("équipement à créer", max_length=200, blank=True)
    kind = models.CharField("type", max_length=20, choices=Facility.Kind, blank=True)
    competent_authority = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, verbose_name="autorité compétente"
    )
    opens_on = models.DateField("ouverture", null=True, blank=True)
    existing_quantity = models.DecimalField(
        "offre existante", max_digits=12, decimal_places=2, default=0
    )
    new_quantity = models.DecimalField("offre nouvelle", max_digits=12, decimal_places=2, default=0)
    rate = models.DecimalField(
        "montant unitaire (€)", max_digits=12, decimal_places=4, null=True, blank=True
    )

    class Meta:
        verbose_name = "hypothèse d’équipement"
        verbose_name_plural = "hypothèses d’équipement"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "facility"],
                condition=Q(facility__isnull=False),
                name="scenario_line_once",
                violation_error_message="Cet équipement a déjà une hypothèse.",
            ),
            models.CheckConstraint(
                name="scenario_line_not_negative",
                condition=Q(existing_quantity__gte=0) & Q(new_quantity__gte=0),
                violation_error_message="Les quantités ne peuvent pas être négatives.",
            ),
        ]

    def __str__(self):
        return self.name or str(self.facility)


class ScenarioRate(models.Model):
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="rates")
    kind = models.CharField("barème", max_length=20, choices=Rate.Kind)
    amount = models.DecimalField("valeur", max_digits=12, decimal_places=4)

    class Meta:
        verbose_name = "hypothèse de barème"
        verbose_name_plural = "hypothèses de barème"
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "kind"],
                name="scenario_rate_once",
                violation_error_message="Ce barème a déjà une hypothèse.",
            ),
            models.CheckConstraint(
                name="scenario_rate_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="Un barème ne peut pas être négatif.",
            ),
        ]

    def __str__(self):
        return str(self.get_kind_display())
