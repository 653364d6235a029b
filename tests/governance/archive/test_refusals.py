"""What is not an archive, or was touched since, is refused in words and leaves nothing behind."""

import csv
import hashlib
import io
import json
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from ctg.accounts.models import User
from ctg.convention.models import Convention
from governance.archive.checks import ArchiveRefused
from governance.archive.restoring import restore_archive
from tests.factories.actions import make_action

pytestmark = pytest.mark.django_db
ACTIONS = "tables/actions.action.csv"


@pytest.fixture
def source(convention, archived, empty_place):
    make_action(convention, code="A-1")
    convention.documents.create(title="Convention", file=ContentFile(b"%PDF-1.7", "signee.pdf"))
    path = archived(convention)
    empty_place()
    return path


def rewritten(source, change, *, sealed=True):
    """A copy whose files went through ``change(files)``, with a manifest that agrees or not."""
    with ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(files, manifest)
    if sealed:
        manifest["files"] = {
            name: {"bytes": len(found), "sha256": hashlib.sha256(found).hexdigest()}
            for name, found in files.items()
        }
    copy = source.with_name("copy.zip")
    with ZipFile(copy, "w", ZIP_DEFLATED) as archive:
        for name, found in files.items():
            archive.writestr(name, found)
        archive.writestr("manifest.json", json.dumps(manifest))
    return copy


def refused(path, reason, tmp_path):
    with pytest.raises(ArchiveRefused, match=reason):
        restore_archive(path)
    assert not Convention.objects.exists() and not User.objects.exists()
    assert not [file for file in (tmp_path / "new").rglob("*") if file.is_file()]


def test_a_changed_file(source, tmp_path):
    def change(files, manifest):
        files[ACTIONS] += b"\r\n"

    refused(rewritten(source, change, sealed=False), "empreinte", tmp_path)


def test_a_newer_format(source, tmp_path):
    def change(files, manifest):
        manifest["format"] = 9

    refused(rewritten(source, change), "plus récent", tmp_path)


def test_another_program(source, tmp_path):
    def change(files, manifest):
        manifest["application"] = "autre"

    refused(rewritten(source, change), "autre logiciel", tmp_path)


def test_a_table_of_a_later_version(source, tmp_path):
    def change(files, manifest):
        manifest["rows"]["actions.future"] = 1

    refused(rewritten(source, change), "actions.future", tmp_path)


def test_a_column_of_a_later_version(source, tmp_path):
    def change(files, manifest):
        files[ACTIONS] = files[ACTIONS].replace(b"status_on", b"colour", 1)

    refused(rewritten(source, change), "colour", tmp_path)


def test_a_truncated_file(source, tmp_path):
    short = source.with_name("short.zip")
    short.write_bytes(source.read_bytes()[:-2000])

    refused(short, "ZIP entier", tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK but no archive", b"%PDF-1.7"])
def test_another_file(tmp_path, content):
    other = tmp_path / "other.zip"
    other.write_bytes(content)

    refused(other, "ZIP entier", tmp_path)


def test_a_zip_of_something_else(tmp_path):
    with ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("mimetype", "application/epub")

    refused(tmp_path / "other.zip", "n’est pas une archive", tmp_path)


@pytest.mark.parametrize("name", ["../evil.html", "/etc/evil", "files/../../evil", "files\\..\\e"])
def test_a_path_that_leads_outside(source, tmp_path, name):
    def change(files, manifest):
        files[name] = b"evil"

    refused(rewritten(source, change), "sortirait", tmp_path)
    assert not list(tmp_path.rglob("*evil*"))


def test_a_stored_name_that_leads_outside(source, tmp_path):
    """The name is in a row this time, and its file in the archive."""

    def change(files, manifest):
        table = "tables/convention.document.csv"
        stored = next(name for name in files if name.startswith("files/documents/"))
        files["files//etc/evil"] = files.pop(stored)
        files[table] = files[table].replace(stored.removeprefix("files/").encode(), b"/etc/evil")

    refused(rewritten(source, change), "sortirait", tmp_path)


def test_a_file_that_no_manifest_names(source, tmp_path):
    with ZipFile(source, "a") as archive:
        archive.writestr("files/extra.exe", b"MZ")

    refused(source, "extra.exe", tmp_path)


def test_a_bomb(source, tmp_path):
    with ZipFile(source, "a", ZIP_DEFLATED) as archive:
        with archive.open("files/bomb", "w", force_zip64=True) as member:
            block = bytes(1 << 20)
            for _ in range(200):
                member.write(block)

    refused(source, "se déploierait", tmp_path)


def test_a_value_that_the_column_cannot_hold(source, tmp_path):
    def change(files, manifest):
        lines = list(csv.reader(io.StringIO(files[ACTIONS].decode(), newline="")))
        lines[1][lines[0].index("progress")] = "beaucoup"
        text = io.StringIO(newline="")
        csv.writer(text).writerows(lines)
        files[ACTIONS] = text.getvalue().encode()

    refused(rewritten(source, change), "actions.action.csv, ligne 2, colonne progress", tmp_path)


def test_a_row_without_the_one_it_needs(source, tmp_path):
    def change(files, manifest):
        head = files["tables/actions.operationalobjective.csv"].split(b"\r\n")[0]
        files["tables/actions.operationalobjective.csv"] = head + b"\r\n"
        manifest["rows"]["actions.operationalobjective"] = 0

    refused(rewritten(source, change), "ne s’accordent pas", tmp_path)


def test_fewer_rows_than_announced(source, tmp_path):
    def change(files, manifest):
        manifest["rows"]["actions.action"] = 2

    refused(rewritten(source, change), "annoncées", tmp_path)


def test_rights_of_administration_are_not_taken(source, tmp_path):
    def change(files, manifest):
        users = files["tables/accounts.user.csv"].decode().split("\r\n")
        users[0] += ",is_superuser"
        files["tables/accounts.user.csv"] = "\r\n".join(users).encode()

    refused(rewritten(source, change), "is_superuser", tmp_path)


def test_an_installation_that_is_not_new(convention, archived, tmp_path):
    path = archived(convention)

    with pytest.raises(CommandError, match="contient déjà des données .*conventions"):
        call_command("restore_archive", str(path))

    assert Convention.objects.get() == convention


def test_an_older_archive_fills_what_it_knows(source):
    """Without a table nor a column that were added since: they take their default."""

    def change(files, manifest):
        del files["tables/actions.overlap.csv"], manifest["rows"]["actions.overlap"]
        lines = list(csv.reader(io.StringIO(files[ACTIONS].decode(), newline="")))
        at = lines[0].index("is_blocked")
        text = io.StringIO(newline="")
        csv.writer(text).writerows([line[:at] + line[at + 1 :] for line in lines])
        files[ACTIONS] = text.getvalue().encode()

    restored = restore_archive(rewritten(source, change))

    assert restored.actions.get().is_blocked is False
