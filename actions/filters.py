from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import django_filters
from django import forms
from django.db.models import Q
from django.http import QueryDict

from actions.models import Action
from actions.plan.facets import FACETS, Facet
from actions.search import matching_actions

YES_NO = forms.Select(choices=[("", "Indifférent"), ("true", "Oui"), ("false", "Non")])
A_DATE = forms.DateInput(attrs={"type": "date"})
CHIPS_SHOWN = 6


@dataclass(frozen=True)
class Chip:
    """A filter in use, in words, and the address without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Option:
    name: str
    value: str
    label: str
    count: int
    is_chosen: bool

    @property
    def id(self):
        return f"{self.name}-{self.value}"


@dataclass(frozen=True)
class Panel:
    """One list of the filters, with how many actions each choice would show."""

    name: str
    label: str
    options: list[Option]

    @property
    def chosen(self):
        return sum(option.is_chosen for option in self.options)


def _facet(name):
    return django_filters.MultipleChoiceFilter(label=FACETS[name].label, method="among")


class ActionFilter(django_filters.FilterSet):
    """The same filters for pages, API and exports; choices never leave the convention.

    Several choices of one list widen, lists together narrow. What the address asks that does not
    exist, or no longer does, is left out and said by ``ignored``.
    """

    q = django_filters.CharFilter(label="Texte", method="with_text")
    theme = _facet("theme")
    commune = _facet("commune")
    status = _facet("status")
    pilot = _facet("pilot")
    stake = _facet("stake")
    objective = _facet("objective")
    partner = _facet("partner")
    funder = _facet("funder")
    audience = _facet("audience")
    origin = _facet("origin")
    missing = _facet("missing")
    late = django_filters.BooleanFilter(label="En retard", field_name="is_late", widget=YES_NO)
    blocked = django_filters.BooleanFilter(label="Bloquée", field_name="is_blocked", widget=YES_NO)
    since = django_filters.DateFilter(
        label="Active à partir du", method="active_since", widget=A_DATE
    )
    until = django_filters.DateFilter(label="Active jusqu’au", method="active_until", widget=A_DATE)
    year = django_filters.NumberFilter(
        label="Active en", method="active_in", min_value=1, max_value=9999
    )

    facets: ClassVar[dict[str, Facet]] = FACETS

    class Meta:
        model = Action
        fields: list[str] = []

    def __init__(self, data, queryset, *, convention):
        self.convention = convention
        self.ignored: dict[str, list[str]] = {}
        super().__init__(data, queryset)
        self.choices = {name: self._choices_of(name) for name in self.facets}
        self.data = self._known(self.data)
        for name, choices in self.choices.items():
            self.filters[name].extra["choices"] = choices

    def _choices_of(self, name) -> Callable[[], list]:
        """Read once, and only when the list is used."""
        read: list = []

        def choices():
            if not read:
                read.extend(self.facets[name].choices(self.convention))
            return read

        return choices

    def _known(self, data):
        kept = data.copy() if data else QueryDict(mutable=True)
        for name in self.facets.keys() & kept.keys():
            known = {value for value, _ in self.choices[name]()}
            asked = [value for value in dict.fromkeys(kept.getlist(name)) if value]
            if unknown := [value for value in asked if value not in known]:
                self.ignored[self.facets[name].label] = unknown
            kept.setlist(name, [value for value in asked if value in known])
        for name in ("late", "blocked"):
            if name in kept and kept[name] not in ("", "true", "false"):
                self.ignored[self.filters[name].label] = kept.pop(name)
        return kept

    def among(self, actions, name, value: list[str]):
        return self.facets[name].keep(actions, value, self.convention) if value else actions

    def with_text(self, actions, name, text):
        return actions.filter(pk__in=matching_actions(self.convention, text))

    def active_since(self, actions, name, day):
        """Not over before it; without dates, not known."""
        return actions.filter(
            Q(ends_on__gte=day) | Q(ends_on=None, starts_on__isnull=False),
        )

    def active_until(self, actions, name, day):
        """Begun by then; without dates, not known."""
        return actions.filter(
            Q(starts_on__lte=day) | Q(starts_on=None, ends_on__isnull=False),
        )

    def active_in(self, actions, name, year):
        """Begun by the end of the year and not over before it; without dates, not known."""
        year = int(year)
        return actions.filter(
            Q(starts_on__year__lte=year) & (Q(ends_on=None) | Q(ends_on__year__gte=year))
        )

    @property
    def misunderstood(self) -> list[str]:
        """Labels of the filters left out because their value means nothing here."""
        return [*self.ignored, *(self.filters[name].label for name in self.errors)]

    @property
    def used(self) -> dict[str, object]:
        """The value of each filter in use, by name."""
        self.form.is_valid()
        cleaned = getattr(self.form, "cleaned_data", {})
        return {name: value for name, value in cleaned.items() if value not in (None, "", [])}

    @property
    def active(self) -> list[Chip]:
        """One chip a value, or one for a long list."""
        chips = []
        for name, value in self.used.items():
            label, values = self.filters[name].label, value if isinstance(value, list) else []
            if not values or len(values) > CHIPS_SHOWN:
                said = f"{len(values)} choix" if values else self._in_words(name, value)
                chips.append(Chip(label, said, self._query_without(name)))
            else:
                words = dict(self.choices[name]())
                chips += [Chip(label, words[v], self._query_without(name, v)) for v in values]
        return chips

    def panels(self) -> list[Panel]:
        """Each list counts what the other filters leave: one query a list."""
        return [self._panel(name) for name in self.facets]

    def _panel(self, name):
        facet, chosen = self.facets[name], self.used.get(name, [])
        others = self.qs
        if chosen:
            others = self.queryset.all()
            for other, value in self.used.items():
                if other != name:
                    others = self.filters[other].filter(others, value)
        counts = facet.count(others, self.convention)
        return Panel(
            name,
            facet.label,
            [
                Option(name, value, label, counts.get(value, 0), value in chosen)
                for value, label in self.choices[name]()
            ],
        )

    def query_with(self, **changes):
        """The address of the same set with other view settings; never another page of it."""
        query = self.data.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query[name] = value
        return query.urlencode()

    def query_besides(self, *names, **changes):
        """As query_with, without ``names``: what opens one cell of a table that counts by them."""
        query = self.data.copy()
        for name in (*names, "page"):
            query.pop(name, None)
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

    def _query_without(self, name, value=None):
        others = self.data.copy()
        left = [other for other in others.getlist(name) if value and other != value]
        others.setlist(name, left)
        others.pop("page", None)
        return others.urlencode()

    def _in_words(self, name, value):
        if isinstance(value, bool):
            return "oui" if value else "non"
        if name in ("since", "until"):
            return f"{value:%d/%m/%Y}"
        return f"« {value} »" if name == "q" else str(value)
