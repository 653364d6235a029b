from django import forms

from ctg.convention.models import Convention, Organization
from ctg.convention.rights import Role


class InvitationForm(forms.Form):
    email = forms.EmailField(label="Adresse électronique professionnelle")
    first_name = forms.CharField(label="Prénom", max_length=100)
    organization = forms.ModelChoiceField(
        label="Organisme", queryset=Organization.objects.none(), empty_label="Choisir…"
    )
    role = forms.ChoiceField(label="Rôle", choices=Role.choices, widget=forms.RadioSelect)

    def __init__(self, *args, convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = convention.organizations.all()


class ThresholdsForm(forms.ModelForm):
    """From when on the plan says that something waits for attention."""

    class Meta:
        model = Convention
        fields = ["untouched_days"]
        labels = {"untouched_days": "Signaler une action non modifiée depuis (jours)"}


class GrantForm(forms.Form):
    """The role of a person who asked to be let in."""

    role = forms.ChoiceField(label="Rôle", choices=Role.choices)
