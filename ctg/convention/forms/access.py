from django import forms
from django.utils import timezone

from ctg.convention.models import ApiToken, Convention, Organization
from ctg.convention.rights import Role
from ctg.convention.tokens import USUAL
from ctg.fields import DateInput


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


class GrantForm(forms.Form):
    """The role of a person who asked to be let in."""

    role = forms.ChoiceField(label="Rôle", choices=Role.choices)


class ApiTokenForm(forms.Form):
    """A program that acts in the name of ``person``: what it may do, where, until when."""

    name = forms.CharField(
        label="Pour quel usage",
        max_length=100,
        help_text="Par exemple « Tableau de bord du service » : vous le reconnaîtrez ensuite.",
        error_messages={"required": "Dites à quoi ce jeton servira."},
    )
    scope = forms.ChoiceField(
        label="Il permet de",
        choices=[(scope.value, scope.label) for scope in ApiToken.Scope],
        initial=ApiToken.Scope.READ,
        widget=forms.RadioSelect,
    )
    convention = forms.ModelChoiceField(
        label="Dans",
        queryset=Convention.objects.none(),
        required=False,
        empty_label="toutes mes conventions",
    )
    expires_on = forms.DateField(
        label="Valable jusqu’au",
        widget=DateInput,
        help_text="Un an au plus. Le jeton se retire à tout moment.",
        error_messages={"required": "Donnez la date jusqu’à laquelle le jeton est valable."},
    )

    def __init__(self, data=None, *, person):
        super().__init__(data)
        self.fields["convention"].queryset = Convention.objects.visible_to(person)
        self.initial["expires_on"] = timezone.localdate() + USUAL
