from decimal import Decimal

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Sum, When
from simple_history.models import HistoricalRecords

from financing.models.facility import Facility
from financing.models.instalment import Instalment, euros

AMOUNTS = ("forecast", "updated", "computed", "notified", "paid")


class BonusLineQuerySet(models.QuerySet):
    def waiting_for_notification(self):
        return self.filter(notified=None)

    def with_unexplained_gap(self):
        """The Caf notified another amount than our estimation, and nobody said why."""
        known = self.filter(computed__isnull=False, notified__isnull=False, gap_note="")
        return known.exclude(notified=F("computed"))

    def with_paid(self):
        """Add ``paid``, overpayments given back deducted; None while nothing was paid."""
        amount = Case(
            When(kind=Instalment.Kind.OVERPAYMENT, then=-F("amount")),
            default=F("amount"),
            output_field=models.DecimalField(max_digits=12, decimal_places=2),
        )
        paid = Instalment.objects.current().filter(bonus_line=OuterRef("pk"), paid_on__isnull=False)
        total = paid.order_by().values("bonus_line").annotate(total=Sum(amount)).values("total")
        return self.annotate(paid=Subquery(total))

    def totals(self):
        """Sums over these lines; a sum is None when none of its amounts is known."""
        return self.with_paid().aggregate(**_sums())

    def totals_by_kind(self, year: int):
        """One row per facility kind: number of ``lines``, sum of each amount."""
        rows = self.filter(year=year).with_paid().order_by("facility__kind")
        return rows.values(kind=F("facility__kind")).annotate(**_sums())

    def totals_by(self, *fields: str):
        """The same sums by other fields, in their order; needs with_paid()."""
        return self.order_by(*fields).values(*fields).annotate(**_sums())


def _sums():
    sums = {f"total_{amount}": Sum(amount) for amount in AMOUNTS}
    return sums | {"lines": Count("pk"), "notified_lines": Count("notified")}


class BonusLine(models.Model):
    """Bonus territoire of one facility for one year.

    ``forecast`` and ``updated`` are entered; ``computed`` is our estimation; ``notified`` is
    the Caf’s word and never overwrites the others. Amounts in euros; quantities in places,
    hours or full-time equivalents, as the facility’s kind says.
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="bonus_lines")
    year = models.PositiveSmallIntegerField("année")
    existing_quantity = models.DecimalField(
        "offre existante", max_digits=12, decimal_places=2, default=0
    )
    new_quantity = models.DecimalField("offre nouvelle", max_digits=12, decimal_places=2, default=0)
    forecast = euros("prévu (€)")
    updated = euros("actualisé (€)")
    computed = euros("estimation (€)")
    notified = euros("notifié (€)")
    notified_on = models.DateField("notifié le", null=True, blank=True)
    gap_note = models.CharField("explication de l’écart", max_length=300, blank=True)
    working = models.TextField("calcul de l’estimation", blank=True)
    basis = models.TextField("barèmes et conventions du calcul", blank=True)
    lacking = models.TextField("ce qui manque pour estimer", blank=True)

    objects = BonusLineQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "ligne de bonus territoire"
        verbose_name_plural = "lignes de bonus territoire"
        ordering = ["year", "facility"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "year"],
                name="bonus_line_once_a_year",
                violation_error_message="Cet équipement a déjà une ligne pour cette année.",
            ),
            models.CheckConstraint(
                name="bonus_line_not_negative",
                condition=Q(existing_quantity__gte=0) & Q(new_quantity__gte=0),
                violation_error_message="Les quantités ne peuvent pas être négatives.",
            ),
            models.CheckConstraint(
                name="bonus_line_notified_dated",
                condition=Q(notified=None) | Q(notified_on__isnull=False),
                violation_error_message="Un montant notifié a une date de notification.",
            ),
        ]

    def __str__(self):
        return f"{self.facility} · {self.year}"

    @property
    def still_due(self):
        """Needs with_paid(). Negative when the Caf paid too much; None until it notified."""
        return None if self.notified is None else self.notified - (self.paid or 0)

    @property
    def gap(self) -> Decimal | None:
        """What the Caf notified, less our estimation."""
        if self.notified is None or self.computed is None:
            return None
        return self.notified - self.computed
