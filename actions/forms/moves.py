"""The changes of status a person may ask for, and what each asks her."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms

from actions import services
from actions.forms.action import PostponeForm, ReasonForm
from actions.models import Action
from ctg.accounts.models import User


@dataclass(frozen=True)
class Move:
    label: str
    title: str
    to: str
    verb: Callable[..., None]
    form: type[forms.Form] = forms.Form
    from_finished: bool = False

    def suits(self, action):
        """Reopening and starting both lead to « en cours »: which one depends on the status."""
        allowed = Action.MOVES[Action.Status(action.status)]
        return self.to in allowed and self.from_finished == action.is_finished

    def make(self, action: Action, *, by: User, **asked) -> None:
        """``asked``: at least what the form of this move asks; the rest is left."""
        if not self.suits(action):
            raise forms.ValidationError(
                f"Une action « {action.get_status_display()} » ne peut pas changer ainsi de statut."
            )
        self.verb(action, by=by, **{name: asked[name] for name in self.form.base_fields})

    def errors(self, data) -> dict[str, list[str]]:
        """What is missing or wrong in what this move asks."""
        return self.form(data).errors


MOVES = {
    "lancer": Move("Lancer", "Lancer l’action", Action.Status.ONGOING, services.start),
    "realiser": Move(
        "Déclarer réalisée", "Déclarer l’action réalisée", Action.Status.DONE, services.complete
    ),
    "reporter": Move(
        "Reporter", "Reporter l’action", Action.Status.POSTPONED, services.postpone, PostponeForm
    ),
    "abandonner": Move(
        "Abandonner",
        "Abandonner l’action",
        Action.Status.ABANDONED,
        services.abandon,
        ReasonForm,
    ),
    "rouvrir": Move(
        "Rouvrir",
        "Rouvrir l’action",
        Action.Status.ONGOING,
        services.reopen,
        ReasonForm,
        from_finished=True,
    ),
}
