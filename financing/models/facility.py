from django.db import models
from django.db.models import F, Q

from actions.models import Action
from ctg.convention.models import Commune, Convention, Organization, Theme


class FacilityQuerySet(models.QuerySet):
    def open_in(self, year: int):
        """Open at least one day of the year."""
        return self.filter(Q(opened_on=None) | Q(opened_on__year__lte=year)).filter(
            Q(closed_on=None) | Q(closed_on__year__gte=year)
        )


class Facility(models.Model):
    class Kind(models.TextChoices):
        EAJE = "eaje", "Établissement d’accueil du jeune enfant"
        RPE = "rpe", "Relais petite enfance"
        LAEP = "laep", "Lieu d’accueil enfants-parents"
        ALSH = "alsh", "Accueil de loisirs"
        TOY_LIBRARY = "toy_library", "Ludothèque"
        YOUTH = "youth", "Accueil de jeunes"
        COOPERATION = "cooperation", "Poste de coopération"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="facilities")
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("type", max_length=20, choices=Kind)
    manager = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="managed_facilities",
        verbose_name="gestionnaire",
        help_text="L’organisme qui fait fonctionner l’équipement et reçoit le bonus.",
    )
    competent_authority = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="funded_facilities",
        verbose_name="autorité compétente",
        help_text="La collectivité signataire qui cofinance l’équipement.",
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="facilities", verbose_name="commune"
    )
    themes = models.ManyToManyField(
        Theme, related_name="facilities", verbose_name="thématiques", blank=True
    )
    capacity = models.PositiveIntegerField("capacité (places)", null=True, blank=True)
    opened_on = models.DateField("ouvert le", null=True, blank=True)
    closed_on = models.DateField("fermé le", null=True, blank=True)
    in_priority_area = models.BooleanField(
        "en quartier prioritaire (QPV) ou en zone de revitalisation rurale (ZRR)",
        default=False,
        help_text="Ses places nouvelles se comptent alors à la tranche haute.",
    )
    actions = models.ManyToManyField(
        Action, related_name="facilities", verbose_name="actions du plan", blank=True
    )

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = "équipement"
        ordering = ["kind", "name"]
        constraints = [
            models.CheckConstraint(
                name="facility_closes_after_opening",
                condition=Q(opened_on=None) | Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                violation_error_message="La fermeture doit suivre l’ouverture.",
            )
        ]

    def __str__(self):
        return self.name

    def is_open_in(self, year: int) -> bool:
        """At least one day of the year."""
        opened = self.opened_on is None or self.opened_on.year <= year
        return opened and (self.closed_on is None or self.closed_on.year >= year)

    @property
    def unit(self) -> str:
        """What its quantities count."""
        if self.kind in (self.Kind.ALSH, self.Kind.YOUTH):
            return "heures"
        return "places" if self.kind == self.Kind.EAJE else "ETP"
