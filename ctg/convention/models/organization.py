from django.core.validators import RegexValidator
from django.db import models


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
