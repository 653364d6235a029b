"""Texts with separators: UTF-8, UTF-16 or Windows-1252; semicolons, commas or tabs."""

import csv
import io
from collections import Counter
from itertools import islice

from ctg.spreadsheets.grid import MOST_COLUMNS, Grid, Quota, Unreadable, cleaned, fill

SAMPLE = 200


def read_csv(content: bytes, name: str) -> Grid:
    text = _decoded(content)
    try:
        separator = max(";,\t|", key=lambda sign: _regularity(text, sign))
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        lines = (([cleaned(cell) for cell in row[:MOST_COLUMNS]], 1) for row in rows)
        return fill(Grid(name.rpartition(".")[0] or name), lines, Quota())
    except csv.Error as error:
        raise Unreadable(
            "Ce fichier n’est pas un texte à séparateurs : un guillemet n’est pas refermé, "
            "ou une cellule est trop longue."
        ) from error


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise Unreadable("Ce fichier n’est pas un texte : envoyez un .xlsx, un .ods ou un .csv.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("Les lettres de ce fichier sont illisibles : enregistrez-le en CSV UTF-8.")


def _regularity(text: str, separator: str) -> int:
    """How many cells stand in rows of the most usual length."""
    sample = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lengths = Counter(len(row) for row in islice(sample, SAMPLE) if len(row) > 1)
    return max((length * count for length, count in lengths.items()), default=0)
