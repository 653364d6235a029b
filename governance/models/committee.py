from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from actions.models import Action
from ctg.convention.models import Convention, Organization, Theme


class CommitteeQuerySet(models.QuerySet):
    def active(self):
        return self.filter(closed_on=None)


class Committee(models.Model):
    class Kind(models.TextChoices):
        STEERING = "steering", "comité de pilotage"
        FOLLOW_UP = "follow_up", "groupe de suivi opérationnel"
        WORKING = "working", "groupe de travail technique"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="committees")
    kind = models.CharField("nature", max_length=20, choices=Kind)
    name = models.CharField("nom", max_length=200)
    theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        related_name="committees",
        verbose_name="thématique",
        null=True,
        blank=True,
    )
    meetings_per_year = models.PositiveSmallIntegerField(
        "réunions attendues par an",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(52)],
    )
    quorum = models.PositiveSmallIntegerField(
        "quorum (organismes présents ou représentés)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    actions = models.ManyToManyField(
        Action, related_name="committees", verbose_name="actions suivies", blank=True
    )
    note = models.TextField("remarque", blank=True)
    closed_on = models.DateField("fin d’activité", null=True, blank=True)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = "comité"
        ordering = ["kind", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("governance:committee", args=[self.convention.slug, self.pk])


class CommitteeMemberQuerySet(models.QuerySet):
    def sitting(self, on):
        """Whose term has begun and is not over; a term without dates lasts."""
        return self.filter(
            Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on)
        )


class CommitteeMember(models.Model):
    class Function(models.TextChoices):
        ELECTED = "elected", "élu·e"
        TECHNICAL = "technical", "technicien·ne"

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="members")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="seats", verbose_name="organisme"
    )
    function = models.CharField("collège", max_length=20, choices=Function)
    title = models.CharField("qualité", max_length=150, blank=True)
    email = models.EmailField("adresse de convocation", blank=True)
    is_chair = models.BooleanField("préside", default=False)
    is_deputy = models.BooleanField("suppléant·e", default=False)
    starts_on = models.DateField("début du mandat", null=True, blank=True)
    ends_on = models.DateField("fin du mandat", null=True, blank=True)

    objects = CommitteeMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "membre de comité"
        verbose_name_plural = "membres de comité"
        ordering = ["-is_chair", "function", "is_deputy", "organization__name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="seat_ends_after_start",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="La fin du mandat doit suivre son début.",
            ),
            models.CheckConstraint(
                name="seat_chair_is_not_deputy",
                condition=Q(is_chair=False) | Q(is_deputy=False),
                violation_error_message="Une même place préside ou supplée, pas les deux.",
            ),
        ]

    def __str__(self):
        return f"{self.organization} · {self.committee}"

    @property
    def label(self):
        return f"{self.organization}, {self.title}" if self.title else str(self.organization)

    def sits(self, on):
        """As sitting() says of many."""
        return (self.starts_on or on) <= on <= (self.ends_on or on)
