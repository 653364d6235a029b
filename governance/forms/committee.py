from django import forms
from django.forms import inlineformset_factory

from actions.forms.action import ONE_BLANK_ROW
from actions.forms.loaded import LoadedChoiceField
from actions.forms.rows import OrganizationRows
from ctg.convention.models import Convention
from ctg.fields import DateInput
from governance.forms.action_codes import ActionCodesField
from governance.models import Committee, CommitteeMember


class CommitteeForm(forms.ModelForm):
    class Meta:
        model = Committee
        fields = ["name", "kind", "theme", "meetings_per_year", "quorum", "note"]
        widgets = {"kind": forms.RadioSelect, "note": forms.Textarea({"rows": 3})}
        help_texts = {
            "meetings_per_year": "Une alerte paraît quand le rythme n’est plus tenu.",
            "quorum": "Vide : le comité délibère quel que soit le nombre de présents.",
        }

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.convention = convention
        self.fields["kind"].choices = Committee.Kind.choices
        self.fields["theme"].queryset = convention.themes.all()
        self.fields["theme"].empty_label = "Aucune en particulier"
        self.fields["actions"] = ActionCodesField(
            convention=convention,
            label="Actions suivies",
            initial=self.instance.actions.all() if self.instance.pk else (),
        )
        self.order_fields(["name", "kind", "theme", "meetings_per_year", "quorum", "actions"])


class SeatForm(forms.ModelForm):
    organization = LoadedChoiceField(label="Organisme", empty_label="Choisir…")

    class Meta:
        model = CommitteeMember
        fields = [
            "organization",
            "function",
            "title",
            "email",
            "is_chair",
            "is_deputy",
            "starts_on",
            "ends_on",
        ]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}


SeatFormSet = inlineformset_factory(
    Committee, CommitteeMember, SeatForm, formset=OrganizationRows, **ONE_BLANK_ROW
)
