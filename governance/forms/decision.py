from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.forms.action import TEXT_MAX
from actions.models import Action
from ctg.convention.models import Convention
from ctg.fields import DateInput
from governance.forms.action_codes import ActionCodesField
from governance.models import Decision
from governance.services.decisions import Effect

Kind, Status = Decision.Kind, Action.Status
# What a decision of this kind usually does to the actions it names.
USUAL_EFFECT = {
    Kind.VALIDATE: Status.ONGOING,
    Kind.EXTEND: Status.POSTPONED,
    Kind.STOP: Status.ABANDONED,
}
EFFECTS = {
    Status.ONGOING: "la lancer ou la rouvrir",
    Status.POSTPONED: "reporter sa fin",
    Status.DONE: "la déclarer réalisée",
    Status.ABANDONED: "l’abandonner",
}


class DecisionForm(forms.ModelForm):
    class Meta:
        model = Decision
        fields = ["kind", "text", "objectives", "owner", "due_on"]
        widgets = {
            "text": forms.Textarea({"rows": 3, "maxlength": TEXT_MAX}),
            "due_on": DateInput,
            "objectives": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, convention: Convention, actions=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = convention.organizations.all()
        self.fields["owner"].empty_label = "Personne encore"
        if "objectives" in self.fields:
            self.fields["objectives"].queryset = (
                self.fields["objectives"].queryset.current().filter(stake__convention=convention)
            )
        known = self.instance.actions.all() if self.instance.pk else actions
        self.fields["actions"] = ActionCodesField(convention=convention, initial=known)
        self.order_fields(["kind", "text", "actions", "owner", "due_on", "objectives"])

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < timezone.localdate(self.instance.meeting.starts_at):
            raise ValidationError("L’échéance précède la réunion.")
        return due_on


class QuickDecisionForm(DecisionForm):
    """One line, typed while people talk."""

    class Meta(DecisionForm.Meta):
        fields = ["kind", "text", "owner", "due_on"]
        widgets = {"text": forms.TextInput({"maxlength": TEXT_MAX}), "due_on": DateInput}


class AssignForm(forms.ModelForm):
    """All that still changes once the minutes are adopted."""

    class Meta:
        model = Decision
        fields = ["owner", "due_on"]
        widgets = {"due_on": DateInput}

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = convention.organizations.all()
        self.fields["owner"].empty_label = "Personne encore"


class ApplyForm(forms.Form):
    """What the decision does to each action, proposed by its kind, confirmed by the lead."""

    outcome = forms.CharField(
        label="Suite donnée",
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea({"rows": 2}),
        help_text="Ce qui a été fait, en une phrase.",
    )

    def __init__(self, data=None, *, decision: Decision):
        super().__init__(data)
        self.actions = {action.code: action for action in decision.actions.all()}
        for code, action in self.actions.items():
            allowed = [s for s in EFFECTS if s in Action.MOVES[Status(action.status)]]
            usual = USUAL_EFFECT.get(Kind(decision.kind))
            self.fields[f"effect-{code}"] = forms.ChoiceField(
                label=f"{code} · {action.title}",
                required=False,
                choices=[("", "ne pas changer son statut"), *((s, EFFECTS[s]) for s in allowed)],
                initial=usual if usual in allowed and not action.archived_at else "",
                help_text=f"Aujourd’hui : {action.get_status_display()}.",
                disabled=action.archived_at is not None,
            )
            self.fields[f"to-{code}"] = forms.DateField(
                label="Nouvelle fin", required=False, widget=DateInput, help_text="Pour un report."
            )

    @property
    def rows(self):
        return [(self[f"effect-{code}"], self[f"to-{code}"]) for code in self.actions]

    @property
    def effects(self) -> dict[Action, Effect]:
        return {
            action: Effect(self.cleaned_data[f"effect-{code}"], self._end(code))
            for code, action in self.actions.items()
            if self.cleaned_data.get(f"effect-{code}")
        }

    def _end(self, code) -> date | None:
        return self.cleaned_data.get(f"to-{code}")

    def refuse(self, refusal: ValidationError) -> None:
        """A refusal keyed by the code of the action goes to its line."""
        by_code = refusal.message_dict if hasattr(refusal, "error_dict") else {}
        for code, said in by_code.items():
            at = f"effect-{code}"
            self.add_error(at if at in self.fields else None, said)
        if not by_code:
            self.add_error(None, refusal)
