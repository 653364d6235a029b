from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from actions.models.action import Action


class Indicator(models.Model):
    class Kind(models.TextChoices):
        OUTPUT = "output", "réalisation"
        RESULT = "result", "résultat"
        IMPACT = "impact", "impact"

    class Nature(models.TextChoices):
        QUANTITATIVE = "quantitative", "quantitatif"
        QUALITATIVE = "qualitative", "qualitatif"

    action = models.ForeignKey(Action, models.CASCADE, related_name="indicators")
    title = models.CharField("indicateur", max_length=200)
    kind = models.CharField("type", max_length=20, choices=Kind, default=Kind.OUTPUT)
    nature = models.CharField("nature", max_length=20, choices=Nature, default=Nature.QUANTITATIVE)
    unit = models.CharField("unité", max_length=60, blank=True)
    baseline = models.DecimalField(
        "valeur de départ", max_digits=14, decimal_places=2, null=True, blank=True
    )
    target = models.DecimalField("cible", max_digits=14, decimal_places=2, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField("année de la cible", null=True, blank=True)
    is_collected = models.BooleanField("demandé aux communes et partenaires", default=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "indicateur"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title

    @property
    def is_quantitative(self):
        return self.nature == self.Nature.QUANTITATIVE


class IndicatorValueQuerySet(models.QuerySet):
    def counted(self):
        """The territory's own figures, and what the project lead validated."""
        return self.filter(Q(contribution=None) | Q(contribution__state="validated"))


class IndicatorValue(models.Model):
    """One figure of one year: the whole territory's, or the part one contribution reports."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values")
    year = models.PositiveSmallIntegerField("année")
    contribution = models.ForeignKey(
        "actions.Contribution",
        models.CASCADE,
        related_name="figures",
        null=True,
        blank=True,
    )
    value = models.DecimalField("valeur", max_digits=14, decimal_places=2, null=True, blank=True)
    text = models.TextField("appréciation", blank=True)

    objects = IndicatorValueQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "valeur d’indicateur"
        verbose_name_plural = "valeurs d’indicateurs"
        ordering = ["indicator", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "contribution"], name="value_once_per_contribution"
            ),
            models.UniqueConstraint(
                fields=["indicator", "year"],
                condition=Q(contribution=None),
                name="value_once_for_territory",
                violation_error_message="La valeur du territoire est déjà saisie pour cette année.",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} · {self.year}"
