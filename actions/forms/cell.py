"""One cell of the plan’s table as a small form; the same forms and verbs as the sheet."""

from functools import partial

from django import forms

from actions import services
from actions.forms.action import TEXT_MAX
from actions.forms.moves import MOVES
from actions.forms.sheet import Section, SheetForms
from actions.models import Action
from ctg.accounts.models import User
from ctg.convention.models import Convention, Organization
from ctg.fields import DateInput

FIELDS = {
    "titre": Section("Intitulé", ("title",)),
    "thematiques": Section("Thématiques", ("themes",)),
    "dates": Section("Dates", ("starts_on", "ends_on", "is_continuous")),
    "calendrier": Section("Calendrier", ("calendar",)),
}


class PilotCell(forms.Form):
    legend = "Pilote"
    pilot = forms.ModelChoiceField(label="Pilote", queryset=Organization.objects.none())
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, action: Action, convention: Convention):
        super().__init__(data)
        self.action = action
        self.fields["pilot"].queryset = Organization.objects.filter(conventions=convention)
        now = str(action.pilot.pk) if action.pilot else ""
        self.initial = {"pilot": action.pilot, "seen": now}
        self.conflict = ""
        if self.is_bound and self.data.get("seen") != now:
            self.data = self.data.copy()
            self.data["seen"] = now
            self.conflict = f"{action.pilot or 'Personne'} pilote maintenant cette action."

    def clean(self):
        if self.conflict:
            raise forms.ValidationError(f"{self.conflict} Enregistrez de nouveau pour le changer.")
        return super().clean()

    def save(self, *, by: User) -> Action:
        services.name_pilot(self.action, pilot=self.cleaned_data["pilot"], by=by)
        return self.action


class StatusCell(forms.Form):
    legend = "Statut"
    status = forms.ChoiceField(label="Statut", widget=forms.RadioSelect)
    to = forms.DateField(
        label="Nouvelle date de fin", required=False, widget=DateInput, help_text="Pour reporter."
    )
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=TEXT_MAX,
        help_text="Pour reporter, abandonner ou rouvrir.",
    )

    def __init__(self, data=None, *, action: Action, convention: Convention):
        super().__init__(data)
        self.action = action
        self.fields["status"].choices = [
            (slug, move.label) for slug, move in MOVES.items() if move.suits(action)
        ]

    def clean(self):
        data = super().clean()
        if data.get("status"):
            for name, errors in MOVES[data["status"]].errors(self.data).items():
                self.add_error(name, errors)
        return data

    def save(self, *, by: User) -> Action:
        data = self.cleaned_data
        move = MOVES[data["status"]]
        asked = {"to": data["to"], "reason": data["reason"]}
        services.act(self.action, partial(move.make, **asked), by=by)
        return self.action


class FieldsCell(SheetForms):
    """Some fields of the action, merged as on the sheet when somebody saved meanwhile."""

    def __init__(self, data, *, action: Action, convention: Convention, section: Section):
        super().__init__(data, action=action, convention=convention, sections=[section])
        self.legend = section.legend

    def __iter__(self):
        return iter(self.form)


CELLS = {"pilote": PilotCell, "statut": StatusCell}


def cell_form(name: str, data, *, action: Action, convention: Convention):
    """KeyError when the table has no such cell to edit."""
    if name in CELLS:
        return CELLS[name](data, action=action, convention=convention)
    return FieldsCell(data, action=action, convention=convention, section=FIELDS[name])
