from collections.abc import Collection
from copy import copy

from django import forms
from django.forms import inlineformset_factory

from actions.forms.loaded import LoadedChoiceField
from actions.forms.rows import OrganizationRows, RowForm, RowFormSet
from actions.forms.versioned import VersionedForm
from actions.models import Action, ActionPartner, ActionStep, Indicator, OperationalObjective
from ctg.collation import in_french
from ctg.convention.models import Convention
from ctg.fields import DateInput, FrenchDecimalField

TEXT_MAX = 10_000
SINGLE_PILOT = "Une action a un seul pilote : choisissez « co-pilote »."


class PlanChoiceField(forms.ModelChoiceField):
    """Objectives grouped by stake, so that the list can be read."""

    def label_from_instance(self, objective):
        return f"{objective.code} {objective.title}"


class ActionForm(VersionedForm):
    operational_objective = PlanChoiceField(
        label="Objectif opérationnel",
        queryset=OperationalObjective.objects.none(),
        empty_label="Choisir…",
    )

    class Meta:
        model = Action
        fields = [
            "code",
            "title",
            "operational_objective",
            "origin",
            "findings",
            "description",
            "expected_results",
            "pilot_contact",
            "elected_referent",
            "themes",
            "audiences",
            "other_stakes",
            "scope",
            "communes",
            "calendar",
            "starts_on",
            "ends_on",
            "is_continuous",
            "is_blocked",
        ]
        widgets = {
            "starts_on": DateInput,
            "ends_on": DateInput,
            "description": forms.Textarea({"rows": 5, "maxlength": TEXT_MAX}),
            "expected_results": forms.Textarea({"rows": 3, "maxlength": TEXT_MAX}),
            "scope": forms.RadioSelect,
            "origin": forms.RadioSelect,
            "findings": forms.CheckboxSelectMultiple,
            "themes": forms.CheckboxSelectMultiple,
            "audiences": forms.CheckboxSelectMultiple,
            "other_stakes": forms.CheckboxSelectMultiple,
            "communes": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "calendar": "Comme vous le dites : « Dernier trimestre 2025 », « 2025-2027 »…",
            "pilot_contact": "Un service ou une fonction, plutôt qu’un nom.",
            "elected_referent": "Une fonction, plutôt qu’un nom.",
        }

    def __init__(
        self, *args, convention: Convention, only: Collection[str] | None = None, **kwargs
    ):
        if only is not None:  # else each list of the action is read, shown or not
            self._meta = copy(self._meta)
            self._meta.fields = [name for name in self._meta.fields if name in only]
        super().__init__(*args, **kwargs)
        self.instance.convention = convention
        self._limit_to(convention)
        for name in self.fields.keys() - {*self._meta.fields, "seen_at"}:
            del self.fields[name]

    def bound_fields(self, names: Collection[str]):
        """What the convention has nothing to choose from is left out."""
        return [self[name] for name in names if self._has_choices(name)]

    def _has_choices(self, name):
        field = self.fields[name]
        return not isinstance(field, forms.ModelMultipleChoiceField) or field.queryset.exists()

    def _limit_to(self, convention):
        self.fields["operational_objective"].queryset = (
            OperationalObjective.objects.current()
            .filter(strategic_objective__stake__convention=convention)
            .order_by("strategic_objective__stake__position", "code")
        )
        self.fields["findings"].queryset = convention.findings.all()
        self.fields["themes"].queryset = convention.themes.all()
        self.fields["audiences"].queryset = convention.audiences.all()
        self.fields["other_stakes"].queryset = convention.stakes.current()
        self.fields["communes"].queryset = convention.communes.order_by(in_french("name"))

    def _get_validation_exclusions(self):
        """Codes are unique inside the convention, which no form asks for."""
        return super()._get_validation_exclusions() - {"convention"}

    def clean(self):
        data = super().clean()
        if data.get("scope") == Action.Scope.COMMUNES and not data.get("communes"):
            self.add_error("communes", "Cochez au moins une commune, ou tout le territoire.")
        return data


class StepForm(RowForm):
    class Meta:
        model = ActionStep
        fields = ["title", "starts_on", "due_on", "done_on"]
        widgets = {"starts_on": DateInput, "due_on": DateInput, "done_on": DateInput}


class PartnerForm(RowForm):
    organization = LoadedChoiceField(label="Organisme", empty_label="Choisir…")

    class Meta:
        model = ActionPartner
        fields = ["organization", "role"]


class IndicatorForm(RowForm):
    baseline = FrenchDecimalField(label="Valeur de départ", required=False)
    target = FrenchDecimalField(label="Cible", required=False)

    class Meta:
        model = Indicator
        fields = [
            "title",
            "nature",
            "kind",
            "unit",
            "baseline",
            "target",
            "target_year",
            "is_collected",
        ]


class BasePartnerFormSet(OrganizationRows, RowFormSet):
    @property
    def initial_forms(self):
        """The new pilot last: the former one gives the role back before."""
        return sorted(super().initial_forms, key=_takes_the_lead)

    def clean(self):
        super().clean()
        kept = [form for form in self.forms if _role(form)]
        pilots = [form for form in kept if _takes_the_lead(form)]
        for form in pilots[1:]:
            form.add_error("role", SINGLE_PILOT)
        for other in self._added_meanwhile():
            for form in kept:
                if (form.cleaned_data["organization"], _role(form)) == (
                    other.organization,
                    other.role,
                ):
                    form.add_error("role", f"{other} vient d’être ajouté par quelqu’un d’autre.")
            if other.role == ActionPartner.Role.PILOT and pilots:
                pilots[0].add_error("role", f"{other.organization} est pilote. {SINGLE_PILOT}")

    def _added_meanwhile(self):
        if self.instance.pk is None:
            return []
        shown = [form.instance.pk for form in self.forms if form.instance.pk]
        return self.instance.partners.exclude(pk__in=shown).select_related("organization")


def _role(form) -> str:
    """Nothing for an empty row, a refused one or one to remove."""
    data = getattr(form, "cleaned_data", {})
    whole = data.get("organization") and not data.get("DELETE")
    return data.get("role", "") if whole else ""


def _takes_the_lead(form) -> bool:
    return _role(form) == ActionPartner.Role.PILOT


ONE_BLANK_ROW = {"extra": 1, "can_delete_extra": False}
StepFormSet = inlineformset_factory(
    Action, ActionStep, StepForm, formset=RowFormSet, **ONE_BLANK_ROW
)
PartnerFormSet = inlineformset_factory(
    Action, ActionPartner, PartnerForm, formset=BasePartnerFormSet, **ONE_BLANK_ROW
)
IndicatorFormSet = inlineformset_factory(
    Action, Indicator, IndicatorForm, formset=RowFormSet, **ONE_BLANK_ROW
)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif", widget=forms.Textarea({"rows": 3}), max_length=TEXT_MAX, strip=True
    )


class PostponeForm(ReasonForm):
    to = forms.DateField(label="Nouvelle date de fin", widget=DateInput)
    field_order = ["to", "reason"]
