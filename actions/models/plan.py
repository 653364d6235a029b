from django.db import models
from simple_history.models import HistoricalRecords

from ctg.convention.models import Convention


class PlanQuerySet(models.QuerySet):
    def current(self):
        """Without what was archived: nothing of the plan is ever deleted."""
        return self.filter(archived_at=None)


class PlanItem(models.Model):
    """A numbered line of the plan's hierarchy."""

    code = models.CharField("code", max_length=20)
    title = models.CharField("intitulé", max_length=300)
    position = models.PositiveIntegerField("rang", default=0)
    archived_at = models.DateTimeField("archivé le", null=True, blank=True, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self):
        return f"{self.code} {self.title}"


class Finding(models.Model):
    """A fact of the diagnosis that stakes and actions answer."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="findings")
    text = models.TextField("texte")
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "constat"
        ordering = ["pk"]

    def __str__(self):
        return self.text


class Audience(models.Model):
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="audiences")
    label = models.CharField("libellé", max_length=100)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "public visé"
        verbose_name_plural = "publics visés"
        ordering = ["position", "label"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "label"], name="audience_unique")
        ]

    def __str__(self):
        return self.label


class Stake(PlanItem):
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="stakes")
    findings = models.ManyToManyField(
        Finding, related_name="stakes", verbose_name="constats", blank=True
    )

    history = HistoricalRecords()

    class Meta(PlanItem.Meta):
        verbose_name = "enjeu"
        verbose_name_plural = "enjeux"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "code"],
                name="stake_code_unique",
                violation_error_message="Un enjeu porte déjà ce code.",
            )
        ]


class StrategicObjective(PlanItem):
    stake = models.ForeignKey(
        Stake, models.PROTECT, related_name="strategic_objectives", verbose_name="enjeu"
    )

    history = HistoricalRecords()

    class Meta(PlanItem.Meta):
        verbose_name = "objectif stratégique"
        verbose_name_plural = "objectifs stratégiques"
        constraints = [
            models.UniqueConstraint(
                fields=["stake", "code"],
                name="strategic_objective_code_unique",
                violation_error_message="Un objectif de cet enjeu porte déjà ce code.",
            )
        ]


class OperationalObjective(PlanItem):
    strategic_objective = models.ForeignKey(
        StrategicObjective,
        models.PROTECT,
        related_name="operational_objectives",
        verbose_name="objectif stratégique",
    )

    history = HistoricalRecords()

    class Meta(PlanItem.Meta):
        verbose_name = "objectif opérationnel"
        verbose_name_plural = "objectifs opérationnels"
        constraints = [
            models.UniqueConstraint(
                fields=["strategic_objective", "code"],
                name="operational_objective_code_unique",
                violation_error_message="Un objectif opérationnel porte déjà ce code ici.",
            )
        ]
