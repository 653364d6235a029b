from collections.abc import Iterable

from django import forms
from django.db import models


class LoadedChoiceField(forms.ModelChoiceField):
    """A choice among rows already read: all the lines of a formset share them."""

    def __init__(self, **kwargs):
        super().__init__(queryset=None, **kwargs)
        self.rows: dict[str, models.Model] = {}

    def load(self, rows: Iterable[models.Model]) -> None:
        self.rows = {str(row.pk): row for row in rows}
        blank = [("", self.empty_label)] if self.empty_label else []
        self.choices = blank + [(row.pk, str(row)) for row in self.rows.values()]

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            return self.rows[str(getattr(value, "pk", value))]
        except KeyError:
            message = self.error_messages["invalid_choice"]
            raise forms.ValidationError(message, "invalid_choice", {"value": value}) from None
