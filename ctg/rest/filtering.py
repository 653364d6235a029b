"""The filters and orders of a list: those of our pages, what they cannot read refused in words."""

from datetime import UTC

from django.core.exceptions import ValidationError
from django_filters import IsoDateTimeFilter
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.filters import OrderingFilter

from ctg.rest.problems import QueryRefused

UNKNOWN = "Valeur inconnue ici : {}."


class PageFilters(DjangoFilterBackend):
    """The FilterSet of the page, made as the page makes it: the view knows what else it asks."""

    def filter_queryset(self, request, queryset, view):
        filter_class = self.get_filterset_class(view, queryset)
        if filter_class is None or view.action != "list":
            return queryset
        filters = filter_class(request.query_params, queryset, **view.filter_options())
        if errors := dict(filters.errors) | _left_out(filters):
            raise QueryRefused(errors)
        return filters.qs


def _left_out(filters):
    """What a page leaves out with a word, a program should hear as an error."""
    names = {filter.label: name for name, filter in filters.filters.items()}
    ignored = getattr(filters, "ignored", {})
    return {names[label]: UNKNOWN.format(", ".join(values)) for label, values in ignored.items()}


class Ordering(OrderingFilter):
    """``?ordering=-ends_on,code``; always the same order in the end."""

    def get_schema_operation_parameters(self, view):
        fields = ", ".join(getattr(view, "ordering_fields", ()))
        said = f"L’ordre, du premier au dernier ; précédé de « - », l’inverse : {fields}."
        name, schema = self.ordering_param, {"type": "string"}
        ordering = {"name": name, "in": "query", "required": False, "schema": schema}
        return [ordering | {"description": said}] if fields else []

    def get_ordering(self, request, queryset, view):
        asked = [term.strip() for term in request.query_params.get("ordering", "").split(",")]
        known = {name for name, _ in self.get_valid_fields(queryset, view, {"request": request})}
        wrong = [term for term in asked if term and term.removeprefix("-") not in known]
        if wrong:
            raise QueryRefused({"ordering": UNKNOWN.format(", ".join(wrong))})
        return [*filter(None, asked), "pk"] if any(asked) else None

    def get_default_valid_fields(self, queryset, view, context=None):
        """None but those that the resource names."""
        return []


class MomentField(IsoDateTimeField):
    """In universal time: databases do not take every offset that ISO 8601 can write."""

    def clean(self, value):
        moment = super().clean(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"]) from None


class MomentFilter(IsoDateTimeFilter):
    field_class = MomentField
