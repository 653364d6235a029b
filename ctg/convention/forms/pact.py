"""What the lead says of the pact itself: its facts, its themes, its thresholds."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms import inlineformset_factory

from ctg.convention.forms.territory import SirenField
from ctg.convention.models import Convention, Theme
from ctg.convention.territory import what_holds, years_told
from ctg.fields import DateInput, FrenchDecimalField
from ctg.french import NBSP


class ThresholdsForm(forms.ModelForm):
    """From when on the plan says that something waits for attention."""

    class Meta:
        model = Convention
        fields = ["untouched_days"]
        labels = {"untouched_days": "Signaler une action non modifiée depuis (jours)"}


class FactsForm(forms.ModelForm):
    """The address never changes: it is in mails, in bookmarks and in published reviews."""

    annual_support = FrenchDecimalField(
        label="Soutien annuel de la Caf (€)", min_value=0, max_digits=12, required=False
    )

    class Meta:
        model = Convention
        fields = [
            "name",
            "short_name",
            "starts_on",
            "ends_on",
            "epci",
            "caf",
            "diagnosis",
            "annual_support",
            "annual_support_year",
            "definition",
            "context",
        ]
        widgets = {
            "starts_on": DateInput,
            "ends_on": DateInput,
            "definition": forms.Textarea({"rows": 4}),
            "context": forms.Textarea({"rows": 4}),
        }
        labels = {"annual_support_year": "Année de base de ce soutien"}
        help_texts = {
            "name": "En toutes lettres, comme sur la convention signée.",
            "short_name": "Celui de l’en-tête des pages.",
            "diagnosis": "Le titre du document, par exemple « Portrait de territoire ».",
            "definition": "Ce qu’est la convention, pour qui ne la connaît pas.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("epci", "caf"):
            self.fields[name].queryset = self.instance.organizations.order_by("name")
            self.fields[name].empty_label = None

    def clean(self):
        """No year that something was written for is left outside the convention."""
        data = super().clean()
        told = years_told(self.instance)
        if data.get("starts_on") and told and min(told) < data["starts_on"].year:
            self.add_error("starts_on", _kept(told, min(told)))
        if data.get("ends_on") and told and max(told) > data["ends_on"].year:
            self.add_error("ends_on", _kept(told, max(told)))
        return data


def _kept(told, year):
    return f"L’année {year} sert déjà ({told[year]}){NBSP}: elle reste dans la convention."


class ThemeForm(forms.ModelForm):
    class Meta:
        model = Theme
        fields = ["label", "has_caf_funding", "position"]


class BaseThemeFormSet(forms.BaseInlineFormSet):
    """A theme that something bears is renamed, never removed."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Retirer"
        if form.instance.pk is None:
            form.fields["position"].initial = self.initial_form_count() + 1

    def clean(self):
        super().clean()
        labels = set()
        for form in self.forms:
            if form in self.deleted_forms:
                if held := what_holds(form.instance):
                    raise ValidationError(
                        f"«{NBSP}{form.instance}{NBSP}» sert déjà ({held}){NBSP}: "
                        "renommez cette thématique plutôt que de la retirer."
                    )
            elif label := form.cleaned_data.get("label", "").casefold():
                if label in labels:
                    form.add_error("label", "Cette thématique est déjà dans la liste.")
                labels.add(label)


ThemeFormSet = inlineformset_factory(
    Convention, Theme, ThemeForm, formset=BaseThemeFormSet, extra=1, can_delete=True
)


class OpeningForm(forms.ModelForm):
    """A new convention, and who will lead it."""

    epci_name = forms.CharField(label="Intercommunalité", max_length=200)
    epci_siren = SirenField(
        label="SIREN de l’intercommunalité",
        required=False,
        help_text="Neuf chiffres, s’il est connu.",
    )
    caf_name = forms.CharField(
        label="Caf", max_length=200, help_text="Par exemple « Caf de la Haute-Garonne »."
    )
    usual_themes = forms.BooleanField(
        label="Reprendre les neuf champs d’intervention habituels",
        required=False,
        initial=True,
        help_text="Petite enfance, enfance, jeunesse, parentalité… La liste se change ensuite.",
    )
    lead_email = forms.EmailField(
        label="Adresse électronique de la ou du chef·fe de projet",
        help_text="Une invitation lui est envoyée ; donnez la vôtre pour piloter vous-même.",
    )
    lead_first_name = forms.CharField(label="Son prénom", max_length=100)

    class Meta:
        model = Convention
        fields = ["name", "short_name", "slug", "starts_on", "ends_on"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}
        help_texts = {
            "slug": "Sans espace ni accent, par exemple « mon-territoire-2026-2030 ».",
        }

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {
            "name": "Convention territoriale globale",
            "lead_email": person.email,
            "lead_first_name": person.first_name,
        }
