from django import forms
from django.db import transaction
from django.forms import BaseInlineFormSet, inlineformset_factory

from actions.models import Action
from ctg.accounts.models import User
from ctg.convention.models import Convention
from ctg.french import NBSP, money
from financing.forms.lines import MOST_EUROS, EuroField
from financing.models import BudgetLine
from financing.services import record_budget


class BudgetLineForm(forms.ModelForm):
    year = forms.TypedChoiceField(label="Année", coerce=int)
    planned = EuroField(label="Prévu (€)", min_value=0, required=False)
    granted = EuroField(label="Accordé (€)", min_value=0, required=False)
    spent = EuroField(label="Réalisé (€)", min_value=0, required=False)

    class Meta:
        model = BudgetLine
        fields = ["year", "funder", "planned", "granted", "spent"]

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        years = set(convention.years) | ({self.instance.year} if self.instance.pk else set())
        self.fields["year"].choices = [("", "Choisir…"), *((y, y) for y in sorted(years))]
        self.fields["funder"].queryset = convention.organizations.order_by("name")
        self.fields["funder"].empty_label = "Choisir…"

    def clean(self):
        data = super().clean()
        for name in ("planned", "granted", "spent"):
            if (data.get(name) or 0) > MOST_EUROS:
                said = f"{money(data[name])}{NBSP}: ce n’est pas vraisemblable."
                self.add_error(name, said)
        return data


class BaseBudgetFormSet(BaseInlineFormSet):
    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, form_kwargs={"convention": convention}, **kwargs)

    def get_queryset(self):
        return super().get_queryset().order_by("year", "funder__name")

    @transaction.atomic
    def save_by(self, person: User):
        self.save()
        record_budget(
            self.instance,
            added=len(self.new_objects),
            changed=len(self.changed_objects),
            removed=len(self.deleted_objects),
            by=person,
        )

    def get_unique_error_message(self, unique_check):
        return "Un financeur a deux lignes la même année : réunissez-les."

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Retirer"


BudgetFormSet = inlineformset_factory(
    Action,
    BudgetLine,
    form=BudgetLineForm,
    formset=BaseBudgetFormSet,
    extra=2,
    can_delete=True,
    can_delete_extra=False,
)
