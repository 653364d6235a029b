from django.db import models
from django.db.models import Q

from actions.models import Action, StrategicObjective
from ctg.accounts.models import User
from ctg.convention.models import Convention, Organization
from governance.models.meeting import AgendaItem, Meeting


class DecisionQuerySet(models.QuerySet):
    def of(self, convention: Convention):
        return self.filter(meeting__committee__convention=convention)

    def open(self):
        return self.filter(state=Decision.State.OPEN)

    def overdue(self, on):
        return self.with_lateness(on).filter(is_late=True)

    def with_lateness(self, on):
        """Add ``is_late``: still to apply, its date is past; the only definition."""
        late = Q(state=Decision.State.OPEN, due_on__lt=on)
        return self.annotate(
            is_late=models.Case(
                models.When(late, then=True), default=False, output_field=models.BooleanField()
            )
        )

    def for_list(self, on):
        """What a line of the register shows, in a fixed number of queries."""
        return (
            self.with_lateness(on)
            .select_related("meeting__committee", "owner")
            .prefetch_related("actions", "objectives")
        )


class Decision(models.Model):
    class Kind(models.TextChoices):
        VALIDATE = "validate", "valider"
        EXTEND = "extend", "prolonger"
        ADAPT = "adapt", "adapter"
        STOP = "stop", "arrêter"
        FUND = "fund", "financer"
        AMEND = "amend", "modifier par avenant"
        OTHER = "other", "autre"

    class State(models.TextChoices):
        OPEN = "open", "à appliquer"
        APPLIED = "applied", "appliquée"
        DROPPED = "dropped", "sans suite"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    agenda_item = models.ForeignKey(
        AgendaItem,
        models.SET_NULL,
        related_name="decisions",
        verbose_name="point de l’ordre du jour",
        null=True,
        blank=True,
    )
    kind = models.CharField("nature", max_length=20, choices=Kind)
    text = models.TextField("décision")
    actions = models.ManyToManyField(
        Action, related_name="decisions", verbose_name="actions", blank=True
    )
    objectives = models.ManyToManyField(
        StrategicObjective, related_name="decisions", verbose_name="objectifs", blank=True
    )
    owner = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, verbose_name="chargé de l’appliquer"
    )
    due_on = models.DateField("échéance", null=True, blank=True)
    state = models.CharField("suite", max_length=20, choices=State, default=State.OPEN)
    outcome = models.TextField("suite donnée", blank=True)
    settled_on = models.DateField("suite donnée le", null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        User,
        models.SET_NULL,
        related_name="+",
        verbose_name="suite donnée par",
        null=True,
        blank=True,
        editable=False,
    )

    reminded_on = models.DateField("rappelée le", null=True, blank=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        ordering = ["-meeting__starts_at", "pk"]

    def __str__(self):
        return self.text

    @property
    def is_open(self):
        return self.state == self.State.OPEN
