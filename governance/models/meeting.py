from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from actions.models import Action
from ctg.convention.models import Convention, Organization
from ctg.french import french_date
from governance.models.committee import Committee, CommitteeMember


class MeetingQuerySet(models.QuerySet):
    def of(self, convention: Convention):
        return self.filter(committee__convention=convention)

    def standing(self):
        """All but the cancelled ones."""
        return self.exclude(state=Meeting.State.CANCELLED)

    def over(self):
        return self.filter(state__in=Meeting.OVER)


class Meeting(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "en préparation"
        CONVENED = "convened", "convoquée"
        HELD = "held", "tenue"
        ADOPTED = "adopted", "relevé adopté"
        CANCELLED = "cancelled", "annulée"

    OVER = (State.HELD, State.ADOPTED)

    committee = models.ForeignKey(
        Committee, models.PROTECT, related_name="meetings", verbose_name="comité"
    )
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin", null=True, blank=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    state = models.CharField("état", max_length=20, choices=State, default=State.DRAFT)
    minutes = models.TextField("compte rendu", blank=True)
    convened_at = models.DateTimeField("convoquée le", null=True, blank=True, editable=False)
    invitation_number = models.PositiveSmallIntegerField(
        "version de l’invitation", default=0, editable=False
    )
    adopted_on = models.DateField("relevé adopté le", null=True, blank=True, editable=False)
    cancel_reason = models.TextField("motif de l’annulation", blank=True, editable=False)

    objects = MeetingQuerySet.as_manager()

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
        return f"{self.committee} du {french_date(self.starts_at)}"

    def get_absolute_url(self):
        return reverse("governance:meeting", args=[self.committee.convention.slug, self.pk])

    @property
    def is_over(self):
        return self.state in self.OVER

    @property
    def can_prepare(self):
        return self.state in (self.State.DRAFT, self.State.CONVENED)

    @property
    def can_note(self):
        """Presence, discussion and decisions: until the minutes are adopted."""
        return self.state in (self.State.DRAFT, self.State.CONVENED, self.State.HELD)

    @property
    def has_begun(self):
        return self.starts_at <= timezone.now()


class AgendaItem(models.Model):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    title = models.CharField("point", max_length=300)
    minutes = models.PositiveSmallIntegerField(
        "durée (minutes)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
    )
    actions = models.ManyToManyField(
        Action, related_name="agenda_items", verbose_name="actions", blank=True
    )
    note = models.TextField("ce qui est attendu", blank=True)
    discussion = models.TextField("ce qui s’est dit", blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.title


class AttendanceQuerySet(models.QuerySet):
    def seated(self):
        """Who took part, in person or represented: what a quorum counts."""
        return self.filter(state__in=(Attendance.State.PRESENT, Attendance.State.REPRESENTED))


class Attendance(models.Model):
    """One person expected at a meeting: the reply to the convocation, then the presence."""

    class State(models.TextChoices):
        PRESENT = "present", "présent"
        EXCUSED = "excused", "excusé"
        REPRESENTED = "represented", "représenté"
        ABSENT = "absent", "absent"

    REPLIES = State.choices[:3]  # nobody announces an absence without excuse

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="organisme")
    member = models.ForeignKey(
        CommitteeMember,
        models.SET_NULL,
        related_name="attendances",
        verbose_name="membre du comité",
        null=True,
        blank=True,
    )
    title = models.CharField("qualité", max_length=150, blank=True)
    email = models.EmailField("adresse de convocation", blank=True)
    reply = models.CharField("réponse", max_length=20, choices=REPLIES, blank=True)
    replied_at = models.DateTimeField("réponse donnée le", null=True, blank=True, editable=False)
    told_version = models.PositiveSmallIntegerField(
        "dernière invitation envoyée", null=True, blank=True, editable=False
    )
    represented_by = models.CharField("représenté par", max_length=150, blank=True)
    state = models.CharField("présence", max_length=20, choices=State, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "présence"
        ordering = ["organization__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "member"],
                name="attendance_once",
                violation_error_message="Ce membre est déjà attendu à cette réunion.",
            )
        ]

    def __str__(self):
        return " · ".join(filter(None, [self.label, self.get_state_display()]))

    @property
    def label(self):
        return f"{self.organization}, {self.title}" if self.title else str(self.organization)
