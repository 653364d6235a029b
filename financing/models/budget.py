from django.db import models
from django.db.models import Q, Sum

from actions.models import Action
from ctg.convention.models import Organization
from financing.models.instalment import euros


class BudgetLineQuerySet(models.QuerySet):
    def totals(self):
        return self.aggregate(**_sums())

    def totals_by(self, *fields: str):
        """One row of sums per value of the fields, in their order."""
        return self.order_by(*fields).values(*fields).annotate(**_sums())


def _sums():
    """A sum is None when none of its amounts is known."""
    return {f"total_{amount}": Sum(amount) for amount in ("planned", "granted", "spent")}


class BudgetLine(models.Model):
    action = models.ForeignKey(Action, models.PROTECT, related_name="budget_lines")
    year = models.PositiveSmallIntegerField("année")
    funder = models.ForeignKey(
        Organization, models.PROTECT, related_name="budget_lines", verbose_name="financeur"
    )
    planned = euros("prévu (€)")
    granted = euros("accordé (€)")
    spent = euros("réalisé (€)")

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne de budget"
        verbose_name_plural = "lignes de budget"
        ordering = ["action", "year", "funder"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year", "funder"],
                name="budget_line_once",
                violation_error_message="Ce financeur a déjà une ligne cette année.",
            ),
            models.CheckConstraint(
                name="budget_line_not_negative",
                condition=(Q(planned=None) | Q(planned__gte=0))
                & (Q(granted=None) | Q(granted__gte=0))
                & (Q(spent=None) | Q(spent__gte=0)),
                violation_error_message="Un budget ne peut pas être négatif.",
            ),
        ]

    def __str__(self):
        return f"{self.action.code} · {self.funder} · {self.year}"
