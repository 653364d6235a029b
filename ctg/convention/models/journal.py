from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.models.convention import Convention


class JournalEntry(models.Model):
    """What was done, by whom, on what; written by the verbs, never edited."""

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="journal")
    at = models.DateTimeField("le", default=timezone.now, editable=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name="par")
    verb = models.CharField("acte", max_length=60)
    summary = models.TextField("résumé")
    data = models.JSONField("détail", default=dict, blank=True)
    target_type = models.ForeignKey(ContentType, models.PROTECT)
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="journal_target")]

    def __str__(self):
        return self.summary

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """(label, before, after) of each field that this act changed."""
        return [(label, before, after) for label, before, after in self.data.get("changes", ())]
