"""The plan as a sheet: the same actions, in the same order, as the page that asks for it."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from actions.exchange.fields import FIELDS, fingerprint
from actions.models.action import ActionQuerySet
from ctg.convention.models import Commune, Convention
from ctg.spreadsheets import Column, Sheet

FINGERPRINT = "Repère (ne pas modifier)"
RELATED = ("audiences", "findings", "other_stakes", "steps", "indicators")
AT_ONCE = 500  # rows in memory


def plan_sheet(actions: ActionQuerySet) -> Sheet:
    """Needs with_lateness()."""
    columns = [Column(f.label, itemgetter(f.key), f.kind, f.width) for f in FIELDS]
    columns.append(Column("En retard", itemgetter("is_late"), width=10))
    columns.append(Column(FINGERPRINT, itemgetter("fingerprint"), hidden=True))
    return Sheet("Plan d’action", columns, _lines(actions))


def whole_plan(convention: Convention) -> ActionQuerySet:
    return convention.actions.current().with_lateness(timezone.localdate()).in_plan_order()


def _lines(actions: ActionQuerySet) -> Iterator[dict[str, Any]]:
    communes = Prefetch("communes", Commune.objects.defer("contour"))  # read for each action
    rows = actions.with_plan().prefetch_related(communes, *RELATED)
    for action in rows.iterator(chunk_size=AT_ONCE):
        said = {field.key: field.written(action) for field in FIELDS}
        yield said | {"is_late": action.is_late, "fingerprint": fingerprint(said)}
