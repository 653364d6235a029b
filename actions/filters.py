import django_filters
from django import forms
from django.db.models import Q

from actions.models import Action, ActionPartner, Stake, StrategicObjective
from ctg.convention.models import Commune, Organization, Theme

YES_NO = forms.Select(choices=[("", "Indifférent"), ("true", "Oui"), ("false", "Non")])


class ActionFilter(django_filters.FilterSet):
    """The same filters for every view of the plan; choices never leave the convention."""

    q = django_filters.CharFilter(label="Texte", method="with_text")
    stake = django_filters.ModelChoiceFilter(
        label="Enjeu",
        empty_label="Tous",
        queryset=Stake.objects.none(),
        field_name="operational_objective__strategic_objective__stake",
    )
    objective = django_filters.ModelChoiceFilter(
        label="Objectif stratégique",
        empty_label="Tous",
        queryset=StrategicObjective.objects.none(),
        field_name="operational_objective__strategic_objective",
    )
    theme = django_filters.ModelChoiceFilter(
        label="Thématique", empty_label="Toutes", queryset=Theme.objects.none(), field_name="themes"
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune",
        empty_label="Toutes",
        queryset=Commune.objects.none(),
        field_name="communes",
    )
    pilot = django_filters.ModelChoiceFilter(
        label="Pilote",
        empty_label="Tous",
        queryset=Organization.objects.none(),
        method="piloted_by",
    )
    status = django_filters.ChoiceFilter(
        label="Statut", empty_label="Tous", choices=Action.Status.choices
    )
    late = django_filters.BooleanFilter(label="En retard", field_name="is_late", widget=YES_NO)
    blocked = django_filters.BooleanFilter(label="Bloquée", field_name="is_blocked", widget=YES_NO)

    class Meta:
        model = Action
        fields: list[str] = []

    def __init__(self, data, queryset, *, convention):
        super().__init__(data, queryset)
        self.filters["stake"].queryset = convention.stakes.current()
        self.filters["objective"].queryset = StrategicObjective.objects.current().filter(
            stake__convention=convention
        )
        self.filters["theme"].queryset = convention.themes.all()
        self.filters["commune"].queryset = convention.communes
        self.filters["pilot"].queryset = Organization.objects.filter(
            partnerships__role=ActionPartner.Role.PILOT,
            partnerships__action__convention=convention,
        ).distinct()

    def with_text(self, actions, name, text):
        return actions.filter(
            Q(title__icontains=text) | Q(description__icontains=text) | Q(code__iexact=text)
        )

    def piloted_by(self, actions, name, organization):
        return actions.piloted_by([organization])

    @property
    def active(self):
        """(label, value in words, query string without it) of each filter in use."""
        if not self.form.is_valid():
            return []
        return [
            (self.filters[name].label, self._in_words(name, value), self._query_without(name))
            for name, value in self.form.cleaned_data.items()
            if value not in (None, "")
        ]

    def query_with(self, **changes):
        """The address of the same set with other view settings; never another page of it."""
        query = self.data.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query[name] = value
        return query.urlencode()

    def _query_without(self, name):
        others = self.data.copy()
        others.pop(name, None)
        return others.urlencode()

    def _in_words(self, name, value):
        if name == "status":
            return Action.Status(value).label
        if isinstance(value, bool):
            return "oui" if value else "non"
        return f"« {value} »" if name == "q" else str(value)
