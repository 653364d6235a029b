"""A sheet as it was read: its cells, and which of them are merged together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

MOST_BYTES = 20_000_000
MOST_XML_BYTES = 40_000_000  # once unpacked
MOST_SHEETS = 200
MOST_ROWS = 20_000  # that say something, in the whole workbook
MOST_COLUMNS = 200
MOST_CELLS = 400_000
EMPTY_ROWS_BEFORE_THE_END = 1_000

Place = tuple[int, int]


class Unreadable(Exception):
    """The file is refused; the message says why and what to do, in French."""


@dataclass
class Grid:
    """Rows and columns count from 0; ``covered`` leads from a merged cell to the one it shows."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    covered: dict[Place, Place] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def own(self, row: int, column: int) -> Any:
        """What the cell itself holds."""
        cells = self.rows[row] if 0 <= row < len(self.rows) else ()
        return cells[column] if 0 <= column < len(cells) else None

    def shown(self, row: int, column: int) -> Any:
        """What a reader sees there, merged cells included."""
        return self.own(*self.covered.get((row, column), (row, column)))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Both ends included; what lies outside the rows read is left out."""
        bottom = min(bottom, len(self.rows) - 1)
        right = min(right, MOST_COLUMNS - 1)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    self.covered[row, column] = (top, left)
        if len(self.covered) > MOST_CELLS:
            raise Unreadable(f"La feuille « {self.name} » a trop de cellules fusionnées.")

    def transposed(self) -> "Grid":
        width = self.width
        rows = [[self.own(r, c) for r in range(len(self.rows))] for c in range(width)]
        turned = {(c, r): (to[1], to[0]) for (r, c), to in self.covered.items()}
        return Grid(self.name, rows, turned)


def ref(row: int, column: int) -> str:
    """(0, 0) → A1."""
    return f"{get_column_letter(column + 1)}{row + 1}"


def cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip() or None
    return value


class Quota:
    """What a whole workbook may hold; counted while it is read, so that memory stays bounded."""

    def __init__(self) -> None:
        self.rows = self.cells = 0

    def count(self, cells: list[Any], times: int = 1) -> None:
        self.rows += times
        self.cells += times * sum(cell is not None for cell in cells)
        if self.rows > MOST_ROWS or self.cells > MOST_CELLS:
            raise Unreadable(
                f"Ce fichier a plus de {MOST_ROWS} lignes remplies ou de {MOST_CELLS} cellules : "
                "gardez la feuille du plan seule."
            )


def fill(grid: Grid, rows: Iterable[tuple[list[Any], int]], quota: Quota) -> Grid:
    """``rows``: (cells, times the row is repeated). Stops in a desert of empty rows."""
    empty = 0
    for cells, times in rows:
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            empty += times
            grid.is_cut = empty > EMPTY_ROWS_BEFORE_THE_END
            if grid.is_cut:
                break
            continue
        quota.count(cells, times)
        grid.rows += [[] for _ in range(empty)]
        grid.rows += [list(cells) for _ in range(times)]
        empty = 0
    return grid
