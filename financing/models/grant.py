from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from actions.models import Action
from ctg.convention.models import Convention, Organization

SIRET = RegexValidator(r"^\d{14}$", "Un SIRET compte quatorze chiffres.")


class Grant(models.Model):
    """Subsidy that a commune or the EPCI gives, as the law asks to publish it.

    Fields of the SCDL « subventions » schema 2.1.1; the Caf’s bonus is not one of them.
    """

    class Nature(models.TextChoices):
        MONEY = "money", "aide en numéraire"
        KIND = "kind", "aide en nature"
        BOTH = "both", "aide en numéraire et en nature"

    class Terms(models.TextChoices):
        ONCE = "once", "unique"
        SPREAD = "spread", "échelonné"
        OTHER = "other", "autre"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="grants")
    action = models.ForeignKey(
        Action, models.PROTECT, related_name="grants", null=True, blank=True, verbose_name="action"
    )
    granted_by = models.ForeignKey(
        Organization, models.PROTECT, related_name="grants_given", verbose_name="attribuée par"
    )
    granted_by_siret = models.CharField(
        "numéro SIRET de qui l’attribue", max_length=14, validators=[SIRET]
    )
    beneficiary = models.ForeignKey(
        Organization, models.PROTECT, related_name="grants_received", verbose_name="bénéficiaire"
    )
    beneficiary_siret = models.CharField(
        "numéro SIRET du bénéficiaire", max_length=14, validators=[SIRET], blank=True
    )
    beneficiary_rna = models.CharField(
        "numéro RNA du bénéficiaire",
        max_length=10,
        validators=[RegexValidator(r"^W\d{9}$", "Un numéro RNA s’écrit W et neuf chiffres.")],
        blank=True,
    )
    agreed_on = models.DateField("date de la convention de subvention")
    reference = models.CharField("référence de la décision", max_length=100, blank=True)
    purpose = models.CharField("objet", max_length=256)
    amount = models.DecimalField("montant (€)", max_digits=12, decimal_places=2)
    nature = models.CharField("forme", max_length=10, choices=Nature, default=Nature.MONEY)
    terms = models.CharField("versement", max_length=10, choices=Terms, default=Terms.ONCE)
    pays_from = models.DateField("versée le, ou à compter du")
    pays_until = models.DateField("jusqu’au", null=True, blank=True)
    is_state_aid = models.BooleanField(
        "aide d’État notifiée à la Commission européenne", default=False
    )

    class Meta:
        verbose_name = "subvention"
        ordering = ["-agreed_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="grant_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Une subvention a un montant positif.",
            ),
            models.CheckConstraint(
                name="grant_beneficiary_known",
                condition=~Q(beneficiary_siret="", beneficiary_rna=""),
                violation_error_message="Donnez le SIRET du bénéficiaire ou son numéro RNA.",
            ),
            models.CheckConstraint(
                name="grant_pays_in_order",
                condition=Q(pays_until=None) | Q(pays_until__gte=F("pays_from")),
                violation_error_message="La fin du versement doit suivre son début.",
            ),
        ]

    def __str__(self):
        return f"{self.purpose} · {self.beneficiary}"
