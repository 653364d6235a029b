from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords


class ActionStep(models.Model):
    action = models.ForeignKey("actions.Action", models.CASCADE, related_name="steps")
    title = models.CharField("étape", max_length=200)
    starts_on = models.DateField("début", null=True, blank=True)
    due_on = models.DateField("échéance", null=True, blank=True)
    done_on = models.DateField("faite le", null=True, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "étape"
        ordering = ["position", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="step_due_after_start",
                condition=Q(starts_on=None) | Q(due_on=None) | Q(due_on__gte=models.F("starts_on")),
                violation_error_message="L’échéance de l’étape doit suivre son début.",
            )
        ]

    def __str__(self):
        return self.title
