from datetime import timedelta

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.rights import Role
from ctg.uploads import check_upload

RESERVED_SLUGS = {
    "courriels",
    "lien",
    "calendrier",
    "admin",
    "compte",
    "conventions",
    "demo",
    "public",
    "static",
    "media",
    "api",
    "bilan-partage",
    "metrics",
    "reunion",
    "invitation",
}


def refuse_reserved_slug(slug):
    if slug in RESERVED_SLUGS:
        raise ValidationError("Cette adresse est réservée par le site : choisissez-en une autre.")


class Organization(models.Model):
    class Kind(models.TextChoices):
        EPCI = "epci", "intercommunalité"
        COMMUNE = "commune", "commune"
        CAF = "caf", "Caf"
        SOCIAL_SECURITY = "social_security", "organisme de sécurité sociale"
        LOCAL_AUTHORITY = "local_authority", "département ou région"
        STATE = "state", "service ou opérateur de l’État"
        FEDERATION = "federation", "fédération d’associations"
        ASSOCIATION = "association", "association"
        OTHER = "other", "autre organisme"

    name = models.CharField("nom", max_length=200)
    short_name = models.CharField("nom court", max_length=60, blank=True)
    kind = models.CharField("nature", max_length=20, choices=Kind, default=Kind.OTHER)
    siren = models.CharField(
        "SIREN",
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^\d{9}$", "Un SIREN compte neuf chiffres.")],
    )
    contact_email = models.EmailField("courriel de contact", blank=True)
    note = models.TextField("remarque", blank=True)

    class Meta:
        verbose_name = "organisme"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["siren"],
                condition=~models.Q(siren=""),
                name="organization_siren_unique",
                violation_error_message="Un organisme porte déjà ce SIREN.",
            )
        ]

    def __str__(self):
        return self.short_name or self.name


class Commune(Organization):
    """A municipality: the organisation that signs and answers, and its place on the map."""

    insee_code = models.CharField(
        "code Insee",
        max_length=5,
        unique=True,
        validators=[RegexValidator(r"^(\d{2}|2[AB])\d{3}$", "Un code Insee compte cinq signes.")],
    )
    postal_code = models.CharField("code postal", max_length=5)
    population = models.PositiveIntegerField("population municipale", null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(
        "année du recensement", null=True, blank=True
    )
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    contour = models.JSONField("contour (géométrie GeoJSON)", null=True, blank=True)

    class Meta:
        verbose_name = "commune"


class ConventionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(memberships__user=user).distinct()


class Convention(models.Model):
    name = models.CharField("intitulé", max_length=200)
    short_name = models.CharField("nom court", max_length=60)
    slug = models.SlugField("adresse", unique=True, validators=[refuse_reserved_slug])
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    epci = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="led_conventions",
        verbose_name="intercommunalité",
    )
    caf = models.ForeignKey(
        Organization, models.PROTECT, related_name="caf_conventions", verbose_name="Caf"
    )
    organizations = models.ManyToManyField(
        Organization,
        related_name="conventions",
        verbose_name="organismes du territoire",
        blank=True,
    )
    follows = models.OneToOneField(
        "self",
        models.PROTECT,
        related_name="renewal",
        verbose_name="convention précédente",
        null=True,
        blank=True,
    )
    definition = models.TextField("définition", blank=True)
    context = models.TextField("contexte", blank=True)
    diagnosis = models.CharField("diagnostic partagé", max_length=200, blank=True)
    annual_support = models.DecimalField(
        "soutien annuel de la Caf (€)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    annual_support_year = models.PositiveSmallIntegerField("année de base", null=True, blank=True)
    funding_scope = models.TextField("périmètre des financements", blank=True)
    bonus_from = models.DateField("bonus territoire à compter du", null=True, blank=True)
    bonus_terms = models.TextField("règles du bonus territoire", blank=True)
    untouched_days = models.PositiveSmallIntegerField(
        "jours sans modification avant de le signaler",
        default=180,
        validators=[MinValueValidator(1)],
    )
    note = models.TextField("remarque", blank=True)
    is_demo = models.BooleanField("démonstration fictive", default=False)

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(
                name="convention_ends_after_start",
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                violation_error_message="La fin de la convention doit suivre son début.",
            )
        ]

    def __str__(self):
        return f"{self.name} {self.period_label}"

    def get_absolute_url(self):
        return reverse("governance:home", args=[self.slug])

    @property
    def period_label(self):
        return f"{self.starts_on.year}–{self.ends_on.year}"

    @property
    def years(self):
        return range(self.starts_on.year, self.ends_on.year + 1)

    @property
    def communes(self):
        return Commune.objects.filter(conventions=self)


class Theme(models.Model):
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="themes")
    code = models.SlugField("code")
    label = models.CharField("libellé", max_length=100)
    has_caf_funding = models.BooleanField("financée par la Caf", default=False)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "thématique"
        ordering = ["position", "label"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "code"], name="theme_code_unique")
        ]

    def __str__(self):
        return self.label


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


class Document(models.Model):
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="documents")
    title = models.CharField("titre", max_length=200)
    file = models.FileField("fichier", upload_to="documents/%Y/", validators=[check_upload])
    added_at = models.DateTimeField("ajouté", auto_now_add=True)
    added_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, verbose_name="ajouté par"
    )

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


class JournalEntry(models.Model):
    """What was done, by whom, on what; written by the verbs, never edited."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="journal")
    at = models.DateTimeField("le", default=timezone.now, editable=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name="par")
    verb = models.CharField("acte", max_length=60)
    summary = models.TextField("résumé")
    data = models.JSONField("détail", default=dict, blank=True)
    target_type = models.ForeignKey(ContentType, models.PROTECT)
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="journal_target")]

    def __str__(self):
        return self.summary

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """(label, before, after) of each field that this act changed."""
        return [(label, before, after) for label, before, after in self.data.get("changes", ())]
