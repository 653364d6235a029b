from django.db import models
from django.db.models import Q
from django.utils import timezone

from ctg.mail.kinds import SWITCHABLE, Kind


class MessageQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(sent_at=None, failed_at=None)

    def failed(self):
        return self.filter(failed_at__isnull=False)


class Message(models.Model):
    """One message to one address, from the verb that decided it to the server that took it.

    ``context`` is words and figures only; it is emptied once the message is sent.
    """

    address = models.EmailField("destinataire")
    kind = models.CharField("nature", max_length=30, choices=Kind)
    context = models.JSONField("contenu", default=dict, blank=True)
    attachments = models.JSONField("pièces jointes", default=list, blank=True)
    subject = models.CharField("objet", max_length=300, blank=True)
    message_id = models.CharField("identifiant", max_length=255, blank=True, db_index=True)
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    due_at = models.DateTimeField("à envoyer le", default=timezone.now)
    claimed_at = models.DateTimeField("pris en charge le", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    failed_at = models.DateTimeField("abandonné le", null=True, blank=True)
    error = models.TextField("erreur", blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["address", "kind"], name="message_address")]
        constraints = [
            models.CheckConstraint(
                name="message_sent_or_failed", condition=Q(sent_at=None) | Q(failed_at=None)
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.address}"


class MutedKind(models.Model):
    """A kind of message that the reader of this address no longer wants."""

    address = models.EmailField("adresse")
    kind = models.CharField(
        "nature", max_length=30, choices=[(kind.value, kind.label) for kind in SWITCHABLE]
    )
    muted_at = models.DateTimeField("depuis le", default=timezone.now)

    class Meta:
        verbose_name = "courriel refusé"
        verbose_name_plural = "courriels refusés"
        ordering = ["address", "kind"]
        constraints = [models.UniqueConstraint(fields=["address", "kind"], name="muted_kind_once")]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.address}"


class RefusedAddress(models.Model):
    """A mail server says that nobody reads this address; not written to until somebody says so."""

    address = models.EmailField("adresse", unique=True)
    reason = models.TextField("ce qu’en dit le serveur", blank=True)
    refused_at = models.DateTimeField("refusée le", default=timezone.now)

    class Meta:
        verbose_name = "adresse refusée"
        verbose_name_plural = "adresses refusées"
        ordering = ["address"]

    def __str__(self):
        return self.address


class KeptMail(models.Model):
    """What the demonstration shows instead of sending it."""

    to = models.CharField("destinataires", max_length=500)
    subject = models.CharField("objet", max_length=300)
    text = models.TextField("texte")
    html = models.TextField("version mise en forme", blank=True)
    attachments = models.JSONField("pièces jointes", default=list, blank=True)
    sent_at = models.DateTimeField("écrit le", default=timezone.now)

    class Meta:
        verbose_name = "courriel de démonstration"
        verbose_name_plural = "courriels de démonstration"
        ordering = ["-sent_at", "-pk"]

    def __str__(self):
        return f"{self.subject} · {self.to}"
