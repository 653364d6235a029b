"""A PDF written whole or not at all: a worker may be killed, a disk may be full."""

from typing import Any

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile


def put(file: FieldFile, name: str, content: bytes) -> None:
    """Replace what an attempt cut short left under this name. Raises OSError, leaving nothing.

    Each name belongs to one row: the year, the edition and the address of the convention are in
    it, or the number of the rendering.
    """
    path = file.field.generate_filename(file.instance, name)
    file.storage.delete(path)
    try:
        file.save(name, ContentFile(content), save=False)
        if file.size != len(content):
            raise OSError(f"{path} : {file.size} octets écrits sur {len(content)}.")
    except BaseException:
        file.storage.delete(path)
        raise


def discard(row: Any) -> None:
    """The row and its file; the file last, so that no row names a file that is gone."""
    file = row.file
    row.delete()
    if file:
        file.storage.delete(file.name)
