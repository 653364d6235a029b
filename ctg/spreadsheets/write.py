"""Write tables as .xlsx, .ods or .csv, one row at a time: memory does not grow with the rows."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.http import FileResponse
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter

from ctg.spreadsheets.ods import write_ods
from ctg.spreadsheets.tables import FORMULA_IN_CSV, Kind, Sheet, harmless

NUMBER_FORMATS = {
    Kind.MONEY: '#,##0.00\\ "€"',
    Kind.DATE: "dd/mm/yyyy",
    Kind.MOMENT: "dd/mm/yyyy\\ hh:mm",
}
HEAD = NamedStyle(
    "entête",
    font=Font("Calibri", 11, bold=True, color="FFFFFF"),
    fill=PatternFill("solid", start_color="1F3A5F"),
    alignment=Alignment(vertical="center", wrap_text=True),
)


def write_xlsx(target: IO[bytes], *sheets: Sheet) -> None:
    """Typed cells, a frozen header, filters on every column."""
    book = Workbook(write_only=True)
    book.add_named_style(HEAD)
    styles = _styles(book)
    for sheet in sheets:
        _write_xlsx_sheet(book, sheet, styles)
    book.save(target)


def _styles(book) -> dict[Kind, str]:
    top = Alignment(vertical="top", wrap_text=True)
    styles = {}
    for kind in Kind:
        style = NamedStyle(kind.value, font=Font("Calibri", 11), alignment=top)
        style.number_format = NUMBER_FORMATS.get(kind, "General")
        book.add_named_style(style)
        styles[kind] = style.name
    return styles


def _write_xlsx_sheet(book, sheet: Sheet, styles: dict[Kind, str]) -> None:
    page = book.create_sheet(_sheet_title(sheet.title))
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        dimension = page.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.hidden = column.width, column.hidden
    page.append([_filled(_cell(page, HEAD.name), column.label) for column in sheet.columns])
    cells = [_cell(page, styles[column.kind]) for column in sheet.columns]
    last = 1
    for line in sheet.lines():
        last += 1
        page.append([_filled(cell, value) for cell, value in zip(cells, line, strict=True)])
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{last}"


def _cell(page, style: str) -> Cell:
    """One for a whole column: a row is written as soon as it is appended."""
    cell = WriteOnlyCell(page)
    cell.style = style
    return cell


def _filled(cell: Cell, value: Any) -> Cell | None:
    if value in (None, ""):
        return None
    cell.value = harmless(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _sheet_title(title: str) -> str:
    """Excel takes 31 characters, without some signs."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip("'")[:31]


def write_csv(target: IO[bytes], *sheets: Sheet) -> None:
    """The first sheet, as a French Excel opens it: semicolons, UTF-8 with its mark, 1234,5."""
    sheet = sheets[0]
    text = io.TextIOWrapper(target, "utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([column.label for column in sheet.columns])
    for line in sheet.lines():
        writer.writerow(
            [_in_csv(value, column.kind) for value, column in zip(line, sheet.columns, strict=True)]
        )
    text.flush()
    text.detach()


def _in_csv(value: Any, kind: Kind) -> str:
    match value:
        case None:
            return ""
        case str():
            return harmless(value, FORMULA_IN_CSV)
        case int():
            return str(value)
    if kind is Kind.MOMENT:
        return f"{value:%d/%m/%Y %H:%M}"
    if kind is Kind.DATE:
        return f"{value:%d/%m/%Y}"
    return f"{value:f}".replace(".", ",")


@dataclass(frozen=True)
class Format:
    label: str
    media_type: str
    write: Callable[..., None]


FORMATS = {
    "xlsx": Format(
        "Excel (.xlsx)",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
    "ods": Format(
        "LibreOffice (.ods)", "application/vnd.oasis.opendocument.spreadsheet", write_ods
    ),
    "csv": Format("Texte (.csv)", "text/csv; charset=utf-8", write_csv),
}
IN_MEMORY = 5_000_000


def write(extension: str, target: IO[bytes], *sheets: Sheet) -> None:
    """KeyError for an extension that FORMATS does not have."""
    FORMATS[extension].write(target, *sheets)


def download(extension: str, name: str, *sheets: Sheet) -> FileResponse:
    """The file ``name`` (without extension) to download, written on disk when it is long."""
    file = SpooledTemporaryFile(IN_MEMORY)
    write(extension, file, *sheets)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.{extension}",
        content_type=FORMATS[extension].media_type,
    )
