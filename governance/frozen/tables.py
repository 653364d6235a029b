"""The figures of a document as tables: what its edition for the archives carries."""

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from operator import attrgetter
from typing import Any

from ctg.pdf.archive import Attachment
from ctg.spreadsheets import Column, Kind, Sheet, write


def attachments(title: str, sheets: Mapping[str, Sheet]) -> list[Attachment]:
    """One CSV a table; a table without a row is left out."""
    return [
        Attachment(f"{name}.csv", f"{sheet.title} — {title}", "text/csv", _csv(sheet))
        for name, sheet in sheets.items()
        if sheet.rows
    ]


def _csv(sheet: Sheet) -> bytes:
    target = BytesIO()
    write("csv", target, sheet)
    return target.getvalue()


def amounts(fields: Iterable[tuple[str, str]]) -> list[Column]:
    return [Column(label, attrgetter(name), Kind.MONEY) for label, name in fields]


def indicator_columns(years: Iterable[int]) -> list[Column]:
    """Of the rows of indicators, with their values of each of these years."""
    return [
        Column("Action", attrgetter("action")),
        Column("Indicateur", attrgetter("title")),
        Column("Type", attrgetter("kind")),
        Column("Unité", attrgetter("unit")),
        Column("Départ", attrgetter("baseline"), Kind.NUMBER),
        *(Column(str(year), at("values", rank), Kind.NUMBER) for rank, year in enumerate(years)),
        Column("Cible", attrgetter("target"), Kind.NUMBER),
        Column("Année de la cible", attrgetter("target_year"), Kind.NUMBER),
    ]


def at(field: str, rank: int) -> Callable[[Any], Any]:
    return lambda row: getattr(row, field)[rank]
