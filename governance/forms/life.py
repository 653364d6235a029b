from django import forms
from django.core.exceptions import ValidationError
from django.forms import inlineformset_factory
from django.utils import timezone

from actions.forms.action import ONE_BLANK_ROW
from actions.forms.rows import SheetFormSet
from ctg.convention.models import (
    Amendment,
    Convention,
    Milestone,
    Organization,
    Principle,
    Signature,
)
from ctg.fields import DateInput

SIGNED_AHEAD = "Cette date est à venir : laissez vide tant que ce n’est pas signé."


def refuse_ahead(day):
    if day and day > timezone.localdate():
        raise ValidationError(SIGNED_AHEAD)
    return day


class SignatureForm(forms.ModelForm):
    class Meta:
        model = Signature
        fields = ["organization", "signed_on", "reference", "note"]
        widgets = {"signed_on": DateInput, "note": forms.TextInput}

    def clean_signed_on(self):
        return refuse_ahead(self.cleaned_data["signed_on"])


class BaseSignatureFormSet(SheetFormSet):
    def get_queryset(self):
        return super().get_queryset().select_related("organization")

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.instance.pk:
            form.fields["organization"].disabled = True
            only = Organization.objects.filter(pk=form.instance.organization_id)
            form.fields["organization"].queryset = only
            form.fields["organization"].widget.choices = [
                (form.instance.organization_id, str(form.instance.organization))
            ]
        else:
            known = self.instance.signatures.values("organization")
            form.fields["organization"].queryset = self.instance.organizations.exclude(pk__in=known)
            form.fields["organization"].empty_label = "Choisir…"


class MilestoneForm(forms.ModelForm):
    class Meta:
        model = Milestone
        fields = ["label", "date_label", "starts_on", "ends_on", "position"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}

    def clean(self):
        data = super().clean()
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "La fin du jalon doit suivre son début.")
        return data


class PrincipleForm(forms.ModelForm):
    class Meta:
        model = Principle
        fields = ["kind", "text", "position"]
        widgets = {"text": forms.Textarea({"rows": 2})}


SignatureFormSet = inlineformset_factory(
    Convention,
    Signature,
    SignatureForm,
    formset=BaseSignatureFormSet,
    extra=1,
    can_delete=False,
)
MilestoneFormSet = inlineformset_factory(
    Convention, Milestone, MilestoneForm, formset=SheetFormSet, **ONE_BLANK_ROW
)
PrincipleFormSet = inlineformset_factory(
    Convention, Principle, PrincipleForm, formset=SheetFormSet, **ONE_BLANK_ROW
)


class AmendmentForm(forms.ModelForm):
    class Meta:
        model = Amendment
        fields = ["number", "subject", "adds", "organizations", "signed_on", "document"]
        widgets = {
            "adds": forms.Textarea({"rows": 4}),
            "signed_on": DateInput,
            "organizations": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "adds": "Financements, équipements, actions, partenaires : ce qui change.",
            "organizations": "Cochés, ils rejoignent les signataires à la date de l’avenant.",
        }

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.convention = convention
        signed = convention.signatures.exclude(signed_on=None).values("organization")
        joining = convention.organizations.exclude(pk__in=signed)
        if self.instance.pk:
            joining = joining | convention.organizations.filter(amendments=self.instance)
        self.fields["organizations"].queryset = joining.distinct()
        self.fields["document"].queryset = convention.documents.shared()
        self.fields["document"].empty_label = "Aucun document déposé"

    def _get_validation_exclusions(self):
        """Numbers are unique inside the convention, which no form asks for."""
        return super()._get_validation_exclusions() - {"convention"}

    def clean_signed_on(self):
        return refuse_ahead(self.cleaned_data["signed_on"])
