"""The plan as a table: columns, order and page live in the address."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString, mark_safe

from actions.models import Action
from actions.plan.columns import COLUMNS, Column, chosen_columns, in_order

LINES = (50, 100, 200)


@dataclass(frozen=True)
class Line:
    action: Action
    cells: SafeString


@dataclass(frozen=True)
class Table:
    columns: list[Column]
    order: str
    lines: list[Line]
    page: Page

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        return [(column, column in self.columns) for column in COLUMNS.values()]


def table(actions, *, columns: Iterable[str], order: str, lines: str, page, count: int) -> Table:
    """``count``: how many actions there are, known already."""
    chosen = chosen_columns(columns)
    needed = [column.needs for column in chosen if column.needs]
    size = int(lines) if lines in map(str, LINES) else LINES[0]
    paginator = Paginator(in_order(actions, order).prefetch_related(*needed), size)
    paginator.count = count
    found = paginator.get_page(page)
    return Table(
        chosen,
        order,
        [Line(action, _cells(chosen, action)) for action in found],
        found,
    )


def _cells(columns: Iterable[Column], action: Action) -> SafeString:
    return mark_safe("".join(column.draw(action) for column in columns))
