from django import forms

from ctg.mail.kinds import SWITCHABLE


class PreferencesForm(forms.Form):
    wanted = forms.MultipleChoiceField(
        label="Je veux recevoir un courriel quand",
        choices=[(kind.value, kind.label) for kind in SWITCHABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
