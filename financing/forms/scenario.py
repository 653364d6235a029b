from decimal import Decimal

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory

from ctg.convention.models import Convention
from ctg.fields import DateInput, FrenchDecimalField
from ctg.french import NBSP, number
from financing.forms.facility import AUTHORITIES
from financing.forms.lines import MOST
from financing.models import Facility, Rate, Scenario, ScenarioLine, ScenarioRate
from financing.services import Quantities
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


def refuse_absurd(form: forms.ModelForm, name: str, total, unit: str) -> None:
    if total > MOST[unit]:
        said = f"{number(total)} {unit}{NBSP}: ce n’est pas vraisemblable."
        form.add_error(name, said)


class KnownLineForm(forms.ModelForm):
    """Other quantities for a facility that exists; a blank one stays as it is today."""

    facility = FacilityChoice(
        label="Équipement", queryset=Facility.objects.none(), empty_label="Choisir…"
    )
    existing_quantity = FrenchDecimalField(label="Offre existante", min_value=0, required=False)
    new_quantity = FrenchDecimalField(label="Offre nouvelle", min_value=0, required=False)
    rate = FrenchDecimalField(
        label="Montant unitaire (€)", min_value=0, decimal_places=4, required=False
    )

    class Meta:
        model = ScenarioLine
        fields = ["facility", "existing_quantity", "new_quantity", "rate", "opens_on"]
        widgets = {"opens_on": DateInput}
        labels = {"opens_on": "Ouvre le"}

    def __init__(self, *args, convention: Convention, start: Basis, **kwargs):
        super().__init__(*args, **kwargs)
        self.start = start
        self.fields["facility"].queryset = convention.facilities.open_in(start.year)
        self.fields["facility"].basis = start

    def clean(self):
        data = super().clean()
        facility = data.get("facility")
        if facility is None:
            return data
        known = self.start.quantities.get(facility.pk, Quantities(Decimal(0), Decimal(0)))
        for name, today in (("existing_quantity", known.existing), ("new_quantity", known.new)):
            if data.get(name) is None:
                data[name] = today
        total = data["existing_quantity"] + data["new_quantity"]
        refuse_absurd(self, "existing_quantity", total, facility.unit)
        return data


class NewLineForm(forms.ModelForm):
    """A facility that does not exist yet: new places for a nursery, else hours or posts."""

    quantity = FrenchDecimalField(label="Places, heures ou ETP", min_value=0)
    rate = FrenchDecimalField(
        label="Montant unitaire (€)", min_value=0, decimal_places=4, required=False
    )

    class Meta:
        model = ScenarioLine
        fields = ["name", "kind", "competent_authority", "quantity", "opens_on", "rate"]
        widgets = {"opens_on": DateInput}
        labels = {"name": "Nom", "opens_on": "Ouvre le"}

    def __init__(self, *args, convention: Convention, start: Basis, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("name", "kind", "competent_authority"):
            self.fields[name].required = True
        authorities = convention.organizations.filter(kind__in=AUTHORITIES)
        self.fields["competent_authority"].queryset = authorities.order_by("name")
        self.fields["competent_authority"].empty_label = "Choisir…"
        self.fields["kind"].choices = [("", "Choisir…"), *Facility.Kind.choices]
        if self.instance.pk:
            total = self.instance.existing_quantity + self.instance.new_quantity
            self.initial["quantity"] = total

    def clean(self):
        data = super().clean()
        unit = Facility(kind=data.get("kind")).unit
        refuse_absurd(self, "quantity", data.get("quantity") or 0, unit)
        return data

    def save(self, commit=True):
        quantity, is_nursery = self.cleaned_data["quantity"], self.instance.kind == "eaje"
        self.instance.new_quantity = quantity if is_nursery else 0
        self.instance.existing_quantity = 0 if is_nursery else quantity
        return super().save(commit)


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


class KnownLinesFormSet(OnceFormSet):
    def get_queryset(self):
        return super().get_queryset().exclude(facility=None)

    def clean(self):
        """The formset itself does not look at a constraint that has a condition."""
        super().clean()
        kept = [form for form in self.forms if not self._should_delete_form(form)]
        chosen = [
            one for form in kept if (one := getattr(form, "cleaned_data", {}).get("facility"))
        ]
        if len(chosen) > len(set(chosen)):
            raise forms.ValidationError(self.get_unique_error_message(()))


class NewLinesFormSet(OnceFormSet):
    def get_queryset(self):
        return super().get_queryset().filter(facility=None)


COMMON = {"extra": 1, "can_delete": True, "can_delete_extra": False}
KnownLineFormSet = inlineformset_factory(
    Scenario, ScenarioLine, form=KnownLineForm, formset=KnownLinesFormSet, **COMMON
)
NewLineFormSet = inlineformset_factory(
    Scenario, ScenarioLine, form=NewLineForm, formset=NewLinesFormSet, **COMMON
)
RateFormSet = inlineformset_factory(
    Scenario, ScenarioRate, form=ScenarioRateForm, formset=OnceFormSet, **COMMON
)
