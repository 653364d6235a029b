"""What the verbs of the status would refuse, known before anything is written."""

from django.utils import timezone

from actions.exchange.interpret import Wanted
from actions.models import Action


def refused_move(action: Action, value: dict[str, str], wanted: Wanted) -> str:
    """Why the verbs would refuse this status, or nothing."""
    status = Action.Status(value["status"])
    if status == action.status:
        return ""
    if action.is_finished and status == Action.Status.ONGOING:
        return "" if value["reason"] else "Dites pourquoi l’action est rouverte (motif du statut)."
    if status not in Action.MOVES[Action.Status(action.status)]:
        return (
            f"Une action « {action.get_status_display()} » ne peut pas devenir « {status.label} »."
        )
    if status in (Action.Status.POSTPONED, Action.Status.ABANDONED) and not value["reason"]:
        return "Ce statut demande un motif (colonne « Motif du statut »)."
    if status == Action.Status.POSTPONED and not wanted.values.get("ends_on"):
        return "Un report demande une nouvelle date de fin (colonne « Fin »)."
    if status == Action.Status.POSTPONED and wanted.values["ends_on"] < f"{timezone.localdate()}":
        return "La nouvelle date de fin est déjà passée."
    return ""
