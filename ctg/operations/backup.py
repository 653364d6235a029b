"""The whole installation in one ZIP: every row as JSON lines, every file, and their SHA-256.

The rows are the same whatever the database, so that a backup of SQLite restores in PostgreSQL.
Sessions and the queue of tasks stay out: people sign in again, and nothing is sent twice.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from ctg import __version__
from ctg.operations.models import Backup

FORMAT = 1
LEFT_OUT = {"sessions", "django_tasks_db", "admin"}
BORN_WITH_MIGRATIONS = [ContentType, Permission]
MANIFEST, ROWS, FILES = "manifest.json", "rows.jsonl", "files/"


class Exact(DjangoJSONEncoder):
    """To the microsecond, where Django's own stops at the millisecond."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class BackupRefused(Exception):
    """The file is not a backup, was damaged, or does not fit this installation; in French."""


def models_to_keep() -> list[type[models.Model]]:
    """Those with a table, a parent before its children, the many-to-many tables last."""
    kept = [config for config in apps.get_app_configs() if config.label not in LEFT_OUT]
    ordered = serializers.sort_dependencies([(config, None) for config in kept], allow_cycles=True)
    links = [
        model
        for config in kept
        for model in config.get_models(include_auto_created=True)
        if model._meta.auto_created
    ]
    return [model for model in ordered + links if model._meta.managed and not model._meta.proxy]


def write_backup(path: Path) -> Backup:
    """Whole or not at all: written beside, then renamed. OSError when the disk refuses."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
            rows, digest = _write_rows(archive)
            manifest = {
                "format": FORMAT,
                "version": __version__,
                "written_at": timezone.now().isoformat(),
                "migrations": applied_migrations(),
                "rows": rows,
                "sha256": {ROWS: digest, **dict(_write_files(archive))},
            }
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    with path.open("rb") as written:
        whole = hashlib.file_digest(written, "sha256").hexdigest()
    return Backup.objects.create(name=path.name, size=path.stat().st_size, sha256=whole)


@transaction.atomic
def _write_rows(archive: zipfile.ZipFile) -> tuple[dict[str, int], str]:
    """Rows by model, and the digest of them all; read as they were at one instant."""
    if connection.vendor == "postgresql" and not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    counts, digest = {}, hashlib.sha256()
    with archive.open(ROWS, "w", force_zip64=True) as target:
        for model in models_to_keep():
            count = 0
            columns = [field.name for field in model._meta.local_fields]
            for row in model._base_manager.order_by("pk").iterator(chunk_size=500):
                line = serializers.serialize("jsonl", [row], fields=columns, cls=Exact).encode()
                digest.update(line)
                target.write(line)
                count += 1
            counts[model._meta.label] = count
    return counts, digest.hexdigest()


def _write_files(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for name in stored_files():
        with default_storage.open(name) as source, archive.open(FILES + name, "w") as target:
            yield FILES + name, _copy(source, target)


def stored_files(folder: str = "") -> Iterator[str]:
    if folder and not default_storage.exists(folder):
        return
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (os.path.join(folder, name) for name in sorted(files))
    for name in sorted(folders):
        yield from stored_files(os.path.join(folder, name))


def restore_backup(path: Path) -> dict[str, int]:
    """Into an installation without any row; the rows restored, by model.

    Raises BackupRefused before anything is written; a failure later leaves the database empty.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _checked(archive)
            _refuse_another_place(manifest)
            with transaction.atomic():
                _load_rows(archive)
                counts = {
                    model._meta.label: model._base_manager.count() for model in models_to_keep()
                }
                if counts != manifest["rows"]:
                    raise BackupRefused("Le compte des lignes restaurées diffère du manifeste.")
            _load_files(archive, manifest)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise BackupRefused(f"{path.name} n’est pas une sauvegarde lisible.") from error
    return counts


def _checked(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise BackupRefused(f"Format de sauvegarde inconnu : {manifest['format']}.")
    for name, digest in manifest["sha256"].items():
        with archive.open(name) as member:
            if hashlib.file_digest(member, "sha256").hexdigest() != digest:
                raise BackupRefused(f"{name} a changé depuis la sauvegarde : empreinte différente.")
    return manifest


def _refuse_another_place(manifest: dict[str, Any]) -> None:
    if manifest["migrations"] != applied_migrations():
        raise BackupRefused(
            f"La sauvegarde vient de la version {manifest['version']} : installez cette version, "
            "restaurez, puis mettez à jour."
        )
    filled = [model for model in models_to_keep() if model not in BORN_WITH_MIGRATIONS]
    if any(model._base_manager.exists() for model in filled):
        raise BackupRefused("La base contient déjà des données : restaurez dans une base neuve.")


def _load_rows(archive: zipfile.ZipFile) -> None:
    for model in reversed(BORN_WITH_MIGRATIONS):
        model._base_manager.all().delete()
    ContentType.objects.clear_cache()
    with connection.constraint_checks_disabled(), archive.open(ROWS) as source:
        for row in serializers.deserialize("jsonl", (line.decode() for line in source)):
            row.save(force_insert=True)
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models_to_keep()):
            cursor.execute(statement)


def _load_files(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    for name in manifest["sha256"]:
        if name.startswith(FILES):
            with archive.open(name) as source:
                default_storage.save(name.removeprefix(FILES), File(source))


def applied_migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app not in LEFT_OUT)


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(1 << 20):
        digest.update(block)
        target.write(block)
    return digest.hexdigest()
