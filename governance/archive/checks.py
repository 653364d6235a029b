"""What an archive must be before a single row is read from it. Nothing is believed unread."""

import hashlib
import json
import zlib
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZipFile

from governance.archive.container import APPLICATION, BLOCK, FORMAT, MANIFEST
from governance.archive.tables import tables

LARGEST_MANIFEST = 64 * 1024 * 1024  # bytes
LARGEST = 50 * 1024**3  # bytes, once unfolded
# Tables of text shrink some thirty times; a bomb, a thousand.
MOST_FOLDED = 250
ALWAYS_ALLOWED = 64 * 1024 * 1024


class ArchiveRefused(Exception):
    """The file is not an archive, was damaged, or does not fit this installation; in French."""


def checked(archive: ZipFile) -> dict[str, Any]:
    """The manifest of an archive in which every file is the one it names."""
    _refuse_bombs(archive)
    manifest = _manifest(archive)
    _refuse_strange_names(archive, manifest)
    _refuse_unknown_tables(manifest)
    for name, told in manifest["files"].items():
        if _digest(archive, name) != told["sha256"]:
            raise ArchiveRefused(f"{name} a changé depuis l’archive : son empreinte diffère.")
    return manifest


def _refuse_bombs(archive: ZipFile) -> None:
    """By the sizes it announces: reading a member stops there."""
    unfolded = sum(info.file_size for info in archive.infolist())
    folded = sum(info.compress_size for info in archive.infolist())
    if unfolded > LARGEST or unfolded > ALWAYS_ALLOWED + MOST_FOLDED * folded:
        raise ArchiveRefused(
            f"Ce fichier se déploierait en {unfolded // 1024**2} Mo : ce n’est pas une archive."
        )


def _manifest(archive: ZipFile) -> dict[str, Any]:
    try:
        if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise ArchiveRefused(f"{MANIFEST} est démesuré.")
        manifest = json.loads(archive.read(MANIFEST))
        application, number = manifest["application"], manifest["format"]
        _ = manifest["rows"], [told["sha256"] for told in manifest["files"].values()]
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError, zlib.error) as error:
        raise ArchiveRefused(
            f"Ce fichier n’est pas une archive de convention : {MANIFEST} manque ou est illisible."
        ) from error
    if application != APPLICATION or not isinstance(number, int):
        raise ArchiveRefused("Cette archive vient d’un autre logiciel.")
    if number > FORMAT:
        raise ArchiveRefused(
            f"Cette archive est au format {number}, plus récent que celui de ce logiciel "
            f"({FORMAT}) : mettez-le à jour."
        )
    return manifest


def _refuse_strange_names(archive: ZipFile, manifest: dict[str, Any]) -> None:
    names = archive.namelist()
    told = {MANIFEST, *manifest["files"]}
    if len(names) != len(set(names)) or set(names) != told:
        strange = sorted(set(names) ^ told)[:3]
        raise ArchiveRefused(
            f"Les fichiers ne sont pas ceux du manifeste : {', '.join(strange) or 'doubles'}."
        )
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name:
            raise ArchiveRefused(f"{name} sortirait du dossier de l’archive.")


def _refuse_unknown_tables(manifest: dict[str, Any]) -> None:
    unknown = set(manifest["rows"]) - {table.name for table in tables()}
    if unknown:
        raise ArchiveRefused(
            f"Cette archive a des tables inconnues ici ({', '.join(sorted(unknown))}) : "
            "mettez le logiciel à jour."
        )


def _digest(archive: ZipFile, name: str) -> str:
    try:
        with archive.open(name) as member:
            digest = hashlib.sha256()
            while block := member.read(BLOCK):
                digest.update(block)
            return digest.hexdigest()
    except (RuntimeError, NotImplementedError, zlib.error) as error:
        raise ArchiveRefused(f"{name} ne se lit pas : {error}.") from error
