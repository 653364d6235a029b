"""JSON in the shape of our forms: the API accepts what a page accepts, and refuses it alike.

A body only says which fields there are and of which JSON type. What they may hold is judged by
the form itself, filled as a person would: what is not said keeps the value that the page shows.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict
from rest_framework import serializers

from ctg.rest.problems import Refused

BIGGEST = 2**63 - 1
UNKNOWN = "Ce champ n’existe pas ici."
GONE = "Cette ligne n’existe pas, ou plus."


class Id(serializers.IntegerField):
    """Of a row; no more than a database can hold."""

    def __init__(self, **kwargs):
        super().__init__(min_value=1, max_value=BIGGEST, **kwargs)


class Body(serializers.Serializer):
    """Refuses unknown names; never says « required » itself: forms have better words."""

    def __init__(self, *args, **kwargs):
        is_read = "data" in kwargs
        super().__init__(*args, **kwargs | ({"partial": True} if is_read else {}))

    def to_internal_value(self, data):
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError(dict.fromkeys(sorted(unknown), UNKNOWN))
        return super().to_internal_value(data)


class FormBody(Body):
    """The fields of ``form_class``, less those that only a page needs."""

    form_class: type[forms.BaseForm]
    left_out: tuple[str, ...] = ()

    def get_fields(self):
        fields = {
            name: json_field(field)
            for name, field in self.form_class.base_fields.items()
            if not (name in self.left_out or isinstance(field, forms.FileField))
            and not field.widget.is_hidden
        }
        return fields | super().get_fields()


class RowBody(FormBody):
    """One row of a list that is sent whole: with ``id`` it is changed, without it is added."""

    id = Id(required=False, help_text="Absent : une nouvelle ligne.")


@cache
def body_of(form: type[forms.BaseForm], name: str = "", *left_out: str) -> type[FormBody]:
    """The body of a form that needs nothing more."""
    name = name or form.__name__.removesuffix("Form")
    return type(f"{name}Body", (FormBody,), {"form_class": form, "left_out": left_out})


def rows_of(form: type[forms.BaseForm], name: str) -> serializers.ListField:
    body = type(f"{name}RowBody", (RowBody,), {"form_class": form})
    return serializers.ListField(
        child=body(), required=False, max_length=500, help_text="La liste entière."
    )


def json_field(field: forms.Field) -> serializers.Field:
    """The JSON type of a form field; ``required`` is for the schema."""
    options = {"required": field.required and field.initial is None, "help_text": _said(field)}
    build = next(build for kind, build in JSON_FIELDS if isinstance(field, kind))
    return build(field, options)


def _ids(field, options):
    return serializers.ListField(child=Id(), **options | {"required": False})


def _choice(field, options):
    """One whose choices are known only when the form is made takes any text."""
    choices = [(value, label) for value, label in field.choices if value != ""]
    if not choices:
        return serializers.CharField(**options)
    return serializers.ChoiceField(choices, **options, allow_blank=not field.required)


def _box(field, options):
    return serializers.BooleanField(**options | {"required": False})


def _nullable(kind, *limits):
    """``limits``: attributes that the form field and its JSON type both have."""

    def build(field, options):
        found = {name: getattr(field, name) for name in limits}
        return kind(**options, **found, allow_null=not field.required)

    return build


def _text(field, options):
    return serializers.CharField(**options, allow_blank=True, max_length=field.max_length)


# The first that fits: a form field is often a kind of another.
JSON_FIELDS = [
    (forms.ModelMultipleChoiceField, _ids),
    (forms.ModelChoiceField, _nullable(Id)),
    (forms.ChoiceField, _choice),
    (forms.BooleanField, _box),
    (
        forms.DecimalField,
        _nullable(serializers.DecimalField, "max_digits", "decimal_places", "min_value"),
    ),
    (forms.IntegerField, _nullable(serializers.IntegerField, "min_value", "max_value")),
    (forms.DateTimeField, _nullable(serializers.DateTimeField)),
    (forms.DateField, _nullable(serializers.DateField)),
    (forms.TimeField, _nullable(serializers.TimeField)),
    (forms.CharField, _text),
]


def _said(field: forms.Field) -> str:
    return " — ".join(str(part) for part in (field.label, field.help_text) if part)


def typed(form: forms.BaseForm, said: Mapping[str, Any]) -> QueryDict:
    """What the page of ``form`` would send once a person has typed what ``said`` says."""
    data = QueryDict(mutable=True)
    for bound in form:
        several = getattr(bound.field.widget, "allow_multiple_selected", False)
        shown = bound.value() or [] if several else bound.value()
        value = said.get(bound.name, shown)
        if isinstance(value, list) and not several:
            value = ", ".join(value)  # codes that a page takes in one line
        _type(data, bound.html_name, value)
        if bound.field.show_hidden_initial:
            _type(data, bound.html_initial_name, bound.value())
    return data


def _type(data: QueryDict, name: str, value: Any) -> None:
    if isinstance(value, (list, tuple, set, QuerySet)):
        data.setlist(name, [_written(one) for one in value])
    elif value is not False:  # an unticked box is not sent
        data[name] = _written(value)


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case True:
            return "on"
        case Model():
            return str(value.pk)
        case date() | datetime() | time():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
    return str(value)


def typed_rows(
    formset: forms.BaseInlineFormSet, rows: Iterable[Mapping[str, Any]] | None, name: str
) -> QueryDict:
    """The same for a formset: ``rows`` are the whole list, None leaves it as it is.

    Refused on the id of a row that is not there.
    """
    data = QueryDict(mutable=True)
    stored = formset.initial_forms
    rows = [{"id": form.instance.pk} for form in stored] if rows is None else list(rows)
    _refuse_strangers(rows, {form.instance.pk for form in stored}, name)
    said = {row["id"]: row for row in rows if "id" in row}
    for form in stored:
        _join(data, typed(form, {**said.get(form.instance.pk, {}), "id": form.instance.pk}))
        if form.instance.pk not in said:
            data[form.add_prefix("DELETE")] = "on"
    new = [row for row in rows if "id" not in row]
    for rank, row in enumerate(new, len(stored)):
        blank = formset.empty_form
        blank.prefix = formset.add_prefix(rank)
        _join(data, typed(blank, row))
    data[f"{formset.prefix}-INITIAL_FORMS"] = str(len(stored))
    data[f"{formset.prefix}-TOTAL_FORMS"] = str(len(stored) + len(new))
    return data


def _join(data: QueryDict, more: QueryDict) -> None:
    for name, values in more.lists():
        data.setlist(name, values)


def _refuse_strangers(rows: list[Mapping[str, Any]], known: set[int], name: str) -> None:
    errors = [{} if row.get("id") in {None, *known} else {"id": GONE} for row in rows]
    if any(errors):
        raise Refused({name: errors})


def row_errors(
    formset: forms.BaseInlineFormSet, rows: Iterable[Mapping[str, Any]] | None
) -> list[Any]:
    """The errors of each row at its rank in what was sent, those of the whole list besides."""
    stored = [form.instance.pk for form in formset.initial_forms]
    by_pk = {form.instance.pk: form.errors for form in formset.initial_forms}
    added = iter([form.errors for form in formset.extra_forms])
    sent = [{"id": pk} for pk in stored] if rows is None else list(rows)
    found: list[Any] = [by_pk[row["id"]] if "id" in row else next(added) for row in sent]
    return [dict(errors) for errors in found] + list(formset.non_form_errors())
