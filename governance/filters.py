import django_filters
from django import forms
from django.db.models import Q

from ctg.convention.models import Organization
from governance.models import Committee, Decision

LATE = "en-retard"


class DecisionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Texte", method="with_words")
    suite = django_filters.ChoiceFilter(
        label="Suite",
        empty_label="Toutes",
        choices=[(LATE, "En retard"), *((s.value, s.label.capitalize()) for s in Decision.State)],
        method="with_outcome",
    )
    nature = django_filters.ChoiceFilter(
        label="Nature",
        empty_label="Toutes",
        field_name="kind",
        choices=[(kind.value, kind.label.capitalize()) for kind in Decision.Kind],
    )
    comite = django_filters.ModelChoiceFilter(
        label="Comité",
        empty_label="Tous",
        field_name="meeting__committee",
        queryset=Committee.objects.none(),
    )
    organisme = django_filters.ModelChoiceFilter(
        label="À appliquer par",
        empty_label="Tous",
        field_name="owner",
        queryset=Organization.objects.none(),
    )
    action = django_filters.CharFilter(
        label="Action", field_name="actions__code", lookup_expr="iexact"
    )
    annee = django_filters.NumberFilter(
        label="Année",
        field_name="meeting__starts_at__year",
        widget=forms.NumberInput({"min": 1990, "max": 2100}),
    )

    class Meta:
        model = Decision
        fields: list[str] = []

    def __init__(self, data, queryset, *, convention):
        super().__init__(data, queryset)
        owners = Organization.objects.filter(decision__meeting__committee__convention=convention)
        self.filters["comite"].queryset = convention.committees.all()
        self.filters["organisme"].queryset = owners.distinct()

    def with_words(self, decisions, name, words):
        return decisions.filter(Q(text__icontains=words) | Q(outcome__icontains=words))

    def with_outcome(self, decisions, name, outcome):
        """The decisions come with_lateness()."""
        if outcome == LATE:
            return decisions.filter(is_late=True)
        return decisions.filter(state=outcome)
