from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse

from ctg.convention.models.organization import Commune, Organization

# The first words of the site’s own addresses, and two that a server in front of it answers.
RESERVED_SLUGS = {
    "accessibilite",
    "admin",
    "aide",
    "api",
    "bilan-partage",
    "calendrier",
    "compte",
    "conventions",
    "courriels",
    "demo",
    "donnees-personnelles",
    "healthz",
    "invitation",
    "lien",
    "media",
    "mentions-legales",
    "metrics",
    "public",
    "readyz",
    "reunion",
    "static",
}


def refuse_reserved_slug(slug):
    if slug in RESERVED_SLUGS:
        raise ValidationError("Cette adresse est réservée par le site : choisissez-en une autre.")


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
