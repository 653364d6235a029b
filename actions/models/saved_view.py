from django.db import models
from django.db.models import Q
from django.urls import reverse

from ctg.accounts.models import User
from ctg.convention.models import Convention


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One’s own, and those that others share with the members."""
        return self.filter(Q(owner=user) | Q(is_shared=True))


class SavedView(models.Model):
    """A view of the plan with its filters, columns and order, as the address says them."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="saved_views")
    owner = models.ForeignKey(
        User, models.CASCADE, related_name="saved_views", verbose_name="personne"
    )
    name = models.CharField("nom", max_length=80)
    query = models.TextField("adresse", blank=True, editable=False)
    is_shared = models.BooleanField("partagée avec les membres", default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "owner", "name"],
                name="saved_view_name_unique",
                violation_error_message="Une de vos vues porte déjà ce nom.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse('actions:plan', args=[self.convention.slug])}?{self.query}"
