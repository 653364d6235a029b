"""The rows of a sheet: partners, steps, indicators; merged row by row when two people edit."""

from django import forms
from django.utils.functional import cached_property

from actions.forms.loaded import LoadedChoiceField
from actions.forms.versioned import MergingForm
from actions.history.changes import FieldChange
from ctg.collation import sort_key
from ctg.convention.models import Convention, Organization
from ctg.french import NBSP

GONE = (
    "Cette ligne a été retirée par quelqu’un d’autre pendant votre saisie. "
    "Enregistrez de nouveau pour la remettre, ou cochez « Retirer »."
)


class RowForm(MergingForm):
    """Each field of a stored row carries what it showed in a hidden twin."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_gone = False
        for name in self.names:
            sent = not self.is_bound or self[name].html_initial_name in self.data
            self.fields[name].show_hidden_initial = sent and self.instance.pk is not None

    def _post_clean(self):
        """A stored row that nobody touches is not checked again."""
        if self.instance.pk is None or self.has_changed():
            super()._post_clean()

    @property
    def row_name(self):
        return f"{self._meta.model._meta.verbose_name} «{NBSP}{self.instance}{NBSP}»"

    def clean(self):
        data = super().clean()
        shown = [name for name in self.names if self.fields[name].show_hidden_initial]
        if shown:
            now = forms.model_to_dict(self.instance, shown)
            self._meet({name: self._seen(name) for name in shown}, now, data)
            for name in shown:
                self._show(self[name].html_initial_name, [_as_sent(now[name])])
        if self.is_gone and self._typed_over() and not data.get("gone"):
            self._show(self.add_prefix("gone"), ["on"])
            self.add_error(None, GONE)
        return data

    def _seen(self, name):
        field, bound = self.fields[name], self[name]
        sent = field.hidden_widget().value_from_datadict(
            self.data, self.files, bound.html_initial_name
        )
        try:
            value = field.to_python(sent)
        except forms.ValidationError:
            return None
        return getattr(value, "pk", value)

    def _typed_over(self):
        return any(self._differs(name, self._seen(name), self._raw(name)) for name in self.names)

    @property
    def is_put_back(self):
        """Removed by somebody else, changed here, and sent again knowingly."""
        return self.is_gone and self.cleaned_data.get("gone") and not self.cleaned_data["DELETE"]


def _as_sent(value):
    return "" if value is None else str(value)


class SheetFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        key = self._pk_field.name
        form.fields[key] = self._known_row(form.fields[key].initial)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Retirer"

    def _known_row(self, initial):
        field = LoadedChoiceField(initial=initial, required=False, widget=forms.HiddenInput)
        field.rows = {str(row.pk): row for row in self.get_queryset()}
        return field


class OrganizationRows(SheetFormSet):
    """Each row names an organisation of the convention; they are read once for all the rows."""

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.convention = convention

    @cached_property
    def organizations(self):
        found = Organization.objects.filter(conventions=self.convention)
        return sorted(found, key=lambda organization: sort_key(str(organization)))

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["organization"].load(self.organizations)


class RowFormSet(SheetFormSet):
    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        form.is_gone = self.is_bound and i < self.initial_form_count() and form.instance.pk is None
        if form.is_gone:
            hidden = forms.BooleanField(required=False, widget=forms.HiddenInput)
            form.fields |= {"id": forms.CharField(required=False, widget=forms.HiddenInput)}
            form.fields |= {"gone": hidden}
            form.empty_permitted = True
        return form

    def save(self, commit=True):
        saved = super().save(commit)
        put_back = [form.save() for form in self.initial_forms if form.is_put_back]
        return saved + put_back

    @property
    def noun(self):
        return self.model._meta.verbose_name

    @property
    def changes(self) -> list[FieldChange]:
        """What the rows change, in words; to read before they are saved."""
        found = []
        for form in self.initial_forms:
            if form.is_gone:
                if form.is_put_back:
                    found.append(
                        FieldChange("", self.noun.capitalize(), "retirée", str(form.instance))
                    )
            elif form in self.deleted_forms:
                found.append(FieldChange("", self.noun.capitalize(), str(form.instance), "retiré"))
            else:
                found += [
                    FieldChange(c.name, f"{form.row_name}, {c.label.lower()}", c.before, c.after)
                    for c in form.changes
                ]
        added = [form for form in self.extra_forms if form.has_changed()]
        return found + [
            FieldChange("", self.noun.capitalize(), "vide", str(form.instance)) for form in added
        ]
