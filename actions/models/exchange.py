from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.models import Convention


class PlanImport(models.Model):
    """A spreadsheet that somebody sent: read, shown, then written to the plan as one act."""

    class State(models.TextChoices):
        DRAFT = "draft", "à vérifier"
        QUEUED = "queued", "en attente d’écriture"
        WRITING = "writing", "en cours d’écriture"
        APPLIED = "applied", "importé"
        UNDONE = "undone", "annulé"
        DROPPED = "dropped", "abandonné"

    LIVE = (State.QUEUED, State.WRITING)
    LONG = 200  # actions to write: beyond, it is done in the background

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="plan_imports")
    name = models.CharField("nom du fichier", max_length=200)
    file = models.FileField("fichier", upload_to="imports/%Y/")
    state = models.CharField("état", max_length=20, choices=State, default=State.DRAFT)
    sent_at = models.DateTimeField("envoyé le", default=timezone.now, editable=False)
    sent_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    # What the person was shown, and then what was done: see actions.exchange.preview.
    preview = models.JSONField("aperçu", default=dict, encoder=DjangoJSONEncoder)
    # What it takes to undo: rows created, and fields changed with before and after.
    written = models.JSONField("écrit", default=dict, encoder=DjangoJSONEncoder)
    failure = models.TextField("pourquoi rien n’a été écrit", blank=True, editable=False)
    applied_at = models.DateTimeField("importé le", null=True, blank=True, editable=False)
    applied_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True, editable=False)
    undone_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    kept = models.JSONField("laissé tel quel à l’annulation", default=list, blank=True)

    class Meta:
        verbose_name = "import du plan"
        verbose_name_plural = "imports du plan"
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_import_dated",
                condition=Q(state__in=["draft", "queued", "writing", "dropped"], applied_at=None)
                | Q(state__in=["applied", "undone"], applied_at__isnull=False),
                violation_error_message="Un import écrit a une date.",
            )
        ]

    def __str__(self):
        return f"Import de « {self.name} »"

    @property
    def is_live(self):
        return self.state in self.LIVE

    @property
    def to_write(self) -> int:
        """How many actions the preview would create or change."""
        counts = self.preview.get("counts", {})
        return counts.get("created", 0) + counts.get("changed", 0)

    @property
    def pill(self):
        if self.is_live:
            return "ongoing"
        return {self.State.DRAFT: "ongoing", self.State.APPLIED: "done"}.get(self.state, "neutral")


class Correspondence(models.Model):
    """What a convention means by a word of its spreadsheets; asked once, remembered."""

    class Kind(models.TextChoices):
        COLUMN = "column", "colonne"
        ORGANIZATION = "organization", "organisme"
        COMMUNE = "commune", "commune"

    SKIP = "-"
    NEW = "+"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="correspondences")
    kind = models.CharField("nature", max_length=20, choices=Kind)
    said = models.CharField("écrit dans le fichier", max_length=200)
    meant = models.CharField("compris comme", max_length=60)

    class Meta:
        verbose_name = "correspondance"
        ordering = ["kind", "said"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "kind", "said"], name="correspondence_once"
            )
        ]

    def __str__(self):
        return f"{self.said} = {self.meant}"
