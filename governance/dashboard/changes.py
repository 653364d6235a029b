"""What changed last, without what the person may not read elsewhere."""

from dataclasses import dataclass
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from actions.models import Action
from ctg.convention.models import Convention, JournalEntry
from ctg.convention.rights import Access, Right

CHANGES = 10


@dataclass(frozen=True)
class Change:
    entry: JournalEntry
    code: str

    @property
    def day(self) -> date:
        return timezone.localdate(self.entry.at)


def last_changes(convention: Convention, access: Access) -> list[Change]:
    """Answers, money and memberships are left out for those who may not read them."""
    entries = convention.journal.all()
    if not access.has(Right.FOLLOW_CAMPAIGN):
        entries = entries.exclude(verb__startswith="contribution.")
    if not access.has(Right.VIEW_FUNDING):
        entries = entries.exclude(target_type__app_label="financing")
    if not access.has(Right.MANAGE_CONVENTION):
        entries = entries.exclude(verb__startswith="membership.")
        entries = entries.exclude(verb__startswith="review.publication_")
    found = list(entries.select_related("by")[:CHANGES])
    action_type = ContentType.objects.get_for_model(Action).pk
    targets = [entry.target_id for entry in found if entry.target_type_id == action_type]
    codes = dict(Action.objects.filter(pk__in=targets).values_list("pk", "code"))
    return [
        Change(entry, codes.get(entry.target_id, "") if entry.target_type_id == action_type else "")
        for entry in found
    ]
