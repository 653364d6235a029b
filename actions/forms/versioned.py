"""Two people on one sheet: what they changed apart is merged, what they both changed is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db import models

from actions.forms.loaded import LoadedChoiceField
from actions.history.changes import FieldChange
from ctg.french import french_date

CONFLICT = (
    "Cette fiche a été enregistrée par quelqu’un d’autre pendant votre saisie. "
    "Comparez ci-dessous, puis enregistrez de nouveau pour garder vos valeurs."
)


@dataclass(frozen=True)
class Conflict:
    label: str
    stored: str


class MergingForm(forms.ModelForm):
    """Saved over a newer version, it takes from that one the fields this person left alone.

    When both changed the same field it is invalid once: ``conflicts`` says the stored values,
    the values typed stay, and sending the form again keeps them.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.merged: list[str] = []

    row_name = ""

    @property
    def names(self) -> list[str]:
        """The fields of the model that this form shows: those it may write."""
        return [name for name in self._meta.fields if name in self.fields]

    @property
    def changes(self) -> list[FieldChange]:
        """What this valid form changes in the stored version, in words."""
        return [
            FieldChange(
                name,
                str(self.fields[name].label),
                self._in_words(name, self.initial.get(name)),
                self._in_words(name, self.cleaned_data[name]),
            )
            for name in self.names
            if name in self.changed_data
        ]

    def _save_m2m(self):
        """A list that did not change is not even read."""
        for field in self._meta.model._meta.many_to_many:
            if field.name in self.changed_data and field.name in self.cleaned_data:
                field.save_form_data(self.instance, self.cleaned_data[field.name])

    def _meet(self, seen: Mapping[str, Any] | None, now: Mapping[str, Any], data: dict) -> None:
        """Merge what is stored now with what was typed over ``seen``; None when it is not known."""
        theirs = {n for n in now if seen and self._differs(n, seen[n], now[n])}
        mine = {n for n in now if self._differs(n, (seen or now)[n], self._raw(n))}
        differ = {name for name in mine if self._differs(name, now[name], self._raw(name))}
        overlap = theirs & differ if seen else differ
        for name in theirs - mine:
            self._take(name, now[name], data)
        if overlap:
            self.conflicts = [
                Conflict(str(self.fields[name].label), self._in_words(name, now[name]))
                for name in self.names
                if name in overlap
            ]
            self.add_error(None, CONFLICT)
        self.merged = [str(self.fields[n].label) for n in self.names if n in theirs - mine]
        self.__dict__.pop("changed_data", None)

    def _differs(self, name, before, after):
        return self.fields[name].has_changed(before, after)

    def _take(self, name, value, data):
        """Give a field the stored value, in what will be saved and in what is shown again."""
        values = [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
        shown = self.fields[name].prepare_value(values)
        if shown in (None, False):
            shown = []
        elif not isinstance(shown, list):
            shown = ["on" if shown is True else shown]
        self._show(self.add_prefix(name), shown)
        data[name] = self.fields[name].clean(self._raw(name))

    def _show(self, key: str, values: list) -> None:
        """What was sent is copied only to show something else: a sheet has dozens of rows."""
        said = [str(value) for value in values]
        if self.data.getlist(key) != said:
            self.data = self.data.copy()
            self.data.setlist(key, said)
            if not said:
                del self.data[key]

    def _raw(self, name):
        return self.fields[name].widget.value_from_datadict(
            self.data, self.files, self.add_prefix(name)
        )

    def _in_words(self, name, value):
        field = self.fields[name]
        if value in (None, "", []):
            return "vide"
        if isinstance(value, bool):
            return "oui" if value else "non"
        if isinstance(value, date):
            return french_date(value)
        if isinstance(field, forms.ModelMultipleChoiceField):
            return ", ".join(str(one) for one in value) or "vide"
        if isinstance(field, LoadedChoiceField):
            return str(field.rows.get(str(getattr(value, "pk", value)), "plus dans le plan"))
        if isinstance(field, forms.ModelChoiceField):
            key = getattr(value, "pk", value)
            return str(field.queryset.filter(pk=key).first() or "plus dans le plan")
        return str(dict(getattr(field, "choices", ())).get(value, value))


class VersionedForm(MergingForm):
    """A form that remembers which version it showed, by the model’s updated_at."""

    seen_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_at"] = self.instance.updated_at.isoformat()

    def clean(self):
        data = super().clean()
        seen_at = data.pop("seen_at", "")
        if not self.instance.pk or not seen_at:
            return data
        stored = type(self.instance).objects.get(pk=self.instance.pk)
        if stored.updated_at.isoformat() != seen_at:
            now = forms.model_to_dict(stored, self.names)
            self._meet(self._values_at(seen_at), now, data)
            self._show(self.add_prefix("seen_at"), [stored.updated_at.isoformat()])
        return data

    def _values_at(self, seen_at):
        """Form values of the version shown, from the history; None when it is not kept."""
        version = next(
            (
                record
                for record in self.instance.history.order_by("-history_id")[:50]
                if record.updated_at.isoformat() == seen_at
            ),
            None,
        )
        if version is None:
            return None
        values = {}
        for name in self.names:
            field = self._meta.model._meta.get_field(name)
            if isinstance(field, models.ManyToManyField):
                key = f"{field.m2m_reverse_field_name()}_id"
                values[name] = list(getattr(version, name).values_list(key, flat=True))
            else:
                values[name] = getattr(version, field.attname)
        return values
