from django import forms

from actions.models import Action, Overlap


class NoteForm(forms.Form):
    note = forms.CharField(label="Pourquoi", required=False, max_length=500)


class MergeForm(NoteForm):
    keep = forms.ModelChoiceField(
        label="Fiche à garder",
        queryset=Action.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    field_order = ["keep", "note"]

    def __init__(self, data=None, *, pair: Overlap):
        super().__init__(data)
        self.fields["keep"].queryset = Action.objects.filter(pk__in=[pair.first_id, pair.second_id])
        self.initial["keep"] = pair.first_id
