from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from actions.models.action import Action
from ctg.accounts.models import User
from ctg.convention.models import Convention

STRONG = Decimal("0.8")


class OverlapQuerySet(models.QuerySet):
    def of(self, convention: Convention):
        return self.filter(first__convention=convention)

    def waiting(self):
        """Found, both sheets still in the plan, and nothing decided yet."""
        return self.filter(
            state=Overlap.State.FOUND, first__archived_at=None, second__archived_at=None
        )

    def about(self, action: Action):
        return self.filter(Q(first=action) | Q(second=action))


class Overlap(models.Model):
    """Two actions that look alike (« doublon d’intervention »), and what was decided of them."""

    class State(models.TextChoices):
        FOUND = "found", "à examiner"
        LINKED = "linked", "liées"
        DISMISSED = "dismissed", "écarté"
        MERGED = "merged", "fusionnées"

    first = models.ForeignKey(Action, models.PROTECT, related_name="overlaps_after")
    second = models.ForeignKey(Action, models.PROTECT, related_name="overlaps_before")
    score = models.DecimalField("ressemblance", max_digits=3, decimal_places=2)
    reasons = models.JSONField("raisons", default=list)
    state = models.CharField("état", max_length=20, choices=State, default=State.FOUND)
    kept = models.ForeignKey(
        Action,
        models.PROTECT,
        related_name="absorbed",
        null=True,
        blank=True,
        verbose_name="fiche gardée",
    )
    note = models.TextField("remarque", blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)

    objects = OverlapQuerySet.as_manager()

    class Meta:
        verbose_name = "doublon"
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="overlap_once"),
            models.CheckConstraint(
                name="overlap_in_order",
                condition=Q(first__lt=F("second")),
                violation_error_message="Une paire s’écrit une seule fois, dans l’ordre.",
            ),
            models.CheckConstraint(
                name="overlap_decided_dated",
                condition=Q(state="found", decided_at=None)
                | (~Q(state="found") & Q(decided_at__isnull=False)),
                violation_error_message="Un doublon décidé a une date.",
            ),
            models.CheckConstraint(
                name="overlap_merged_keeps_one",
                condition=Q(state="merged", kept__isnull=False)
                | (~Q(state="merged") & Q(kept=None)),
                violation_error_message="Une fusion dit quelle fiche est gardée.",
            ),
        ]

    def __str__(self):
        return f"{self.first.code} · {self.second.code}"

    def other(self, action: Action) -> Action:
        return self.second if action.pk == self.first_id else self.first

    @property
    def likeness(self):
        return f"Ressemblance {'très forte' if self.score >= STRONG else 'à vérifier'}"

    @property
    def is_waiting(self):
        return self.state == self.State.FOUND
