from django.db import models
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.models.convention import Convention


class ApiTokenQuerySet(models.QuerySet):
    def live(self, on):
        return self.filter(revoked_at=None, expires_on__gte=on, user__is_active=True)


class ApiToken(models.Model):
    """Lets a program act as a person, no further than she may; only its hash is kept."""

    class Scope(models.TextChoices):
        READ = "read", "lire"
        WRITE = "write", "lire et modifier"

    user = models.ForeignKey(
        User, models.CASCADE, related_name="api_tokens", verbose_name="personne"
    )
    name = models.CharField("usage", max_length=100)
    scope = models.CharField("portée", max_length=10, choices=Scope, default=Scope.READ)
    convention = models.ForeignKey(
        Convention,
        models.CASCADE,
        related_name="api_tokens",
        verbose_name="convention",
        null=True,
        blank=True,
    )
    token_hash = models.CharField("empreinte", max_length=64, unique=True, editable=False)
    expires_on = models.DateField("valable jusqu’au")
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    last_used_on = models.DateField("utilisé le", null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "jeton d’API"
        verbose_name_plural = "jetons d’API"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.name

    @property
    def can_write(self):
        return self.scope == self.Scope.WRITE

    @property
    def is_expired(self):
        return self.expires_on < timezone.localdate()
