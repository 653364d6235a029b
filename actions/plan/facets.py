"""The lists one filters the plan by: their choices in words, and the count of each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from actions.absence import ABSENCES
from actions.models import Action, ActionPartner, StrategicObjective
from ctg.collation import sort_key
from ctg.convention.models import Convention, Organization

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Facet:
    """``path`` leads from an action to what is chosen, among the links that meet ``conditions``."""

    label: str
    choices: Callable[[Convention], Choices]
    path: str
    conditions: dict[str, Any] = field(default_factory=dict)

    def keep(self, actions: QuerySet, values: Iterable[str], convention: Convention) -> QuerySet:
        """Those that have one of the values; by a subquery, so that none shows twice."""
        chosen = {f"{self.path}__in": values, **self.conditions}
        return actions.filter(pk__in=Action.objects.filter(**chosen).values("pk"))

    def count(self, actions: QuerySet, convention: Convention) -> dict[str, int]:
        """By value, in one query."""
        rows = (
            _bare(actions)
            .filter(**self.conditions)
            .values_list(self.path)
            .annotate(count=Count("pk", distinct=True))
        )
        return {str(value): count for value, count in rows}


def _bare(actions: QuerySet) -> QuerySet:
    """The same actions without what a list adds to each, that a count would compute too."""
    return Action.objects.filter(pk__in=actions.order_by().values("pk")).order_by()


@dataclass(frozen=True)
class Missing(Facet):
    """Its choices are conditions rather than values."""

    def keep(self, actions, values, convention):
        wanted = [ABSENCES[value].condition(convention) for value in values]
        first, *others = wanted
        for other in others:
            first |= other
        return actions.filter(first)

    def count(self, actions, convention):
        return _bare(actions).aggregate(
            **{
                name: Count("pk", filter=absence.condition(convention))
                for name, absence in ABSENCES.items()
            }
        )


def _rows(rows: Iterable) -> Choices:
    return [(str(row.pk), str(row)) for row in rows]


def _by_name(rows: Iterable) -> Choices:
    return sorted(_rows(rows), key=lambda choice: sort_key(choice[1]))


def _listed(choices: Iterable[tuple[str, str]]) -> Callable[[Convention], Choices]:
    capitalised = [(value, label[:1].upper() + label[1:]) for value, label in choices]
    return lambda convention: capitalised


def _objectives(convention):
    current = StrategicObjective.objects.current().filter(stake__convention=convention)
    return _rows(current.order_by("stake__position", "position"))


def _partners(**conditions):
    def choices(convention):
        partners = ActionPartner.objects.filter(action__convention=convention, **conditions)
        return _by_name(Organization.objects.filter(pk__in=partners.values("organization")))

    return choices


def _partner_facet(label, *roles):
    conditions = {"partners__role__in": roles} if roles else {}
    choices = _partners(role__in=roles) if roles else _partners()
    return Facet(label, choices, "partners__organization", conditions)


Role = ActionPartner.Role
FACETS = {
    "theme": Facet("Thématique", lambda c: _rows(c.themes.all()), "themes"),
    "commune": Facet("Commune", lambda c: _by_name(c.communes), "communes"),
    "status": Facet("Statut", _listed(Action.Status.choices), "status"),
    "pilot": _partner_facet("Pilote", Role.PILOT),
    "stake": Facet(
        "Enjeu",
        lambda c: _rows(c.stakes.current()),
        "operational_objective__strategic_objective__stake",
    ),
    "objective": Facet(
        "Objectif stratégique", _objectives, "operational_objective__strategic_objective"
    ),
    "partner": _partner_facet("Partenaire"),
    "funder": _partner_facet("Financeur", Role.FUNDER),
    "audience": Facet("Public", lambda c: _by_name(c.audiences.all()), "audiences"),
    "origin": Facet("Origine", _listed(Action.Origin.choices), "origin"),
    "missing": Missing(
        "Ce qui manque",
        lambda c: [(name, absence.label(c)) for name, absence in ABSENCES.items()],
        "",
    ),
}
