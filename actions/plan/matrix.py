"""The plan crossed: strategic objectives against themes, communes or statuses."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from actions.models import Action, StrategicObjective
from ctg.convention.models import Convention


@dataclass(frozen=True)
class Axis:
    """``of`` gives the columns an action falls in; ``filter`` is what opens a cell."""

    label: str
    filter: str
    columns: Callable[[Convention], list[tuple[object, str]]]
    of: Callable[[Action], list]


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


AXES = {
    "thematiques": Axis(
        "Thématiques",
        "theme",
        lambda convention: [(theme.pk, theme.label) for theme in convention.themes.all()],
        lambda action: [theme.pk for theme in action.themes.all()],
    ),
    "communes": Axis(
        "Communes",
        "commune",
        lambda convention: [(commune.pk, commune.name) for commune in convention.communes],
        lambda action: [commune.pk for commune in action.communes.all()],
    ),
    "statuts": Axis(
        "Statuts",
        "status",
        lambda convention: list(Action.Status.choices),
        lambda action: [action.status],
    ),
}


def matrix(convention: Convention, actions: Iterable[Action], axis: Axis) -> Matrix:
    """Number of actions per objective and column, and the filter that lists them."""
    counts = Counter(
        (action.operational_objective.strategic_objective_id, column)
        for action in actions
        for column in axis.of(action)
    )
    columns = axis.columns(convention)
    highest = max(counts.values(), default=0)
    objectives = (
        StrategicObjective.objects.current()
        .filter(stake__convention=convention, stake__archived_at=None)
        .select_related("stake")
        .order_by("stake__position", "position")
    )

    def cell(objective, column):
        count = counts[objective.pk, column]
        level = 1 + min(3, 4 * (count - 1) // highest) if count else 0
        return Cell(count, level, f"objective={objective.pk}&{axis.filter}={column}")

    return Matrix(
        [label for _, label in columns],
        [Row(o, [cell(o, column) for column, _ in columns]) for o in objectives],
    )
