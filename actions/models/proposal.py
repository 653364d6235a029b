from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from actions.models.action import Action
from actions.models.plan import Audience
from ctg.accounts.models import User
from ctg.convention.models import Convention, Organization, Theme


class Proposal(models.Model):
    """An action that a commune or a partner would like to see in the plan."""

    class State(models.TextChoices):
        WAITING = "waiting", "à examiner"
        ACCEPTED = "accepted", "acceptée"
        DECLINED = "declined", "non retenue"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="proposals")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="proposals", verbose_name="organisme"
    )
    title = models.CharField("intitulé", max_length=300)
    description = models.TextField("ce que vous voulez faire, et pourquoi")
    themes = models.ManyToManyField(
        Theme, related_name="proposals", verbose_name="thématiques", blank=True
    )
    audiences = models.ManyToManyField(
        Audience, related_name="proposals", verbose_name="publics visés", blank=True
    )
    state = models.CharField("état", max_length=20, choices=State, default=State.WAITING)
    answer = models.TextField("réponse", blank=True)
    action = models.OneToOneField(
        Action, models.PROTECT, related_name="proposal", null=True, blank=True
    )
    made_at = models.DateTimeField("proposée le", default=timezone.now, editable=False)
    made_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = "proposition d’action"
        verbose_name_plural = "propositions d’actions"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="proposal_accepted_has_action",
                condition=Q(state="accepted", action__isnull=False)
                | (~Q(state="accepted") & Q(action=None)),
                violation_error_message="Une proposition acceptée est devenue une action.",
            ),
            models.CheckConstraint(
                name="proposal_declined_says_why",
                condition=~Q(state="declined") | ~Q(answer=""),
                violation_error_message="Une proposition non retenue a une réponse.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("actions:proposal", args=[self.convention.slug, self.pk])

    @property
    def is_waiting(self):
        return self.state == self.State.WAITING
