from django.db import models

from ctg.accounts.models import User
from ctg.convention.models import Convention


class SheetPrint(models.Model):
    """Sheets that a person asked for as one PDF, made in the background."""

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="sheet_prints")
    by = models.ForeignKey(
        User, models.CASCADE, related_name="sheet_prints", verbose_name="demandé par"
    )
    at = models.DateTimeField("demandé le", auto_now_add=True)
    codes = models.JSONField("codes des actions", default=list)
    done = models.PositiveIntegerField("parties prêtes", default=0)
    total = models.PositiveIntegerField("parties", default=0)
    file = models.FileField("fichier", upload_to="fiches/%Y/", blank=True)
    failure = models.CharField("échec", max_length=300, blank=True)

    class Meta:
        verbose_name = "tirage de fiches"
        verbose_name_plural = "tirages de fiches"
        ordering = ["-at"]

    def __str__(self):
        return f"{len(self.codes)} fiches"

    @property
    def is_running(self):
        return not (self.file or self.failure)

    @property
    def share(self) -> int:
        """Whole percents of the parts that are ready."""
        return 100 * self.done // self.total if self.total else 0
