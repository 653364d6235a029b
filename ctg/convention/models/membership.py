from datetime import timedelta

from django.db import models
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.models.convention import Convention
from ctg.convention.models.organization import Organization
from ctg.convention.rights import Role


class Membership(models.Model):
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name="personne"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name="organisme"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)

    class Meta:
        verbose_name = "membre"
        ordering = ["convention", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "user", "organization"],
                name="membership_once",
                violation_error_message="Cette personne représente déjà cet organisme.",
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()} · {self.organization}"


class InvitationQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """A role offered to a person by mail; nothing is hers before she accepts."""

    VALIDITY = timedelta(days=30)

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="invitations")
    email = models.EmailField("adresse électronique")
    first_name = models.CharField("prénom", max_length=100)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name="organisme"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    sent_at = models.DateTimeField("envoyée", default=timezone.now)
    accepted_at = models.DateTimeField("acceptée", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "email", "organization"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_pending_once",
                violation_error_message="Cette personne est déjà invitée pour cet organisme.",
            )
        ]

    def __str__(self):
        return f"{self.email} · {self.get_role_display()} · {self.organization}"

    @property
    def expires_at(self):
        return self.sent_at + self.VALIDITY

    @property
    def is_expired(self):
        return timezone.now() > self.expires_at

    @property
    def is_open(self):
        return not (self.accepted_at or self.withdrawn_at or self.is_expired)


class AccessRequest(models.Model):
    """Someone whom ProConnect says an agent of the territory asks a lead to let her in."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="access_requests")
    user = models.ForeignKey(
        User, models.CASCADE, related_name="access_requests", verbose_name="personne"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name="organisme"
    )
    asked_at = models.DateTimeField("demandé", default=timezone.now)

    class Meta:
        verbose_name = "demande d’accès"
        verbose_name_plural = "demandes d’accès"
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "user", "organization"], name="access_request_once"
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.organization}"
