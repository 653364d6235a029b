from django import forms

from actions.forms.action import TEXT_MAX, PlanChoiceField
from actions.forms.plan import LEVELS
from actions.models import OperationalObjective, Proposal
from ctg.convention.models import Convention, Organization


class ProposalForm(forms.ModelForm):
    class Meta:
        model = Proposal
        fields = ["organization", "title", "description", "themes", "audiences"]
        widgets = {
            "description": forms.Textarea({"rows": 6, "maxlength": TEXT_MAX}),
            "themes": forms.CheckboxSelectMultiple,
            "audiences": forms.CheckboxSelectMultiple,
        }
        labels = {"organization": "Au nom de"}

    def __init__(self, data=None, *, convention: Convention, organizations: list[Organization]):
        super().__init__(data, instance=Proposal(convention=convention))
        mine = Organization.objects.filter(pk__in=[one.pk for one in organizations])
        self.fields["organization"].queryset = mine
        self.fields["organization"].empty_label = None
        self.fields["themes"].queryset = convention.themes.all()
        self.fields["audiences"].queryset = convention.audiences.all()


class DeclineForm(forms.Form):
    answer = forms.CharField(
        label="Réponse",
        max_length=TEXT_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text="Elle est envoyée à la personne qui a proposé.",
    )


class AcceptForm(forms.Form):
    objective = PlanChoiceField(
        label="Objectif opérationnel",
        queryset=OperationalObjective.objects.none(),
        empty_label="Choisir…",
    )
    answer = forms.CharField(
        label="Un mot pour la personne",
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data=None, *, convention: Convention):
        super().__init__(data)
        objectives = LEVELS["objectifs-operationnels"].of(convention).current()
        self.fields["objective"].queryset = objectives.order_by("code")
