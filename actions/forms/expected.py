from django import forms

from actions.expected import asked_about
from actions.forms.action import TEXT_MAX
from actions.models import Action, Campaign, ExceptionalAccess
from ctg.collation import sort_key
from ctg.convention.models import Convention, Organization
from ctg.fields import DateInput


def _offer(field, convention: Convention):
    """By the name that is shown, which need not be the one they are stored by."""
    field.queryset = convention.organizations.all()
    named = sorted(((one.pk, str(one)) for one in field.queryset), key=lambda one: sort_key(one[1]))
    field.choices = named


class AskForm(forms.Form):
    """One more organisation asked about one action."""

    action = forms.ModelChoiceField(label="Action", queryset=None, empty_label="Choisir une action")
    organizations = forms.ModelMultipleChoiceField(
        label="Organismes",
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un organisme."},
    )

    def __init__(self, data=None, *, convention: Convention, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["action"].queryset = convention.actions.current().in_plan_order()
        self.fields["action"].label_from_instance = lambda action: action.heading
        _offer(self.fields["organizations"], convention)


class ChooseForm(forms.Form):
    """Who is asked about one action: ticked as things stand."""

    organizations = forms.ModelMultipleChoiceField(
        label="Organismes interrogés",
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun coché : l’action n’est demandée à personne.",
    )

    def __init__(self, data=None, *, campaign: Campaign, action: Action):
        super().__init__(data, initial={"organizations": asked_about(campaign, action)})
        _offer(self.fields["organizations"], campaign.convention)


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
