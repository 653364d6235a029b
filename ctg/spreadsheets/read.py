"""Open a spreadsheet that a person sends, whatever wrote it; refuse what could harm, in words."""

import re
from collections import defaultdict
from typing import IO
from zipfile import ZipFile

from ctg.spreadsheets.grid import MOST_BYTES, MOST_SHEETS, MOST_XML_BYTES, Grid, Unreadable
from ctg.spreadsheets.read_csv import read_csv
from ctg.spreadsheets.read_ods import read_ods
from ctg.spreadsheets.read_xlsx import read_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
TEXTS = ("csv", "txt", "tsv")
PROTECTED = "Ce classeur est protégé par un mot de passe : retirez-le d’abord."
DAMAGED = (
    "Ce fichier est abîmé ou d’une forme inhabituelle : ouvrez-le dans votre tableur, "
    "enregistrez-le de nouveau en .xlsx, puis recommencez."
)
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,200}?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
CHUNK = 1_000_000
OVERLAP = 300

READERS = {"xlsx": read_xlsx, "ods": read_ods}


def read_workbook(file: IO[bytes], name: str) -> list[Grid]:
    """The visible sheets that say something. Raises Unreadable."""
    extension = name.rpartition(".")[2].lower()
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise Unreadable(f"Ce fichier dépasse {MOST_BYTES // 1_000_000} Mo.")
    if file.tell() == 0:
        raise Unreadable("Ce fichier est vide.")
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head.startswith(b"PK"):
        grids = _unzipped(file, extension)
    else:
        _refuse_other(file, head, extension)
        grids = [read_csv(file.read(), name)]
    found = [grid for grid in grids if grid.rows]
    if not found:
        raise Unreadable("Ce fichier ne contient aucune cellule remplie.")
    return found


def _refuse_other(file: IO[bytes], head: bytes, extension: str) -> None:
    if head.startswith(OLE):
        if ENCRYPTED in file.read():
            raise Unreadable(
                "Ce classeur est protégé par un mot de passe : retirez-le dans Excel "
                "(Fichier, Informations), enregistrez, puis recommencez."
            )
        raise Unreadable("C’est un ancien classeur .xls : enregistrez-le en .xlsx.")
    if head.startswith(b"%PDF"):
        raise Unreadable("C’est un PDF : envoyez le classeur (.xlsx, .ods) ou un .csv.")
    if extension not in TEXTS:
        raise Unreadable(
            f"Ce fichier porte l’extension .{extension} mais n’est pas un classeur : "
            "envoyez un .xlsx, un .ods ou un .csv."
        )


def _unzipped(file: IO[bytes], extension: str) -> list[Grid]:
    try:
        with ZipFile(file) as archive:
            kind = _kind(archive)
            if extension != kind:
                raise Unreadable(
                    f"Ce fichier porte l’extension .{extension}, mais c’est un .{kind} : "
                    "renommez-le, puis recommencez."
                )
            merges = _inspect(archive)
        file.seek(0)
        return READERS[kind](file, merges)
    except Unreadable:
        raise
    except Exception as error:  # the readers of XML and ZIP fail in a hundred ways
        raise Unreadable(DAMAGED) from error


def _kind(archive: ZipFile) -> str:
    names = set(archive.namelist())
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
        raise Unreadable("Ce classeur contient des macros : enregistrez-le en .xlsx, sans macro.")
    if "xl/workbook.bin" in names:
        raise Unreadable("C’est un classeur .xlsb : enregistrez-le en .xlsx.")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and b"spreadsheet" in archive.open("mimetype").read(100):
        return "ods"
    raise Unreadable("Ce fichier n’est pas un classeur : envoyez un .xlsx, un .ods ou un .csv.")


def _inspect(archive: ZipFile) -> dict[str, list[str]]:
    """Merged ranges by part. Refuses bombs, entities and passwords before anything is parsed."""
    parts = [part for part in archive.infolist() if part.filename.endswith((".xml", ".rels"))]
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(PROTECTED)
    if sum(part.file_size for part in parts) > MOST_XML_BYTES:
        raise Unreadable(
            "Ce classeur est trop grand une fois décompressé : gardez la feuille du plan seule."
        )
    if sum(part.filename.startswith("xl/worksheets/") for part in parts) > 2 * MOST_SHEETS:
        raise Unreadable(f"Ce classeur a plus de {MOST_SHEETS} feuilles.")
    merges: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        _inspect_part(archive, part.filename, merges)
    return merges


def _inspect_part(archive: ZipFile, name: str, merges: dict[str, list[str]]) -> None:
    with archive.open(name) as stream:
        before = b""
        while chunk := stream.read(CHUNK):
            text = before + chunk
            plain = text.replace(b"\0", b"").upper()  # UTF-16 hides nothing
            if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                raise Unreadable(
                    "Ce classeur contient des définitions XML interdites : il est refusé."
                )
            if b"MANIFEST:ENCRYPTION-DATA" in plain and name == "META-INF/manifest.xml":
                raise Unreadable(
                    "Ce classeur est protégé par un mot de passe : retirez-le d’abord."
                )
            merges[name] += [found.decode() for found in MERGE.findall(text)]
            before = text[-OVERLAP:]
