"""A manager reads its own lines only: pages, exports and the signed agreement."""

import csv
import io

import pytest
from django.core.files.base import ContentFile

from ctg.convention.models import Document
from financing.models import Facility
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_funded_facility,
    make_instalment,
)

PDF = b"%PDF-1.7\nconvention"
AGREEMENT = {"reference": "COF-13", "starts_on": "2020-01-01", "ends_on": "2024-12-31"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def both(convention, labege):
    """Labège’s own nursery and one of the EPCI, each with a line and a payment."""
    facilities = (
        make_funded_facility(convention, name="À Labège", manager=labege),
        make_funded_facility(convention, name="Ailleurs"),
    )
    for facility in facilities:
        make_instalment(make_bonus_line(facility, notified=1000))
    return facilities


def names(response):
    """Of the second column of the first sheet, without its title."""
    text = b"".join(response).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    return [row[0] for row in rows[1:] if row]


def test_an_export_holds_what_one_may_read(camille, sacha, url, both):
    export = url("financing:export", "csv")

    assert names(camille.get(export, {"annee": 2022})) == ["Ailleurs", "À Labège"]
    assert names(sacha.get(export, {"annee": 2022})) == ["À Labège"]
    assert names(sacha.get(export, {"annee": 2022, "gestionnaire": "999999"})) == ["À Labège"]


def test_a_manager_reads_its_page_and_no_other(sacha, url, both, convention, labege):
    page = sacha.get(url("financing:manager", labege.pk)).content.decode()

    assert "À Labège" in page and "Ailleurs" not in page
    assert sacha.get(url("financing:manager", convention.epci.pk)).status_code == 404
    assert sacha.get(url("financing:overview")).url == url("financing:manager", labege.pk)
    for hidden in ("territories", "years", "budgets", "scenarios", "grants", "rates"):
        assert sacha.get(url(f"financing:{hidden}")).status_code == 403


def test_a_signed_agreement_opens_for_who_sees_the_facility(camille, sacha, url, both):
    for facility in both:
        sent = AGREEMENT | {"file": ContentFile(PDF, "cof.pdf")}
        camille.post(url("financing:agreement_create", facility.pk), sent)
    own, other = (facility.agreements.get() for facility in both)

    answer = sacha.get(url("financing:agreement_document", own.pk))

    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer) == PDF
    assert sacha.get(url("financing:agreement_document", other.pk)).status_code == 404
    assert sacha.get(url("convention:document", other.document_id)).status_code == 404


def test_a_file_in_disguise_is_refused_at_the_field(camille, url, both):
    facility = Facility.objects.get(name="Ailleurs")
    sent = AGREEMENT | {"file": ContentFile(b"MZ\x90\x00", "cof.pdf")}

    answer = camille.post(url("financing:agreement_create", facility.pk), sent)

    assert "n’est pas celui d’un .pdf" in answer.context["form"].errors["file"][0]
    assert not Document.objects.exists()


def test_an_agreement_without_document_has_none_to_open(camille, url, both):
    agreement = make_agreement(both[0])

    assert camille.get(url("financing:agreement_document", agreement.pk)).status_code == 404
