from django import forms

from ctg.convention.models import Convention
from ctg.fields import DateInput
from ctg.french import NBSP
from financing.forms.facility import AUTHORITIES
from financing.forms.lines import MOST_EUROS, EuroField
from financing.models import Grant


def is_siret(digits: str) -> bool:
    """Its Luhn key holds; the post office’s SIRETs follow another rule, the sum of their digits."""
    if not digits.isdecimal() or len(digits) != 14:
        return False
    if digits.startswith("356000000"):
        return sum(map(int, digits)) % 5 == 0
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(digits)]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


class GrantForm(forms.ModelForm):
    amount = EuroField(label="Montant (€)", min_value=0, max_value=MOST_EUROS)

    class Meta:
        model = Grant
        fields = [
            *("granted_by", "granted_by_siret", "beneficiary", "beneficiary_siret"),
            *("beneficiary_rna", "purpose", "amount", "nature", "agreed_on", "reference"),
            *("terms", "pays_from", "pays_until", "is_state_aid", "action"),
        ]
        widgets = {
            "agreed_on": DateInput,
            "pays_from": DateInput,
            "pays_until": DateInput,
            "nature": forms.RadioSelect,
            "terms": forms.RadioSelect,
        }

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.convention = convention
        organizations = convention.organizations.order_by("name")
        self.fields["granted_by"].queryset = organizations.filter(kind__in=AUTHORITIES)
        self.fields["beneficiary"].queryset = organizations
        self.fields["action"].queryset = convention.actions.current().order_by("code")

    def clean_granted_by_siret(self):
        return self._siret("granted_by_siret")

    def clean_beneficiary_siret(self):
        return self._siret("beneficiary_siret")

    def _siret(self, name):
        """The schema asks for a valid one."""
        digits = self.cleaned_data[name]
        if digits and not is_siret(digits):
            raise forms.ValidationError(f"Ce SIRET n’existe pas{NBSP}: vérifiez ses chiffres.")
        return digits

    def clean(self):
        data = super().clean()
        if data.get("terms") == Grant.Terms.SPREAD and not data.get("pays_until"):
            self.add_error("pays_until", "Un versement échelonné a une date de fin.")
        return data
