from datetime import timedelta

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.models import (
    Action,
    ActionPartner,
    Audience,
    Contribution,
    Stake,
    StrategicObjective,
)
from ctg.convention.models import Commune, Organization, Theme

YES_NO = forms.Select(choices=[("", "Indifférent"), ("true", "Oui"), ("false", "Non")])

UNTOUCHED_DAYS = 180


def without_answer(actions):
    """Asked about at least once, and its latest campaign has no answer yet."""
    asked = Contribution.objects.filter(action=OuterRef("pk"))
    last = (
        Contribution.objects.filter(action=OuterRef("action"))
        .order_by("-campaign__year")
        .values("campaign")[:1]
    )
    sent = asked.filter(campaign=last, state__in=Contribution.SENT)
    return actions.filter(Exists(asked), ~Exists(sent))


MISSING = {
    "pilote": ("Sans pilote", lambda actions: actions.without_pilot()),
    "commune": ("Sans commune", lambda actions: actions.without_commune()),
    "indicateur": ("Sans indicateur", lambda actions: actions.without_indicator()),
    "cible": ("Sans cible chiffrée", lambda actions: actions.without_target()),
    "reponse": (
        "Sans réponse à la dernière campagne",
        without_answer,
    ),
    "mise-a-jour": (
        f"Non modifiée depuis {UNTOUCHED_DAYS} jours",
        lambda actions: actions.untouched_since(
            timezone.localdate() - timedelta(days=UNTOUCHED_DAYS)
        ),
    ),
}


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

    partner = django_filters.ModelChoiceFilter(
        label="Partenaire",
        empty_label="Tous",
        queryset=Organization.objects.none(),
        field_name="partners__organization",
        distinct=True,
    )
    audience = django_filters.ModelChoiceFilter(
        label="Public",
        empty_label="Tous",
        queryset=Audience.objects.none(),
        field_name="audiences",
    )
    origin = django_filters.ChoiceFilter(
        label="Origine", empty_label="Toutes", choices=Action.Origin.choices
    )
    year = django_filters.NumberFilter(label="Active en", method="active_in")
    missing = django_filters.ChoiceFilter(
        label="Ce qui manque",
        empty_label="Indifférent",
        choices=[(name, label) for name, (label, _) in MISSING.items()],
        method="with_missing",
    )

    class Meta:
        model = Action
        fields: list[str] = []

    def __init__(self, data, queryset, *, convention):
        super().__init__(data, queryset)
        self.filters["stake"].queryset = convention.stakes.current()
        self.filters["objective"].queryset = (
            StrategicObjective.objects.current()
            .filter(stake__convention=convention)
            .order_by("stake__position", "position")
        )
        self.filters["theme"].queryset = convention.themes.all()
        self.filters["commune"].queryset = convention.communes
        self.filters["audience"].queryset = convention.audiences.all()
        partners = ActionPartner.objects.filter(action__convention=convention)
        pilots = partners.filter(role=ActionPartner.Role.PILOT)
        for name, chosen in (("partner", partners), ("pilot", pilots)):
            self.filters[name].queryset = Organization.objects.filter(
                pk__in=chosen.values("organization")
            )

    def with_text(self, actions, name, text):
        return actions.filter(
            Q(title__icontains=text) | Q(description__icontains=text) | Q(code__iexact=text)
        )

    def piloted_by(self, actions, name, organization):
        return actions.piloted_by([organization])

    def active_in(self, actions, name, year):
        """Begun by the end of the year and not over before it; without dates, not known."""
        year = int(year)
        return actions.filter(
            Q(starts_on__year__lte=year) & (Q(ends_on=None) | Q(ends_on__year__gte=year))
        )

    def with_missing(self, actions, name, what):
        return MISSING[what][1](actions)

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

    def kept_besides(self, *names):
        """(name, value) of all the address says, for a form that changes only ``names``."""
        return [
            (name, value)
            for name, values in self.data.lists()
            if name not in {*names, "page"}
            for value in values
        ]

    def _query_without(self, name):
        others = self.data.copy()
        others.pop(name, None)
        return others.urlencode()

    def _in_words(self, name, value):
        if isinstance(self.filters[name], django_filters.ChoiceFilter) and isinstance(value, str):
            return dict(self.filters[name].extra["choices"]).get(value, value)
        if isinstance(value, bool):
            return "oui" if value else "non"
        return f"« {value} »" if name == "q" else str(value)
