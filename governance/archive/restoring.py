"""An archive back into an empty installation: the same rows, the same keys, the same files."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.contrib.auth.hashers import make_password
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files import File
from django.core.files.storage import Storage
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction

from ctg.accounts.models import User
from ctg.convention.models import Convention
from governance.archive.checks import ArchiveRefused, checked
from governance.archive.tables import Table, tables
from governance.archive.values import read
from governance.archive.writing import FILES
from governance.models import PublicSite

LONGEST_CELL = 64 * 1024 * 1024  # characters: the figures of a review are one cell


def restore_archive(path: Path) -> Convention:
    """All of it or nothing. ArchiveRefused says in French what is wrong, and where.

    Public pages come back closed: two sites would tell the public different things.
    """
    _refuse_a_filled_place()
    restored: list[tuple[Storage, str]] = []
    try:
        with ZipFile(path) as archive, transaction.atomic():
            manifest = checked(archive)
            stored = _load_rows(archive, manifest)
            for name, storage in stored.items():
                if FILES + name in manifest["files"]:
                    _load_file(archive, name, storage, restored)
            PublicSite.objects.update(is_open=False)
            return Convention.objects.get()
    except BaseException as error:
        for storage, name in restored:
            storage.delete(name)
        if isinstance(error, (BadZipFile, EOFError)):
            raise ArchiveRefused(f"{path.name} n’est pas un fichier ZIP entier.") from error
        if isinstance(error, OSError):
            raise ArchiveRefused(f"{path.name} : {error.strerror or error}.") from error
        raise


def _refuse_a_filled_place() -> None:
    filled = [table.label for table in tables() if table.model._base_manager.exists()]
    if filled:
        raise ArchiveRefused(
            f"Cette installation contient déjà des données ({', '.join(filled[:5])}) : "
            "une archive se restaure dans une installation neuve."
        )


def _load_rows(archive: ZipFile, manifest: dict[str, Any]) -> dict[str, Storage]:
    """Where each file that a row names is to be kept."""
    limit = csv.field_size_limit(LONGEST_CELL)
    stored: dict[str, Storage] = {}
    try:
        for table in tables():
            found = _load_table(archive, table, stored)
            if found != manifest["rows"].get(table.name, 0):
                raise ArchiveRefused(f"{table.path} compte {found} lignes, non celles annoncées.")
        connection.check_constraints()
    except DatabaseError as error:
        raise ArchiveRefused(f"Les tables ne s’accordent pas entre elles : {error}.") from error
    finally:
        csv.field_size_limit(limit)
    models_loaded = [table.model for table in tables()]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models_loaded):
            cursor.execute(statement)
    return stored


def _load_table(archive: ZipFile, table: Table, stored: dict[str, Storage]) -> int:
    """How many rows. A table that the archive is too old to have stays empty."""
    if table.path not in archive.namelist():
        return 0
    count = 0
    with archive.open(table.path) as source:
        lines = csv.reader(io.TextIOWrapper(source, "utf-8", newline=""), strict=True)
        fields = _fields(table, next(lines, []))
        for values in _values(table, fields, lines):
            row = table.model(**values)
            row.save_base(raw=True, force_insert=True)
            stored |= {
                values[field.attname]: field.storage
                for field in fields
                if isinstance(field, models.FileField) and values[field.attname]
            }
            count += 1
    return count


def _fields(table: Table, header: list[str]) -> list[models.Field]:
    """In the order of the file; a column added to the program since then takes its default."""
    known = {field.attname: field for field in table.fields}
    unknown = set(header) - known.keys()
    if unknown or len(set(header)) != len(header):
        names = ", ".join(sorted(unknown)) or "en double"
        raise ArchiveRefused(f"{table.path} a des colonnes inconnues ici : {names}.")
    return [known[name] for name in header]


def _values(
    table: Table, fields: list[models.Field], lines: Iterator[list[str]]
) -> Iterator[dict[str, Any]]:
    added = {"password": make_password(None)} if table.model is User else {}
    try:
        for number, line in enumerate(lines, start=2):
            if len(line) != len(fields):
                raise ArchiveRefused(f"{table.path}, ligne {number} : colonnes manquantes.")
            yield added | {
                field.attname: _read(table, number, field, text)
                for field, text in zip(fields, line, strict=True)
            }
    except (csv.Error, UnicodeDecodeError) as error:
        raise ArchiveRefused(f"{table.path} ne se lit pas : {error}.") from error


def _read(table: Table, number: int, field: models.Field, text: str) -> Any:
    try:
        return read(field, text)
    except (ValidationError, ValueError, ArithmeticError) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        where = f"{table.path}, ligne {number}, colonne {field.attname}"
        raise ArchiveRefused(f"{where} : {said}.") from error


def _load_file(
    archive: ZipFile, name: str, storage: Storage, restored: list[tuple[Storage, str]]
) -> None:
    try:
        with archive.open(FILES + name) as source:
            kept = storage.save(name, File(source))
    except SuspiciousFileOperation as error:
        raise ArchiveRefused(f"{name} sortirait du dossier des fichiers.") from error
    restored.append((storage, kept))
    if kept != name:
        raise ArchiveRefused(f"Un fichier {name} existe déjà dans cette installation.")
