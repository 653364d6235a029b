"""The plan crossed: strategic objectives against themes, communes or statuses."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from actions.models import Action, StrategicObjective
from actions.plan.facets import FACETS, Facet
from ctg.convention.models import Convention
from ctg.templatetags.components import level

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


def matrix(convention: Convention, actions: QuerySet[Action], axis: str) -> Matrix:
    """Number of actions per objective and column, and the filter that lists them."""
    facet = FACETS[axis]
    columns = facet.choices(convention)
    counts = _counts(actions, facet)
    highest = max(counts.values(), default=0)
    objectives = (
        StrategicObjective.objects.current()
        .filter(stake__convention=convention, stake__archived_at=None)
        .select_related("stake")
        .order_by("stake__position", "position")
    )

    def cell(objective, column):
        count = counts.get((objective.pk, column), 0)
        return Cell(count, level(count, highest), f"objective={objective.pk}&{axis}={column}")

    return Matrix(
        [label for _, label in columns],
        [Row(one, [cell(one, column) for column, _ in columns]) for one in objectives],
    )


def _counts(actions: QuerySet[Action], facet: Facet) -> dict[tuple[int, str], int]:
    rows = (
        actions.order_by()
        .filter(**facet.conditions)
        .values_list(OBJECTIVE, facet.path)
        .annotate(count=Count("pk", distinct=True))
    )
    return {(objective, str(column)): count for objective, column, count in rows}
