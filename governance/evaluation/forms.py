from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from actions.models import Action
from ctg.convention.models import Convention
from governance.evaluation.services import TEXTS
from governance.models import FinalEvaluation, FollowUp

HEADLINE_MAX, TEXT_MAX = 400, 10_000
DECISION, REASON = "decision_", "reason_"


class EvaluationForm(forms.ModelForm):
    """The texts; ``only`` keeps the fields it names: autosave sends one."""

    class Meta:
        model = FinalEvaluation
        fields = TEXTS
        widgets = {name: forms.Textarea({"rows": 7}) for name in TEXTS}
        help_texts = {"headline": "Vide, la phrase est tirée des chiffres."}

    def __init__(self, *args: Any, only: Collection[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            longest = HEADLINE_MAX if name == "headline" else TEXT_MAX
            field.max_length = longest  # type: ignore[attr-defined]
            field.validators.append(forms.CharField(max_length=longest).validators[0])
        self.fields["headline"].widget.attrs["rows"] = 2
        if only is not None:
            self.fields = {name: f for name, f in self.fields.items() if name in only}


class FollowUpsForm(forms.Form):
    """A decision and its reason for each action of the plan, in plan order."""

    def __init__(
        self,
        *args: Any,
        convention: Convention,
        known: Mapping[int, FollowUp],
        only: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actions = list(convention.actions.current().in_plan_order())
        for action in self.actions:
            follow_up = known.get(action.pk)
            self.fields[f"{DECISION}{action.pk}"] = forms.ChoiceField(
                label=f"Suite de {action.code}",
                choices=[("", "À décider"), *FollowUp.Decision.choices],
                required=False,
                initial=follow_up.decision if follow_up else "",
            )
            self.fields[f"{REASON}{action.pk}"] = forms.CharField(
                label=f"Motif pour {action.code}",
                max_length=TEXT_MAX,
                required=False,
                initial=follow_up.reason if follow_up else "",
                widget=forms.Textarea({"rows": 2}),
            )
        if only is not None:
            self.actions = [a for a in self.actions if f"{DECISION}{a.pk}" in only]
            kept = {f"{prefix}{a.pk}" for a in self.actions for prefix in (DECISION, REASON)}
            self.fields = {name: field for name, field in self.fields.items() if name in kept}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for action in self.actions:
            decision = cleaned.get(f"{DECISION}{action.pk}")
            reason = cleaned.get(f"{REASON}{action.pk}", "").strip()
            if decision in (FollowUp.Decision.ADAPT, FollowUp.Decision.STOP) and not reason:
                self.add_error(
                    f"{REASON}{action.pk}", f"Dites pourquoi {action.code} s’adapte ou s’arrête."
                )
        return cleaned

    @property
    def decisions(self) -> dict[Action, tuple[str, str]]:
        return {
            action: (
                self.cleaned_data[f"{DECISION}{action.pk}"],
                self.cleaned_data[f"{REASON}{action.pk}"],
            )
            for action in self.actions
        }

    def fields_of(self, action: str) -> tuple[forms.BoundField, forms.BoundField] | None:
        """The decision and the reason, by the code of the action."""
        found = next((one for one in self.actions if one.code == action), None)
        return (self[f"{DECISION}{found.pk}"], self[f"{REASON}{found.pk}"]) if found else None
