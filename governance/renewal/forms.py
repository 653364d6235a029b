from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from actions.models import Action
from ctg.convention.models import Convention
from ctg.fields import DateInput
from governance.models import FinalEvaluation, FollowUp

STOPPED = (Action.Status.ABANDONED, Action.Status.DONE)


class ActionsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, action: Action) -> str:
        follow_up = self.decisions.get(action.pk)  # type: ignore[attr-defined]
        said = f" — {follow_up.get_decision_display().lower()}" if follow_up else ""
        return f"{action.code} {action.title}{said}"


class RenewalForm(forms.ModelForm):
    """What the new convention is, and what it takes over from the old one."""

    actions = ActionsField(
        label="Actions reprises",
        queryset=Action.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Cochées d’avance : celles que l’évaluation propose de poursuivre ou d’adapter.",
    )
    members = forms.BooleanField(label="Les membres et leurs rôles", required=False, initial=True)
    facilities = forms.BooleanField(
        label="Les équipements encore ouverts", required=False, initial=True
    )
    committees = forms.BooleanField(
        label="Les comités et leurs membres", required=False, initial=True
    )

    class Meta:
        model = Convention
        fields = ["name", "short_name", "slug", "starts_on", "ends_on"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.convention = convention
        follow_ups = latest_follow_ups(convention)
        field = self.fields["actions"]
        field.decisions = follow_ups  # type: ignore[attr-defined]
        field.queryset = convention.actions.current().in_plan_order()  # type: ignore[attr-defined]
        field.initial = [
            action.pk
            for action in field.queryset  # type: ignore[attr-defined]
            if goes_on(action, follow_ups.get(action.pk))
        ]
        start = convention.ends_on + timedelta(days=1)
        years = convention.ends_on.year - convention.starts_on.year
        self.fields["name"].initial = convention.name
        self.fields["short_name"].initial = convention.short_name
        self.fields["starts_on"].initial = start
        self.fields["ends_on"].initial = date(start.year + years, 12, 31)

    def clean_starts_on(self) -> date:
        starts_on = self.cleaned_data["starts_on"]
        if starts_on <= self.convention.ends_on:
            raise ValidationError("La nouvelle convention commence après la fin de celle-ci.")
        return starts_on


def latest_follow_ups(convention: Convention) -> dict[int, FollowUp]:
    evaluation = FinalEvaluation.objects.filter(convention=convention).first()
    return {one.action_id: one for one in FollowUp.objects.filter(evaluation=evaluation)}


def goes_on(action: Action, follow_up: FollowUp | None) -> bool:
    """As the evaluation says; otherwise what is neither done nor abandoned."""
    if follow_up:
        return follow_up.decision != FollowUp.Decision.STOP
    return action.status not in STOPPED
