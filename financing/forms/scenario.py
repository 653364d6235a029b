from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory

from actions.forms.action import DateInput
from actions.forms.figures import FrenchDecimalField
from ctg.convention.models import Convention
from ctg.french import NBSP, number
from financing.forms.facility import AUTHORITIES
from financing.forms.lines import MOST
from financing.models import Facility, Rate, Scenario, ScenarioLine, ScenarioRate
from financing.simulation import Basis


class ScenarioForm(forms.ModelForm):
    year = forms.TypedChoiceField(label="Année simulée", coerce=int)

    class Meta:
        model = Scenario
        fields = ["title", "year"]
        help_texts = {"title": "Par exemple : « Dix places de plus à Labège en septembre »."}

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.convention = convention
        self.fields["year"].choices = [(year, year) for year in convention.years]


class FacilityChoice(forms.ModelChoiceField):
    """Each with what it counts today."""

    basis: Basis | None = None

    def label_from_instance(self, facility):
        said = self.basis.quantities.get(facility.pk) if self.basis else None
        if said is None:
            return facility.name
        new = f" + {number(said.new)}" if said.new else ""
        return f"{facility.name} ({number(said.existing)}{new} {facility.unit})"


class ScenarioLineForm(forms.ModelForm):
    facility = FacilityChoice(
        label="Équipement",
        queryset=Facility.objects.none(),
        required=False,
        empty_label="Un équipement à créer",
    )
    existing_quantity = FrenchDecimalField(label="Offre existante", min_value=0, required=False)
    new_quantity = FrenchDecimalField(label="Offre nouvelle", min_value=0, required=False)
    rate = FrenchDecimalField(
        label="Montant unitaire (€)", min_value=0, decimal_places=4, required=False
    )

    class Meta:
        model = ScenarioLine
        fields = [
            *("facility", "existing_quantity", "new_quantity", "opens_on", "rate"),
            *("name", "kind", "competent_authority"),
        ]
        widgets = {"opens_on": DateInput}
        labels = {
            "opens_on": "Ouvre le",
            "name": "S’il est à créer, son nom",
            "kind": "Son type",
            "competent_authority": "Son autorité compétente",
        }

    def __init__(self, *args, convention: Convention, start: Basis, **kwargs):
        super().__init__(*args, **kwargs)
        self.start = start
        self.fields["facility"].queryset = convention.facilities.open_in(start.year)
        self.fields["facility"].basis = start
        authorities = convention.organizations.filter(kind__in=AUTHORITIES)
        self.fields["competent_authority"].queryset = authorities.order_by("name")

    def clean(self):
        data = super().clean()
        facility = data.get("facility")
        if facility:
            self._keep_what_is_blank(data, facility)
        elif "facility" not in self.errors:
            for name in ("name", "kind", "competent_authority"):
                if not data.get(name):
                    self.add_error(name, "Demandé pour un équipement à créer.")
        for name in ("existing_quantity", "new_quantity"):
            data[name] = data.get(name) or 0
        unit = facility.unit if facility else Facility(kind=data.get("kind")).unit
        total = data["existing_quantity"] + data["new_quantity"]
        if total > MOST[unit]:
            said = f"{number(total)} {unit}{NBSP}: ce n’est pas vraisemblable."
            self.add_error("existing_quantity", said)
        return data

    def _keep_what_is_blank(self, data, facility):
        known = self.start.quantities.get(facility.pk)
        if known and data.get("existing_quantity") is None:
            data["existing_quantity"] = known.existing
        if known and data.get("new_quantity") is None:
            data["new_quantity"] = known.new


class ScenarioRateForm(forms.ModelForm):
    amount = FrenchDecimalField(label="Valeur supposée", min_value=0, decimal_places=4)

    class Meta:
        model = ScenarioRate
        fields = ["kind", "amount"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in Rate.Kind.choices if choice[0] != Rate.Kind.GRANT_THRESHOLD]
        self.fields["kind"].choices = [("", "Choisir…"), *kinds]


class OnceFormSet(BaseInlineFormSet):
    def get_unique_error_message(self, unique_check):
        return "La même hypothèse figure deux fois : gardez-en une."

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Retirer"


class LinesOnceFormSet(OnceFormSet):
    def clean(self):
        """The formset itself does not look at a constraint that has a condition."""
        super().clean()
        kept = [form for form in self.forms if not self._should_delete_form(form)]
        chosen = [
            one for form in kept if (one := getattr(form, "cleaned_data", {}).get("facility"))
        ]
        if len(chosen) > len(set(chosen)):
            raise forms.ValidationError(self.get_unique_error_message(()))


COMMON = {"can_delete": True, "can_delete_extra": False}
LineFormSet = inlineformset_factory(
    Scenario, ScenarioLine, form=ScenarioLineForm, formset=LinesOnceFormSet, extra=2, **COMMON
)
RateFormSet = inlineformset_factory(
    Scenario, ScenarioRate, form=ScenarioRateForm, formset=OnceFormSet, extra=1, **COMMON
)
