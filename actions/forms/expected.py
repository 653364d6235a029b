from django import forms

from actions.forms.action import TEXT_MAX, DateInput
from actions.models import Campaign, ExceptionalAccess
from ctg.convention.models import Convention, Organization


class AskForm(forms.Form):
    """One more organisation asked about one action."""

    action = forms.ModelChoiceField(label="Action", queryset=None, empty_label="Choisir une action")
    organizations = forms.ModelMultipleChoiceField(
        label="Organismes",
        queryset=None,
        help_text="Maintenez Ctrl pour en choisir plusieurs.",
        widget=forms.SelectMultiple({"size": 8}),
    )

    def __init__(self, data=None, *, convention: Convention, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["action"].queryset = convention.actions.current().in_plan_order()
        self.fields["action"].label_from_instance = lambda action: action.heading
        self.fields["organizations"].queryset = convention.organizations.all()


class AccessForm(forms.ModelForm):
    use_required_attribute = False

    class Meta:
        model = ExceptionalAccess
        fields = ["organization", "until", "reason"]
        widgets = {
            "until": DateInput,
            "reason": forms.Textarea({"rows": 2, "maxlength": TEXT_MAX}),
        }

    def __init__(self, data=None, *, campaign: Campaign):
        super().__init__(data)
        asked = campaign.contributions.asked().values("organization")
        self.fields["organization"].queryset = Organization.objects.filter(pk__in=asked)
        self.fields["organization"].empty_label = "Choisir un organisme"
