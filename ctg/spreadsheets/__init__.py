"""Tables in and out of files. No word of the field in here."""

from ctg.spreadsheets.tables import Column, Kind, Sheet
from ctg.spreadsheets.write import FORMATS, download, write

__all__ = ["FORMATS", "Column", "Kind", "Sheet", "download", "write"]
