"""The plan as a sheet: the same actions, in the same order, as the page that asks for it."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from actions.exchange.fields import FIELDS, LOADED, fingerprint
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


def with_lists(actions: ActionQuerySet) -> ActionQuerySet:
    """What a line says, as plain lists: a manager for each would double the time."""
    communes = Commune.objects.defer("contour")  # read for each action
    return actions.select_related(
        "operational_objective__strategic_objective__stake"
    ).prefetch_related(
        Prefetch("communes", communes, to_attr=f"{LOADED}communes"),
        *(Prefetch(name, to_attr=f"{LOADED}{name}") for name in ("themes", "partners", *RELATED)),
        f"{LOADED}partners__organization",
    )


def _lines(actions: ActionQuerySet) -> Iterator[dict[str, Any]]:
    for action in with_lists(actions).iterator(chunk_size=AT_ONCE):
        said = {field.key: field.written(action) for field in FIELDS}
        yield said | {"is_late": action.is_late, "fingerprint": fingerprint(said)}
