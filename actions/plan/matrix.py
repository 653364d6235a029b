"""The plan crossed: strategic objectives against themes, communes or statuses."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from actions.models import Action, StrategicObjective
from actions.plan.facets import FACETS, Facet
from ctg.convention.models import Convention
from ctg.templatetags.drawings import level

# By name in the address: the list of the filters that gives the columns.
AXES = {"thematiques": "theme", "communes": "commune", "statuts": "status", "pilotes": "pilot"}
AXIS_LABELS = {
    "thematiques": "Thématiques",
    "communes": "Communes",
    "statuts": "Statuts",
    "pilotes": "Pilotes",
}
OBJECTIVE = "operational_objective__strategic_objective"


@dataclass(frozen=True)
class Cell:
    count: int
    level: int
    query: str


@dataclass(frozen=True)
class Row:
    objective: StrategicObjective
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    columns: list[str]
    rows: list[Row]


def matrix(
    convention: Convention,
    actions: QuerySet[Action],
    axis: str,
    *,
    columns: Collection[str] = (),
    objectives: Collection[str] = (),
) -> Matrix:
    """Number of actions per objective and column, and the filter that lists them.

    ``columns`` and ``objectives``: the only ones to show, when the plan is filtered by them.
    """
    facet = FACETS[axis]
    shown = [choice for choice in facet.choices(convention) if not columns or choice[0] in columns]
    counts = _counts(actions, facet)
    highest = max(counts.values(), default=0)
    rows = (
        StrategicObjective.objects.current()
        .filter(stake__convention=convention, stake__archived_at=None)
        .select_related("stake")
        .order_by("stake__position", "position")
    )
    if objectives:
        rows = rows.filter(pk__in=objectives)

    def cell(objective, column):
        count = counts.get((objective.pk, column), 0)
        return Cell(count, level(count, highest), f"objective={objective.pk}&{axis}={column}")

    return Matrix(
        [label for _, label in shown],
        [Row(one, [cell(one, column) for column, _ in shown]) for one in rows],
    )


def _counts(actions: QuerySet[Action], facet: Facet) -> dict[tuple[int, str], int]:
    rows = (
        actions.order_by()
        .filter(**facet.conditions)
        .values_list(OBJECTIVE, facet.path)
        .annotate(count=Count("pk", distinct=True))
    )
    return {(objective, str(column)): count for objective, column, count in rows}
