"""When two action sheets are merged, the kept one is followed and decided about as both were."""

from actions.models import Action
from ctg.accounts.models import User


def take_over(kept: Action, absorbed: Action, *, by: User) -> None:
    """A decision stays on the sheet it was taken about, and reaches the kept one too."""
    for decision in absorbed.decisions.all():
        decision.actions.add(kept)
    for committee in absorbed.committees.all():
        committee.actions.add(kept)
        committee.actions.remove(absorbed)
