from django.db import models
from django.utils import timezone

from actions.models.campaign import Campaign
from ctg.accounts.models import User
from ctg.convention.models import Organization
from ctg.mail.models import Message


class ReminderDate(models.Model):
    """The day on which those who have not answered are written to; done once."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="reminder_dates")
    on = models.DateField("date")
    done_at = models.DateTimeField("faite le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "date de relance"
        verbose_name_plural = "dates de relance"
        ordering = ["campaign", "on"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "on"],
                name="reminder_date_once",
                violation_error_message="Cette date de relance existe déjà.",
            )
        ]

    def __str__(self):
        return f"{self.campaign} · {self.on}"


class Reminder(models.Model):
    """One organisation was reminded, at one address."""

    class Step(models.TextChoices):
        CONTRIBUTOR = "contributor", "personne qui répond"
        CONTACT = "contact", "adresse de l’organisme"
        LEAD = "lead", "chef·fe de projet, faute d’adresse"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="reminders")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="reminders", verbose_name="organisme"
    )
    address = models.EmailField("adresse")
    step = models.CharField("à qui", max_length=20, choices=Step)
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, verbose_name="courriel"
    )
    sent_at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name="par")

    class Meta:
        verbose_name = "relance"
        ordering = ["-sent_at", "organization__name"]
        indexes = [models.Index(fields=["campaign", "organization"], name="reminder_of")]

    def __str__(self):
        return f"{self.organization} · {self.sent_at:%d/%m/%Y}"
