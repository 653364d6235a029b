from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from actions.models.partner import ActionPartner
from actions.models.plan import Audience, Finding, OperationalObjective, PlanQuerySet, Stake
from actions.models.step import ActionStep
from ctg.convention.models import Commune, Convention, Document, Organization, Theme


def _missed_steps(on: date):
    return ActionStep.objects.filter(action=OuterRef("pk"), due_on__lt=on, done_on=None)


class ActionQuerySet(PlanQuerySet):
    def visible_to(self, user):
        return self.filter(convention__in=Convention.objects.visible_to(user))

    def published(self):
        """What the public reads, once the pages of the convention are open; the only definition."""
        return self.current().filter(publication__isnull=False)

    def unfinished(self):
        return self.exclude(status__in=Action.FINISHED)

    def late(self, on: date):
        """The planned end, or the date of a step not done, is past; the only definition."""
        return self.unfinished().filter(Q(ends_on__lt=on) | Exists(_missed_steps(on)))

    def with_lateness(self, on: date):
        """Add ``is_late``, computed by the rule of late()."""
        late = ~Q(status__in=Action.FINISHED) & (Q(ends_on__lt=on) | Exists(_missed_steps(on)))
        return self.annotate(
            is_late=models.Case(
                models.When(late, then=True), default=False, output_field=models.BooleanField()
            )
        )

    def in_plan_order(self):
        objective = "operational_objective"
        strategic = f"{objective}__strategic_objective"
        return self.order_by(
            f"{strategic}__stake__position",
            f"{strategic}__position",
            f"{objective}__position",
            "position",
            "code",
        )

    def piloted_by(self, organizations):
        return self.filter(
            partners__role=ActionPartner.Role.PILOT, partners__organization__in=organizations
        )

    def with_plan(self):
        """What a list shows of each action, in a fixed number of queries."""
        return self.select_related(
            "operational_objective__strategic_objective__stake"
        ).prefetch_related("themes", "partners__organization")

    def with_communes_count(self):
        links = Action.communes.through.objects.filter(action=OuterRef("pk")).order_by()
        counted = links.values("action").annotate(count=models.Count("pk")).values("count")
        return self.annotate(communes_count=Coalesce(models.Subquery(counted), 0))


@lru_cache(maxsize=10_000)
def _address(convention: str, code: str) -> str:
    """A list asks for hundreds of them."""
    return reverse("actions:detail", args=[convention, code])


