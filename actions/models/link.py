from django.db import models
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.models import Organization


class PersonalLink(models.Model):
    """Opens one organisation’s answers to one campaign, without an account, and nothing else.

    Only the hash of its token is kept: a link that was sent cannot be read again here.
    """

    campaign = models.ForeignKey("actions.Campaign", models.PROTECT, related_name="links")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="links", verbose_name="organisme"
    )
    address = models.EmailField("envoyé à")
    token_hash = models.CharField("empreinte", max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    expires_at = models.DateTimeField("expire le")
    used_at = models.DateTimeField("dernière réponse", null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField("désactivé le", null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, verbose_name="par"
    )

    class Meta:
        verbose_name = "lien personnel"
        verbose_name_plural = "liens personnels"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.organization} · {self.address}"

    @property
    def is_running(self):
        return self.revoked_at is None and self.expires_at > timezone.now()
