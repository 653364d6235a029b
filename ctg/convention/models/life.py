from django.db import models

from ctg.accounts.models import User
from ctg.convention.models.convention import Convention
from ctg.convention.models.organization import Organization
from ctg.uploads import check_upload


class Principle(models.Model):
    """What the partners agreed to found the convention on."""

    class Kind(models.TextChoices):
        PRINCIPLE = "principle", "principe commun"
        VALUE = "value", "valeur partenariale"
        STRENGTH = "strength", "atout de la CTG"
        NOVELTY = "novelty", "nouveauté de la convention"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="principles")
    kind = models.CharField("nature", max_length=20, choices=Kind, default=Kind.PRINCIPLE)
    text = models.TextField("texte")
    position = models.PositiveSmallIntegerField("rang", default=0)
    note = models.TextField("remarque", blank=True)

    class Meta:
        verbose_name = "principe"
        ordering = ["kind", "position"]

    def __str__(self):
        return self.text


class Milestone(models.Model):
    """A step of the convention's own life; its date stays empty while nobody knows it."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="milestones")
    label = models.CharField("libellé", max_length=300)
    date_label = models.CharField("date en clair", max_length=100, blank=True)
    starts_on = models.DateField("début", null=True, blank=True)
    ends_on = models.DateField("fin", null=True, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)
    note = models.TextField("remarque", blank=True)

    class Meta:
        verbose_name = "jalon"
        verbose_name_plural = "jalons"
        ordering = ["position"]

    def __str__(self):
        return self.label


class Signature(models.Model):
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="signatures")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="signatures", verbose_name="organisme"
    )
    signed_on = models.DateField("signée le", null=True, blank=True)
    reference = models.CharField("délibération", max_length=100, blank=True)
    note = models.TextField("remarque", blank=True)

    class Meta:
        verbose_name = "signature"
        ordering = ["signed_on", "organization__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "organization"],
                name="signature_once",
                violation_error_message="Cet organisme figure déjà parmi les signataires.",
            )
        ]

    def __str__(self):
        return f"{self.organization} · {self.convention}"


class DocumentQuerySet(models.QuerySet):
    def shared(self):
        """Those that every member may open."""
        return self.filter(is_private=False)


class Document(models.Model):
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="documents")
    title = models.CharField("titre", max_length=200)
    file = models.FileField("fichier", upload_to="documents/%Y/", validators=[check_upload])
    is_private = models.BooleanField(
        "réservé",
        default=False,
        help_text="Ne s’ouvre que depuis la page qui le porte, par qui peut la lire.",
    )
    added_at = models.DateTimeField("ajouté", auto_now_add=True)
    added_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, verbose_name="ajouté par"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        ordering = ["-added_at"]

    def __str__(self):
        return self.title


class Amendment(models.Model):
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField("numéro")
    subject = models.CharField("objet", max_length=300)
    adds = models.TextField("ce qu’il apporte", blank=True)
    organizations = models.ManyToManyField(
        Organization, related_name="amendments", verbose_name="nouveaux signataires", blank=True
    )
    signed_on = models.DateField("signé le", null=True, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = "avenant"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "number"],
                name="amendment_number_unique",
                violation_error_message="Un avenant porte déjà ce numéro.",
            )
        ]

    def __str__(self):
        return f"Avenant n° {self.number} : {self.subject}"
