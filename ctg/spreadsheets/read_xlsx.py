"""Excel workbooks, streamed: the values as a person reads them, without their formulas."""

from collections.abc import Iterator
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from ctg.spreadsheets.grid import MOST_COLUMNS, Grid, Quota, cleaned, fill


def read_xlsx(file: IO[bytes], merges: dict[str, list[str]]) -> list[Grid]:
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    quota = Quota()
    grids = []
    for page in book.worksheets:
        if page.sheet_state != "visible":
            continue
        page.reset_dimensions()
        grid = fill(Grid(page.title), _rows(page), quota)
        for found in dict.fromkeys(merges.get(page._worksheet_path.lstrip("/"), ())):
            left, top, right, bottom = range_boundaries(found)
            grid.merge(top - 1, left - 1, bottom - 1, right - 1)
        grids.append(grid)
    book.close()
    return grids


def _rows(page) -> Iterator[tuple[list[Any], int]]:
    for row in page.iter_rows(max_col=MOST_COLUMNS):
        yield [_value(cell) for cell in row], 1


def _value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, float) and "%" in (cell.number_format or ""):
        return f"{round(100 * value, 2):g} %"
    return None if cell.data_type == "e" else cleaned(value)
