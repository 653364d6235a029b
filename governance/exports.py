"""The register of decisions as a table: the columns of the page, and what it has no room for."""

from collections.abc import Iterable

from django.utils import timezone

from ctg.spreadsheets import Column, Kind, Sheet
from governance.models import Decision

COLUMNS = [
    Column("Date", lambda d: timezone.localdate(d.meeting.starts_at), kind=Kind.DATE),
    Column("Comité", lambda d: d.meeting.committee.name, width=34),
    Column("Nature", lambda d: d.get_kind_display()),
    Column("Décision", lambda d: d.text, width=60),
    Column("Actions", lambda d: ", ".join(action.code for action in d.actions.all())),
    Column("Objectifs", lambda d: ", ".join(o.code for o in d.objectives.all())),
    Column("À appliquer par", lambda d: str(d.owner or ""), width=24),
    Column("Échéance", lambda d: d.due_on, kind=Kind.DATE),
    Column("Suite", lambda d: "en retard" if d.is_late else d.get_state_display()),
    Column("Suite donnée", lambda d: d.outcome, width=40),
    Column("Suite donnée le", lambda d: d.settled_on, kind=Kind.DATE),
]


def register_sheet(decisions: Iterable[Decision]) -> Sheet:
    """The decisions come for_list()."""
    return Sheet("Décisions", COLUMNS, decisions)
