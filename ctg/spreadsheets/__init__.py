"""Tables in and out of files. No word of the field in here."""

from ctg.spreadsheets.grid import Grid, Unreadable, ref
from ctg.spreadsheets.read import read_workbook
from ctg.spreadsheets.tables import Column, Kind, Sheet
from ctg.spreadsheets.write import FORMATS, download, write

__all__ = [
    "FORMATS",
    "Column",
    "Grid",
    "Kind",
    "Sheet",
    "Unreadable",
    "download",
    "read_workbook",
    "ref",
    "write",
]
