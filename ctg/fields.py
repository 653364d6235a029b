"""Form fields that every app shares. No word of the field in here."""

import re
from decimal import Decimal

from django import forms

from ctg import french

SPACES = re.compile(r"\s")
FIGURE = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)")


class FrenchDecimalField(forms.DecimalField):
    """A figure as people type it: « 1 234,5 », « 1 234 » with any space, « 1234.5 »."""

    default_error_messages = {
        "invalid": "Écrivez un nombre en chiffres, par exemple 1 234,5.",
    }
    widget = forms.TextInput

    def __init__(self, *, max_digits=14, decimal_places=2, **kwargs):
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, **kwargs)
        self.localize = False

    def to_python(self, value):
        if isinstance(value, str):
            value = SPACES.sub("", value).replace(french.MINUS, "-")
            if value and not FIGURE.fullmatch(value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            value = value.replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value):
        """A known figure is shown as it is written; what was typed comes back as it was typed."""
        return french.number(value) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget):
        return {"inputmode": "decimal", "autocomplete": "off"}


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")
