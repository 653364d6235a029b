"""The archive of a convention: its tables, its files, its published reviews, pages to read it."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

from django.core.files.storage import Storage
from django.db import connection, models, transaction
from django.utils import timezone

from ctg import __version__
from ctg.accounts.models import User
from ctg.convention.models import Convention, Membership
from ctg.pdf.document import Progress, no_progress
from governance.archive.container import APPLICATION, Container, as_json
from governance.archive.datapackage import datapackage
from governance.archive.pages import pages
from governance.archive.reviews import archival_files
from governance.archive.tables import Selection, Table, tables
from governance.archive.values import written

FILES = "files/"
CHUNK = 1000


def write_archive(
    convention: Convention, target: IO[bytes], *, on_progress: Progress = no_progress
) -> dict[str, Any]:
    """Its manifest. Memory does not grow with the rows; raises what ``on_progress`` raises."""
    now = timezone.now()
    with Container(target) as container:
        with _one_instant():
            counts, stored = _write_tables(container, Selection(convention))
        described = datapackage(convention, counts, container.files)
        container.add("datapackage.json", as_json(described))
        parts = [
            *archival_files(convention),
            *(_file(name, storage) for name, storage in stored.items()),
            *pages(convention, at=now, counts=counts),
        ]
        for done, part in enumerate(parts, start=1):
            part(container)
            on_progress(done, len(parts))
        return container.finish(_about(convention, now) | {"rows": counts})


def _about(convention: Convention, at: datetime) -> dict[str, Any]:
    return {
        "application": APPLICATION,
        "version": __version__,
        "written_at": at.isoformat(),
        "convention": {
            "name": convention.name,
            "slug": convention.slug,
            "starts_on": convention.starts_on.isoformat(),
            "ends_on": convention.ends_on.isoformat(),
            "is_demo": convention.is_demo,
        },
    }


@contextmanager
def _one_instant() -> Iterator[None]:
    """All the rows as they were together, whatever is written meanwhile."""
    with transaction.atomic():
        if connection.vendor == "postgresql" and not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _write_tables(
    container: Container, selection: Selection
) -> tuple[dict[str, int], dict[str, Storage]]:
    """Rows by table, and where each file that a row names is kept."""
    counts: dict[str, int] = {}
    stored: dict[str, Storage] = {}
    for table in tables():
        with container.open(table.path) as target:
            text = io.TextIOWrapper(target, "utf-8", newline="", write_through=True)
            writer = csv.writer(text)
            writer.writerow([field.attname for field in table.fields])
            counts[table.name] = 0
            for line in _lines(selection, table, stored):
                writer.writerow(line)
                counts[table.name] += 1
            text.flush()
            text.detach().flush()
    return counts, stored


def _lines(selection: Selection, table: Table, stored: dict[str, Storage]) -> Iterator[list[str]]:
    fields, adjusted = table.fields, _adjusted(selection, table)
    rows = selection.rows(table).order_by("pk").values_list(*(field.attname for field in fields))
    for row in rows.iterator(chunk_size=CHUNK):
        values = dict(zip(fields, row, strict=True))
        for field, adjust in adjusted.items():
            values[field] = adjust(values[table.model._meta.pk], values[field])
        for field, value in values.items():
            if isinstance(field, models.FileField) and value:
                stored[value] = field.storage
        yield [written(field, value) for field, value in values.items()]


def _adjusted(selection: Selection, table: Table) -> dict[Any, Callable[[Any, Any], Any]]:
    """(key of the row, value) → what is told of it, for the columns not told as they are."""
    adjusted = {
        field: _only(selection.known(field.related_model))
        for field in selection.leads_elsewhere(table)
    }
    if table.model is User:
        roles = Membership.objects.filter(convention=selection.convention)
        members = set(roles.values_list("user", flat=True))
        adjusted[User._meta.get_field("email")] = _address_of(members)
    return adjusted


def _only(known: set[Any]) -> Callable[[Any, Any], Any]:
    return lambda key, value: value if value in known else None


def _address_of(members: set[Any]) -> Callable[[Any, Any], Any]:
    return lambda key, email: email if key in members else f"ancien-{key}@invalid.example"


def _file(name: str, storage: Storage) -> Callable[[Container], None]:
    def copy(container: Container) -> None:
        try:
            with storage.open(name) as source:
                container.copy(FILES + name, source)
        except FileNotFoundError:
            container.missing.append(f"{FILES}{name} : ce fichier manquait déjà sur le site")

    return copy
