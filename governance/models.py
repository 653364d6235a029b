from django.db import models
from django.db.models import F, Q

from actions.models import Action
from ctg.convention.models import Convention, Organization, Theme
from governance.reviews.models import AnnualReview, StakeSynthesis

__all__ = [
    "AgendaItem",
    "AnnualReview",
    "Attendance",
    "Committee",
    "CommitteeMember",
    "Decision",
    "Meeting",
    "StakeSynthesis",
]


class Committee(models.Model):
    class Kind(models.TextChoices):
        STEERING = "steering", "comité de pilotage"
        FOLLOW_UP = "follow_up", "groupe de suivi opérationnel"
        WORKING = "working", "groupe de travail technique"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="committees")
    kind = models.CharField("nature", max_length=20, choices=Kind)
    name = models.CharField("nom", max_length=200)
    theme = models.ForeignKey(
        Theme, models.PROTECT, related_name="committees", null=True, blank=True
    )
    meetings_per_year = models.PositiveSmallIntegerField(
        "réunions attendues par an", null=True, blank=True
    )
    actions = models.ManyToManyField(
        Action, related_name="committees", verbose_name="actions suivies", blank=True
    )
    note = models.TextField("remarque", blank=True)

    class Meta:
        verbose_name = "comité"
        ordering = ["kind", "name"]

    def __str__(self):
        return self.name


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
    is_chair = models.BooleanField("préside", default=False)

    class Meta:
        verbose_name = "membre de comité"
        verbose_name_plural = "membres de comité"
        ordering = ["-is_chair", "function", "organization__name"]

    def __str__(self):
        return f"{self.organization} · {self.committee}"


class Meeting(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "en préparation"
        CONVENED = "convened", "convoquée"
        HELD = "held", "tenue"
        ADOPTED = "adopted", "relevé adopté"

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin", null=True, blank=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    state = models.CharField("état", max_length=20, choices=State, default=State.DRAFT)
    minutes = models.TextField("compte rendu", blank=True)

    class Meta:
        verbose_name = "réunion"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                name="meeting_ends_after_start",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message="La fin de la réunion doit suivre son début.",
            )
        ]

    def __str__(self):
        return f"{self.committee} du {self.starts_at:%d/%m/%Y}"


class AgendaItem(models.Model):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    title = models.CharField("point", max_length=300)
    minutes = models.PositiveSmallIntegerField("durée (minutes)", null=True, blank=True)
    actions = models.ManyToManyField(
        Action, related_name="agenda_items", verbose_name="actions", blank=True
    )
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title


class Attendance(models.Model):
    class State(models.TextChoices):
        PRESENT = "present", "présent"
        EXCUSED = "excused", "excusé"
        REPRESENTED = "represented", "représenté"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="organisme")
    state = models.CharField("présence", max_length=20, choices=State)

    class Meta:
        verbose_name = "présence"
        ordering = ["organization__name"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "organization"], name="attendance_once")
        ]

    def __str__(self):
        return f"{self.organization} · {self.get_state_display()}"


class DecisionQuerySet(models.QuerySet):
    def of(self, convention: Convention):
        return self.filter(meeting__committee__convention=convention)

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
    kind = models.CharField("nature", max_length=20, choices=Kind)
    text = models.TextField("décision")
    actions = models.ManyToManyField(
        Action, related_name="decisions", verbose_name="actions", blank=True
    )
    owner = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, verbose_name="chargé de l’appliquer"
    )
    due_on = models.DateField("échéance", null=True, blank=True)
    state = models.CharField("suite", max_length=20, choices=State, default=State.OPEN)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        ordering = ["-meeting__starts_at", "pk"]

    def __str__(self):
        return self.text
