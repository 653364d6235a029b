from django.db import models
from django.utils import timezone

from actions.models.action import Action
from ctg.accounts.models import User


class Publication(models.Model):
    """An action the lead chose to show on the public pages; what nobody chose is never there."""

    action = models.OneToOneField(Action, models.CASCADE, related_name="publication")
    published_at = models.DateTimeField("publiée le", default=timezone.now)
    published_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, verbose_name="publiée par"
    )

    class Meta:
        verbose_name = "publication"
        ordering = ["-published_at"]

    def __str__(self):
        return f"Publication de {self.action}"
