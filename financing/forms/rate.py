from django import forms

from ctg.convention.models import Convention
from ctg.fields import DateInput, FrenchDecimalField
from ctg.french import NBSP
from financing.models import Rate


class RateForm(forms.ModelForm):
    """A rate of the convention’s own; it prevails over the national one."""

    amount = FrenchDecimalField(label="Valeur", min_value=0, max_digits=12, decimal_places=4)

    class Meta:
        model = Rate
        fields = ["kind", "amount", "valid_from", "valid_until", "source"]
        widgets = {"valid_from": DateInput, "valid_until": DateInput}
        help_texts = {"source": "Le courrier, la circulaire ou la convention qui donne ce chiffre."}

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.convention = convention

    def clean(self):
        data = super().clean()
        starts, ends = data.get("valid_from"), data.get("valid_until")
        if starts and ends and ends < starts:
            self.add_error("valid_until", "La fin de validité doit suivre son début.")
        is_share = data.get("kind") == Rate.Kind.ALSH_NEW_SHARE
        if is_share and (data.get("amount") or 0) > 100:
            self.add_error("amount", f"Une part va de 0 à 100{NBSP}%.")
        return data

    def _get_validation_exclusions(self):
        """A date is given once inside the convention, which no form asks for."""
        return super()._get_validation_exclusions() - {"convention"}
