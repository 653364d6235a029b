from django import forms

from ctg.convention.models import Convention
from governance.models import Committee


class FollowForm(forms.Form):
    committee = forms.ModelChoiceField(
        label="Comité", queryset=Committee.objects.none(), empty_label="Choisir…"
    )

    def __init__(self, data=None, *, convention: Convention):
        super().__init__(data)
        self.fields["committee"].queryset = convention.committees.filter(closed_on=None)
