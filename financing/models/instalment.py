from django.db import models
from django.db.models import Q


def euros(label: str) -> models.DecimalField:
    return models.DecimalField(label, max_digits=12, decimal_places=2, null=True, blank=True)


class InstalmentQuerySet(models.QuerySet):
    def current(self):
        """Without those that a correction replaces."""
        return self.filter(correction=None)

    def received(self):
        return self.current().filter(paid_on__isnull=False)

    def expected(self):
        return self.current().filter(paid_on=None)

    def late(self, on):
        return self.expected().filter(due_on__lt=on)


class Instalment(models.Model):
    """A payment of the Caf to the manager, expected until ``paid_on`` is known.

    What was received is never changed: a correction is a new row that replaces it.
    """

    class Kind(models.TextChoices):
        ADVANCE = "advance", "acompte"
        BALANCE = "balance", "solde"
        OVERPAYMENT = "overpayment", "indu"

    bonus_line = models.ForeignKey(
        "financing.BonusLine", models.PROTECT, related_name="instalments"
    )
    kind = models.CharField("nature", max_length=20, choices=Kind)
    number = models.PositiveSmallIntegerField("rang", default=1)
    amount = models.DecimalField(
        "montant (€)",
        max_digits=12,
        decimal_places=2,
        help_text="Un indu se saisit en positif : sa nature dit qu’il est à rendre.",
    )
    due_on = models.DateField("attendu le", null=True, blank=True)
    paid_on = models.DateField("versé le", null=True, blank=True)
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        related_name="correction",
        verbose_name="corrige",
        null=True,
        blank=True,
    )
    note = models.CharField("motif", max_length=300, blank=True)

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        verbose_name = "versement"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="instalment_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message="Un versement ne peut pas être négatif.",
            ),
            models.UniqueConstraint(
                fields=["bonus_line", "kind", "number"],
                condition=Q(corrects=None),
                name="instalment_once",
                violation_error_message="Ce versement est déjà enregistré.",
            ),
        ]

    def __str__(self):
        return f"{self.label} · {self.bonus_line}"

    @property
    def is_corrected(self) -> bool:
        return hasattr(self, "correction")

    @property
    def label(self) -> str:
        """« acompte 2 », « solde »."""
        is_numbered = self.kind == self.Kind.ADVANCE or self.number > 1
        return (
            f"{self.get_kind_display()} {self.number}"
            if is_numbered
            else str(self.get_kind_display())
        )
