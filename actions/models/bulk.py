from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from actions.models.action import Action
from ctg.accounts.models import User
from ctg.convention.models import Convention


class BulkChange(models.Model):
    """Many actions changed as one act, that can be undone as one."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="bulk_changes")
    summary = models.TextField("ce qui a été changé")
    made_at = models.DateTimeField("fait le", default=timezone.now, editable=False)
    made_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True, editable=False)
    undone_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = "changement groupé"
        verbose_name_plural = "changements groupés"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="bulk_change_undone_dated",
                condition=Q(undone_by=None) | Q(undone_at__isnull=False),
                violation_error_message="Un changement annulé a une date.",
            )
        ]

    def __str__(self):
        return self.summary


class BulkLine(models.Model):
    """One action of a bulk change: each aspect that changed, before and after."""

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="lines")
    action = models.ForeignKey(Action, models.PROTECT, related_name="bulk_lines")
    before = models.JSONField("avant", encoder=DjangoJSONEncoder)
    after = models.JSONField("après", encoder=DjangoJSONEncoder)
    words = models.JSONField("en clair", default=list)
    kept = models.JSONField("laissé tel quel à l’annulation", default=list, blank=True)

    class Meta:
        verbose_name = "action changée"
        verbose_name_plural = "actions changées"
        ordering = ["action__code"]
        constraints = [
            models.UniqueConstraint(fields=["change", "action"], name="bulk_line_once_per_action")
        ]

    def __str__(self):
        return f"{self.action.code} · {self.change}"
