import django_filters

from ctg.convention.models import Commune, Organization
from financing.models import Facility
from financing.overview import MISSING, missing


class FacilityFilter(django_filters.FilterSet):
    """The facilities of one year; choices never leave the convention."""

    type = django_filters.ChoiceFilter(
        label="Type", empty_label="Tous", field_name="kind", choices=Facility.Kind.choices
    )
    gestionnaire = django_filters.ModelChoiceFilter(
        label="Gestionnaire",
        empty_label="Tous",
        field_name="manager",
        queryset=Organization.objects.none(),
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune", empty_label="Toutes", queryset=Commune.objects.none()
    )
    manque = django_filters.ChoiceFilter(
        label="À compléter",
        empty_label="Tous",
        choices=[(slug, label.capitalize()) for slug, label in MISSING.items()],
        method="lacking",
    )

    class Meta:
        model = Facility
        fields: list[str] = []

    def __init__(self, data, queryset, *, convention, year):
        super().__init__(data, queryset)
        self.year = year
        self.filters["gestionnaire"].queryset = Organization.objects.filter(
            managed_facilities__convention=convention
        ).distinct()
        self.filters["commune"].queryset = convention.communes

    def lacking(self, facilities, name, slug):
        return missing(facilities, slug, self.year)
