import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from ctg.convention.models import Document
from ctg.uploads import LARGEST, check_upload

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def office(name):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return ContentFile(whole.getvalue(), name)


@pytest.mark.parametrize(
    "file",
    [ContentFile(PDF, "Délibération.PDF"), ContentFile(PNG, "plan.png"), office("bilan.docx")],
    ids=lambda file: file.name,
)
def test_what_an_office_hands_in_is_admitted(file):
    check_upload(file)

    assert file.tell() == 0


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (ContentFile(b"<script>alert(1)</script>", "page.html"), "n’est pas admis"),
        (ContentFile(b"<svg onload='x'/>", "logo.svg"), "n’est pas admis"),
        (ContentFile(PDF, "sans-extension"), "n’est pas admis"),
        (ContentFile(b"MZ\x90\x00" + b"\0" * 64, "facture.pdf"), "n’est pas celui d’un .pdf"),
        (ContentFile(PNG, "bilan.docx"), "n’est pas celui d’un .docx"),
        (ContentFile(b"", "vide.pdf"), "n’est pas celui d’un .pdf"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_is_something_else_is_refused_in_words(file, reason):
    with pytest.raises(ValidationError, match=reason):
        check_upload(file)


def test_a_file_too_large_is_refused():
    with pytest.raises(ValidationError, match="la limite est de"):
        check_upload(ContentFile(PDF + b"\0" * LARGEST, "lourd.pdf"))


def test_a_document_is_checked_wherever_it_comes_from(convention):
    document = Document(
        convention=convention, title="Page", file=ContentFile(b"<html>", "page.html")
    )

    with pytest.raises(ValidationError):
        document.full_clean()


def test_a_document_is_served_as_an_attachment(camille, convention, url, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    document = Document.objects.create(
        convention=convention, title="Note", file=ContentFile(PDF, "note.pdf")
    )

    answer = camille.get(url("convention:document", document.pk))

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer) == PDF
