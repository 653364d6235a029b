from django.db import models

from ctg.convention.models import Convention


class PublicSite(models.Model):
    """The public pages of a convention: closed until its lead opens them."""

    convention = models.OneToOneField(Convention, models.PROTECT, related_name="public_site")
    is_open = models.BooleanField("pages ouvertes au public", default=False, editable=False)
    introduction = models.TextField(
        "présentation",
        blank=True,
        help_text="En tête de la première page ; à défaut, la définition de la convention.",
    )
    contact_email = models.EmailField(
        "adresse de contact",
        blank=True,
        help_text="Celle d’un service plutôt que d’une personne : elle est montrée à tous.",
    )
    shows_grants = models.BooleanField(
        "publier le fichier des subventions",
        default=False,
        help_text="Celles qui dépassent le seuil légal, au format national (SCDL).",
    )

    class Meta:
        verbose_name = "site public"
        verbose_name_plural = "sites publics"

    def __str__(self):
        return f"Pages publiques de {self.convention}"


def site_of(convention: Convention) -> PublicSite:
    """As its lead set it, or closed as it starts."""
    return PublicSite.objects.filter(convention=convention).first() or PublicSite(
        convention=convention
    )
