"""Where the address of a sheet leads after its code changed or it joined another sheet."""

from actions.models import Action, Overlap
from ctg.convention.models import Convention


def moved_to(convention: Convention, code: str, action: Action | None) -> Action | None:
    """The action to go to instead; None when the address is right, or never was."""
    if action is None:
        former = Action.history.filter(convention_id=convention.pk, code=code).order_by(
            "-history_id"
        )
        return convention.actions.filter(pk__in=former.values("id")[:1]).first()
    if action.archived_at is None:
        return None
    merged = Overlap.objects.about(action).filter(state=Overlap.State.MERGED).exclude(kept=action)
    pair = merged.select_related("kept__convention").first()
    return pair.kept if pair else None
