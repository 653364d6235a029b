from dataclasses import dataclass

from django.db.models import Q

from actions.models import Action, OperationalObjective, StrategicObjective
from ctg.convention.models import Convention, Organization

LIMIT = 20


@dataclass(frozen=True)
class Found:
    actions: list[Action]
    strategic_objectives: list[StrategicObjective]
    operational_objectives: list[OperationalObjective]
    organizations: list[Organization]

    def __bool__(self) -> bool:
        return any(vars(self).values())


def search_plan(convention: Convention, text: str) -> Found | None:
    """What the plan knows of a text, at most twenty of each; None without a text."""
    if not text:
        return None
    titled = Q(title__icontains=text) | Q(code__iexact=text)
    return Found(
        list(
            convention.actions.current()
            .filter(titled | Q(description__icontains=text))
            .with_plan()
            .in_plan_order()[:LIMIT]
        ),
        list(
            StrategicObjective.objects.current().filter(titled, stake__convention=convention)[
                :LIMIT
            ]
        ),
        list(
            OperationalObjective.objects.current().filter(
                titled, strategic_objective__stake__convention=convention
            )[:LIMIT]
        ),
        list(
            convention.organizations.filter(
                Q(name__icontains=text) | Q(short_name__icontains=text)
            )[:LIMIT]
        ),
    )
