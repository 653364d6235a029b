from django.db import models
from django.utils import timezone

from actions.models.action import Action
from actions.models.campaign import Campaign
from ctg.accounts.models import User
from ctg.convention.models import Organization


class Adjustment(models.Model):
    """Before the opening: one organisation is asked, or not, otherwise than the plan says."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="adjustments")
    action = models.ForeignKey(Action, models.CASCADE, related_name="+")
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", verbose_name="organisme"
    )
    is_asked = models.BooleanField("interrogé")
    made_at = models.DateTimeField("décidé le", default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, verbose_name="décidé par"
    )

    class Meta:
        verbose_name = "ajustement des réponses attendues"
        verbose_name_plural = "ajustements des réponses attendues"
        ordering = ["action__position", "organization__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "action", "organization"], name="adjustment_once"
            )
        ]

    def __str__(self):
        return f"{self.organization} · {self.action.code} · {self.campaign.year}"
