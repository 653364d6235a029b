import secrets

from django.db import models
from django.utils import timezone

from ctg.accounts.models import User


def new_nonce():
    return secrets.token_urlsafe(18)


class CalendarFeed(models.Model):
    """A person’s deadlines at a secret address; a new nonce makes the old address stop."""

    person = models.OneToOneField(
        User, models.CASCADE, related_name="calendar_feed", verbose_name="personne"
    )
    nonce = models.CharField("clé", max_length=32, unique=True, default=new_nonce, editable=False)
    renewed_at = models.DateTimeField("adresse créée le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "calendrier personnel"
        verbose_name_plural = "calendriers personnels"
        ordering = ["person"]

    def __str__(self):
        return str(self.person)
