"""OpenDocument sheets, one row in memory at a time."""

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any
from zipfile import ZipFile

from defusedxml.ElementTree import iterparse

from ctg.spreadsheets.grid import (
    MOST_COLUMNS,
    MOST_SHEETS,
    Grid,
    Quota,
    Unreadable,
    cleaned,
    fill,
)

OASIS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
TABLE, TEXT, OFFICE, STYLE = (OASIS % name for name in ("table", "text", "office", "style"))
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
HIDDEN = f"{TABLE}display"


def read_ods(file: IO[bytes], merges: dict[str, list[str]]) -> list[Grid]:
    quota = Quota()
    grids: list[Grid] = []
    with ZipFile(file) as archive, archive.open("content.xml") as part:
        events = iterparse(part, ("start", "end"), forbid_dtd=True)
        hidden: set[str] = set()
        style = ""
        for event, element in events:
            if element.tag == f"{STYLE}style" and event == "start":
                style = element.get(f"{STYLE}name", "")
            elif element.tag == f"{STYLE}table-properties" and element.get(HIDDEN) == "false":
                hidden.add(style)
            elif element.tag == f"{TABLE}table" and event == "start":
                grid = _table(element, events, quota)
                if element.get(f"{TABLE}style-name") not in hidden:
                    grids.append(grid)
                if len(grids) > MOST_SHEETS:
                    raise Unreadable(f"Ce classeur a plus de {MOST_SHEETS} feuilles.")
    return grids


def _table(table, events, quota: Quota) -> Grid:
    grid = Grid(table.get(f"{TABLE}name", ""))
    spans: list[tuple[int, int, int, int]] = []
    fill(grid, _rows(table, events, spans), quota)
    for span in spans:
        grid.merge(*span)
    return grid


def _rows(table, events, spans) -> Iterator[tuple[list[Any], int]]:
    number = 0
    for event, element in events:
        if event != "end":
            continue
        if element is table:
            return
        if element.tag == f"{TABLE}table-row":
            times = int(element.get(f"{TABLE}number-rows-repeated", 1))
            cells = _cells(element, number, spans)
            element.clear()
            yield cells, times
            number += times
        elif element.tag == f"{TABLE}table-column":
            element.clear()


def _cells(row, number: int, spans) -> list[Any]:
    cells: list[Any] = []
    for cell in row:
        if cell.tag not in CELLS or len(cells) >= MOST_COLUMNS:
            continue
        down, across = (
            int(cell.get(f"{TABLE}number-{axis}-spanned", 1)) for axis in ("rows", "columns")
        )
        if down > 1 or across > 1:
            left = len(cells)
            spans.append((number, left, number + down - 1, left + across - 1))
        times = min(int(cell.get(f"{TABLE}number-columns-repeated", 1)), MOST_COLUMNS)
        value = _value(cell) if cell.tag == CELLS[0] else None
        cells += [value] * min(times, MOST_COLUMNS - len(cells))
    return cells


def _value(cell) -> Any:
    match cell.get(f"{OFFICE}value-type"):
        case "float" | "currency":
            value = float(cell.get(f"{OFFICE}value"))
            return int(value) if value.is_integer() else value
        case "percentage":
            return f"{round(100 * float(cell.get(f'{OFFICE}value')), 2):g} %"
        case "boolean":
            return cell.get(f"{OFFICE}boolean-value") == "true"
        case "date":
            moment = datetime.fromisoformat(cell.get(f"{OFFICE}date-value"))
            return moment if moment.time() != datetime.min.time() else moment.date()
    paragraphs = [_text(child) for child in cell if child.tag == f"{TEXT}p"]
    return cleaned("\n".join(paragraphs))


def _text(element) -> str:
    """Spaces, tabs and returns are elements of their own."""
    said = element.text or ""
    for child in element:
        match child.tag.removeprefix(TEXT):
            case "s":
                said += " " * min(int(child.get(f"{TEXT}c", 1)), 100)
            case "tab":
                said += "\t"
            case "line-break":
                said += "\n"
            case _ if child.tag.startswith(TEXT):
                said += _text(child)
        said += child.tail or ""
    return said