class Action(models.Model):
    class Status(models.TextChoices):
        TODO = "todo", "À venir"
        ONGOING = "ongoing", "En cours"
        DONE = "done", "Réalisée"
        POSTPONED = "postponed", "Reportée"
        ABANDONED = "abandoned", "Abandonnée"

    class Origin(models.TextChoices):
        NEW = "new", "nouvelle"
        RENEWED = "renewed", "reconduite"
        REINFORCED = "reinforced", "renforcée"

    class Scope(models.TextChoices):
        TERRITORY = "territory", "tout le territoire"
        COMMUNES = "communes", "certaines communes"

    FINISHED = (Status.DONE, Status.ABANDONED)
    MOVES = {
        Status.TODO: {Status.ONGOING, Status.DONE, Status.POSTPONED, Status.ABANDONED},
        Status.ONGOING: {Status.DONE, Status.POSTPONED, Status.ABANDONED},
        Status.POSTPONED: {Status.ONGOING, Status.DONE, Status.POSTPONED, Status.ABANDONED},
        Status.DONE: {Status.ONGOING},
        Status.ABANDONED: {Status.ONGOING},
    }

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="actions")
    operational_objective = models.ForeignKey(
        OperationalObjective,
        models.PROTECT,
        related_name="actions",
        verbose_name="objectif opérationnel",
    )
    code = models.CharField("code", max_length=20)
    title = models.CharField("intitulé", max_length=300)
    position = models.PositiveIntegerField("rang", default=0)
    description = models.TextField("description", blank=True)
    expected_results = models.TextField("résultats attendus", blank=True)
    origin = models.CharField("origine", max_length=20, choices=Origin, default=Origin.NEW)
    renewed_from = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="renewals",
        verbose_name="reconduite de",
        null=True,
        blank=True,
        editable=False,
    )
    scope = models.CharField("périmètre", max_length=20, choices=Scope, default=Scope.TERRITORY)
    communes = models.ManyToManyField(
        Commune, related_name="actions", verbose_name="communes", blank=True
    )
    themes = models.ManyToManyField(
        Theme, related_name="actions", verbose_name="thématiques", blank=True
    )
    audiences = models.ManyToManyField(
        Audience, related_name="actions", verbose_name="publics visés", blank=True
    )
    findings = models.ManyToManyField(
        Finding, related_name="actions", verbose_name="constats", blank=True
    )
    other_stakes = models.ManyToManyField(
        Stake, related_name="also_served_by", verbose_name="autres enjeux servis", blank=True
    )
    documents = models.ManyToManyField(
        Document, related_name="actions", verbose_name="documents", blank=True
    )
    pilot_contact = models.CharField("contact chez le pilote", max_length=200, blank=True)
    elected_referent = models.CharField("élu·e référent·e", max_length=200, blank=True)
    calendar = models.CharField("calendrier en clair", max_length=200, blank=True)
    starts_on = models.DateField("début", null=True, blank=True)
    ends_on = models.DateField("fin", null=True, blank=True)
    is_continuous = models.BooleanField("action continue, sans date de fin", default=False)
    is_blocked = models.BooleanField("bloquée", default=False)
    status = models.CharField(
        "statut", max_length=20, choices=Status, default=Status.TODO, editable=False
    )
    status_on = models.DateField("statut depuis le", null=True, editable=False)
    status_reason = models.TextField("motif du statut", blank=True, editable=False)
    progress = models.PositiveSmallIntegerField(
        "avancement (%)", default=0, validators=[MaxValueValidator(100)], editable=False
    )
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    archived_at = models.DateTimeField("archivée le", null=True, blank=True, editable=False)

    objects = ActionQuerySet.as_manager()
    history = HistoricalRecords(
        m2m_fields=[communes, themes, audiences, findings, other_stakes, documents]
    )

    class Meta:
        verbose_name = "action"
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "code"],
                name="action_code_unique",
                violation_error_message="Une action porte déjà ce code.",
            ),
            models.CheckConstraint(
                name="action_ends_after_start",
                condition=Q(starts_on=None)
                | Q(ends_on=None)
                | Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="La fin doit suivre le début.",
            ),
            models.CheckConstraint(
                name="action_continuous_has_no_end",
                condition=Q(is_continuous=False) | Q(ends_on=None),
                violation_error_message="Une action continue n’a pas de date de fin.",
            ),
            models.CheckConstraint(
                name="action_progress_in_percent", condition=Q(progress__lte=100)
            ),
            models.CheckConstraint(
                name="action_abandoned_says_why",
                condition=~Q(status="abandoned") | ~Q(status_reason=""),
                violation_error_message="Une action abandonnée a un motif.",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return _address(self.convention.slug, self.code)

    def move_to(self, status: Status) -> None:
        """Change the status in memory; ValidationError when the move is not allowed."""
        if status not in self.MOVES[self.Status(self.status)]:
            raise ValidationError(
                f"Une action « {self.get_status_display()} » ne peut pas devenir "
                f"« {self.Status(status).label} »."
            )
        self.status = status

    @property
    def heading(self):
        return f"{self.code} · {self.title}"

    @property
    def reach_label(self):
        """Needs with_communes_count()."""
        if self.scope == self.Scope.TERRITORY:
            return "tout le territoire"
        return "1 commune" if self.communes_count == 1 else f"{self.communes_count} communes"

    @property
    def state(self):
        """What a list shows first, late or blocked before the status; needs with_lateness()."""
        if self.is_late:
            return "late"
        return "blocked" if self.is_blocked and not self.is_finished else self.status

    @property
    def state_label(self):
        return {"late": "En retard", "blocked": "Bloquée"}.get(
            self.state, self.get_status_display()
        )

    @property
    def is_finished(self):
        return self.status in self.FINISHED

    @property
    def stake(self):
        return self.operational_objective.strategic_objective.stake

    @property
    def period_label(self):
        if self.calendar:
            return self.calendar
        start, end = (on.year if on else None for on in (self.starts_on, self.ends_on))
        if self.is_continuous:
            return f"Depuis {start}, sans date de fin" if start else "Sans date de fin"
        if start and end and start != end:
            return f"{start} – {end}"
        return str(start or end or "")

    def partners_by_role(self) -> list[ActionPartner]:
        """Pilot first, funders last; from the loaded partners, as organizations()."""
        order = ActionPartner.Role.values
        return sorted(self.partners.all(), key=lambda partner: order.index(partner.role))

    def organizations(self, *roles) -> list[Organization]:
        """From the loaded partners, so that a prefetched list costs no query."""
        return [p.organization for p in self.partners.all() if p.role in roles]

    @property
    def pilot(self) -> Organization | None:
        return next(iter(self.organizations(ActionPartner.Role.PILOT)), None)
