from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from ctg.convention.models import Organization


class ActionPartner(models.Model):
    class Role(models.TextChoices):
        PILOT = "pilot", "pilote"
        CO_PILOT = "co_pilot", "co-pilote"
        CONTRIBUTOR = "contributor", "contributeur"
        FUNDER = "funder", "financeur"

    action = models.ForeignKey("actions.Action", models.CASCADE, related_name="partners")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="partnerships", verbose_name="organisme"
    )
    role = models.CharField("rôle", max_length=20, choices=Role, default=Role.CONTRIBUTOR)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "partenaire de l’action"
        verbose_name_plural = "partenaires de l’action"
        ordering = ["role", "organization__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "organization", "role"],
                name="partner_once_per_role",
                violation_error_message="Cet organisme a déjà ce rôle dans l’action.",
            ),
            models.UniqueConstraint(
                fields=["action"],
                condition=Q(role="pilot"),
                name="action_single_pilot",
                violation_error_message="Une action a un seul pilote ; ajoutez un co-pilote.",
            ),
        ]

    def __str__(self):
        return f"{self.organization} ({self.get_role_display()})"
