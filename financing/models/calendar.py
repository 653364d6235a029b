from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from ctg.accounts.models import User
from ctg.convention.models import Convention
from financing.models.bonus import BonusLine


class Stage(models.TextChoices):
    """What a manager declares of a year, in the order of time: the latest prevails."""

    FORECAST = "forecast", "prévision"
    SUMMER = "summer", "actualisation d’été"
    AUTUMN = "autumn", "actualisation d’automne"
    ACTUAL = "actual", "réel"


class Declaration(models.Model):
    """The activity of one facility for one year, as its manager declared it at one stage."""

    bonus_line = models.ForeignKey(BonusLine, models.PROTECT, related_name="declarations")
    stage = models.CharField("déclaration", max_length=20, choices=Stage)
    existing_quantity = models.DecimalField("offre existante", max_digits=12, decimal_places=2)
    new_quantity = models.DecimalField("offre nouvelle", max_digits=12, decimal_places=2)
    declared_on = models.DateField("déclarée le")
    declared_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, verbose_name="déclarée par"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "déclaration d’activité"
        verbose_name_plural = "déclarations d’activité"
        ordering = ["bonus_line", "declared_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bonus_line", "stage"],
                name="declaration_once_a_stage",
                violation_error_message="Cette déclaration existe déjà : modifiez-la.",
            ),
            models.CheckConstraint(
                name="declaration_not_negative",
                condition=Q(existing_quantity__gte=0) & Q(new_quantity__gte=0),
                violation_error_message="Les quantités ne peuvent pas être négatives.",
            ),
        ]

    def __str__(self):
        return f"{self.get_stage_display()} · {self.bonus_line}"


class CalendarDate(models.Model):
    """One date that the Caf gave for a year: a declaration to send or a payment to expect."""

    class Kind(models.TextChoices):
        FORECAST = Stage.FORECAST.value, "déclaration de prévision"
        SUMMER = Stage.SUMMER.value, "actualisation d’été"
        AUTUMN = Stage.AUTUMN.value, "actualisation d’automne"
        ACTUAL = Stage.ACTUAL.value, "déclaration du réel"
        ADVANCE = "advance", "acompte"
        BALANCE = "balance", "solde"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="calendar_dates")
    year = models.PositiveSmallIntegerField("année du bonus")
    kind = models.CharField("nature", max_length=20, choices=Kind)
    due_on = models.DateField("date")
    share = models.DecimalField(
        "part de la prévision (%)", max_digits=5, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = "date du calendrier de la Caf"
        verbose_name_plural = "calendrier de la Caf"
        ordering = ["year", "due_on", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "year", "kind"],
                condition=~Q(kind="advance"),
                name="calendar_date_once",
                violation_error_message="Cette date figure déjà dans le calendrier de l’année.",
            ),
            models.UniqueConstraint(
                fields=["convention", "year", "kind", "due_on"],
                name="calendar_advance_once_a_day",
                violation_error_message="Un acompte est déjà prévu ce jour-là.",
            ),
            models.CheckConstraint(
                name="calendar_share_of_advances",
                condition=Q(kind="advance", share__gt=0, share__lte=100)
                | (~Q(kind="advance") & Q(share=None)),
                violation_error_message="Un acompte, et lui seul, a une part, de 0 à 100 %.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.year}"
