"""The changes of status a person may ask for, and what each asks her."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms

from actions.deeds import Deed
from actions.forms.action import PostponeForm, ReasonForm
from actions.models import Action


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

    def make(self, deed: Deed, **asked) -> None:
        """``asked``: at least what the form of this move asks; the rest is left."""
        status = deed.action.get_status_display()
        if not self.suits(deed.action):
            raise forms.ValidationError(
                f"Une action « {status} » ne peut pas changer ainsi de statut."
            )
        self.verb(deed, **{name: asked[name] for name in self.form.base_fields})

    def errors(self, data) -> dict[str, list[str]]:
        """What is missing or wrong in what this move asks."""
        return self.form(data).errors


MOVES = {
    "lancer": Move("Lancer", "Lancer l’action", Action.Status.ONGOING, Deed.start),
    "realiser": Move(
        "Déclarer réalisée", "Déclarer l’action réalisée", Action.Status.DONE, Deed.complete
    ),
    "reporter": Move(
        "Reporter", "Reporter l’action", Action.Status.POSTPONED, Deed.postpone, PostponeForm
    ),
    "abandonner": Move(
        "Abandonner",
        "Abandonner l’action",
        Action.Status.ABANDONED,
        Deed.abandon,
        ReasonForm,
    ),
    "rouvrir": Move(
        "Rouvrir",
        "Rouvrir l’action",
        Action.Status.ONGOING,
        Deed.reopen,
        ReasonForm,
        from_finished=True,
    ),
}
