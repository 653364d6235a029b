"""Two people on one sheet: what they changed apart is merged, what they both changed is shown."""

from dataclasses import dataclass

from django import forms
from django.db import models

CONFLICT = (
    "Cette fiche a été enregistrée par quelqu’un d’autre pendant votre saisie. "
    "Comparez ci-dessous, puis enregistrez de nouveau pour garder vos valeurs."
)


@dataclass(frozen=True)
class Conflict:
    label: str
    stored: str


class VersionedForm(forms.ModelForm):
    """A form that remembers which version it showed, by the model’s updated_at.

    Saved over a newer version, it takes from that one the fields this person left alone. When
    both changed the same field it is invalid once: ``conflicts`` says the stored values, the
    values typed stay, and sending the form again keeps them.
    """

    seen_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.merged: list[str] = []
        if self.instance.pk:
            self.initial["seen_at"] = self.instance.updated_at.isoformat()

    def clean(self):
        data = super().clean()
        seen_at = data.pop("seen_at", "")
        if not self.instance.pk or not seen_at:
            return data
        stored = type(self.instance).objects.get(pk=self.instance.pk)
        if stored.updated_at.isoformat() != seen_at:
            self._meet(stored, seen_at, data)
        return data

    def _meet(self, stored, seen_at, data):
        now = forms.model_to_dict(stored, self._meta.fields)
        seen = self._values_at(seen_at) or now
        theirs = {name for name in now if self.fields[name].has_changed(seen[name], now[name])}
        mine = {name for name in now if self.fields[name].has_changed(seen[name], self._raw(name))}
        differ = {
            name for name in mine if self.fields[name].has_changed(now[name], self._raw(name))
        }
        overlap = differ if seen is now else theirs & differ
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_at")] = stored.updated_at.isoformat()
        for name in theirs - mine:
            self._take(name, now[name], data)
        if overlap:
            self.conflicts = [
                Conflict(self.fields[name].label, self._in_words(name, now[name]))
                for name in self._meta.fields
                if name in overlap
            ]
            self.add_error(None, CONFLICT)
        self.merged = [self.fields[n].label for n in self._meta.fields if n in theirs - mine]

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
        for name in self._meta.fields:
            field = self._meta.model._meta.get_field(name)
            if isinstance(field, models.ManyToManyField):
                key = f"{field.m2m_reverse_field_name()}_id"
                values[name] = list(getattr(version, name).values_list(key, flat=True))
            else:
                values[name] = getattr(version, field.attname)
        return values

    def _take(self, name, value, data):
        """Give a field the stored value, in what will be saved and in what is shown again."""
        values = [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value
        shown = self.fields[name].prepare_value(values)
        if isinstance(shown, list):
            self.data.setlist(self.add_prefix(name), [str(one) for one in shown])
        elif shown in (None, False):
            self.data.pop(self.add_prefix(name), None)
        else:
            self.data[self.add_prefix(name)] = "on" if shown is True else str(shown)
        data[name] = self.fields[name].clean(self._raw(name))

    def _typed_other_than(self, name, values):
        return self.fields[name].has_changed(values[name], self._raw(name))

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
        if isinstance(field, forms.ModelMultipleChoiceField):
            return ", ".join(str(one) for one in value)
        if isinstance(field, forms.ModelChoiceField):
            return str(field.queryset.filter(pk=value).first() or "plus dans le plan")
        return str(dict(getattr(field, "choices", ())).get(value, value))

    @property
    def changed_labels(self):
        return [self.fields[name].label for name in self.changed_data if name != "seen_at"]
