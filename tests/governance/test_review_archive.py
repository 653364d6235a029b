"""The extracts of all the communes in one file: asked for, made in the background, downloaded."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError

from ctg.pdf import PdfCancelled, PdfUnavailable
from governance import renderings
from governance.models import AnnualReview, Rendering
from governance.reviews import archive
from governance.reviews.build import build_review
from tests.factories.governance import make_review
from tests.factories.reviews import make_plan

pytestmark = pytest.mark.django_db
COMMUNES = Rendering.Purpose.COMMUNES


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch):
    def render(review, extract, *, on_progress):
        on_progress(1, 1)
        return f"%PDF {extract.label}".encode()

    monkeypatch.setattr(archive, "render_extract", render)


@pytest.fixture
def review(convention, cast):
    data = build_review(make_plan(convention).convention, 2022).to_json()
    return make_review(convention, published_by=cast["camille"], data=data)


def data_of(review):
    return build_review(review.convention, 2022)


def test_one_file_a_commune(review):
    content = archive.communes_archive(data_of(review), on_progress=lambda done, total: None)

    with ZipFile(BytesIO(content)) as files:
        assert files.namelist() == [
            "bilan-commune-auzielle-2022-sicoval-2020-2024.pdf",
            "bilan-commune-baziege-2022-sicoval-2020-2024.pdf",
            "bilan-commune-clermont-2022-sicoval-2020-2024.pdf",
            "bilan-commune-labege-2022-sicoval-2020-2024.pdf",
        ]
        assert files.read(files.namelist()[0]) == b"%PDF Auzielle"


def test_same_data_same_bytes(review):
    data = data_of(review)

    first, second = (
        archive.communes_archive(data, on_progress=lambda done, total: None) for _ in range(2)
    )

    assert first == second


def test_progress_counts_communes(review):
    told = []

    archive.communes_archive(data_of(review), on_progress=lambda *given: told.append(given))

    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_cancelled_in_the_middle_it_stops(review):
    def cancel(done, total):
        if done == 1:
            raise PdfCancelled

    with pytest.raises(PdfCancelled):
        archive.communes_archive(data_of(review), on_progress=cancel)


def test_lead_asks_and_downloads(camille, review, url):
    page = camille.post(url("reviews:file", 2022, "communes"), follow=True).content.decode()

    assert "Télécharger le ZIP" in page
    answer = camille.get(url("reviews:file_open", 2022, "communes"))
    with ZipFile(BytesIO(b"".join(answer))) as files:
        assert len(files.namelist()) == 4
    assert "communes.zip" in answer["Content-Disposition"]


def test_before_it_is_made_the_file_leads_to_the_page(camille, review, url):
    page = url("reviews:file", 2022, "communes")
    answer = camille.get(url("reviews:file_open", 2022, "communes"))
    assert answer.url == f"{page}?edition=1"
    assert (
        "Préparer les extraits"
        in camille.get(url("reviews:file", 2022, "communes")).content.decode()
    )


def test_failure_is_said_and_leaves_no_file(camille, review, url, monkeypatch, tmp_path):
    def lack(*args, **kwargs):
        raise PdfUnavailable("La police Inter manque.")

    monkeypatch.setattr(archive, "render_extract", lack)

    page = camille.post(url("reviews:file", 2022, "communes"), follow=True).content.decode()

    assert "La police Inter manque." in page
    assert list(tmp_path.rglob("*.zip")) == []


def test_asked_twice_while_running_is_refused(camille, cast, review, url):
    Rendering.objects.create(review=review, purpose=COMMUNES, asked_by=cast["camille"])

    page = camille.post(url("reviews:file", 2022, "communes"), follow=True).content.decode()

    assert "C’est déjà demandé" in page and "Demandée à" in page


def test_draft_has_no_archive(camille, cast, convention, url):
    draft = make_review(convention)

    with pytest.raises(ValidationError, match="après la publication"):
        renderings.request_rendering(draft, COMMUNES, by=cast["camille"])
    page = camille.get(url("reviews:file", 2022, "communes"), follow=True).content.decode()
    assert "après la publication" in page


def test_missing_file_is_said(camille, review, url):
    camille.post(url("reviews:file", 2022, "communes"))
    Rendering.objects.update(file="mises-en-page/autre.zip")

    assert camille.get(url("reviews:file_open", 2022, "communes")).status_code == 404


def test_new_archive_replaces_the_older(camille, cast, review, url, tmp_path):
    camille.post(url("reviews:file", 2022, "communes"))
    camille.post(url("reviews:file", 2022, "communes"))

    assert Rendering.objects.filter(purpose=COMMUNES).count() == 1
    assert len(list(tmp_path.rglob("*.zip"))) == 1
    assert AnnualReview.objects.get().is_published


def test_preparation_is_cancelled_by_who_asked_or_leads(camille, client_of, cast, review, url):
    rendering = Rendering.objects.create(
        review=review, purpose=Rendering.Purpose.SHEETS, asked_by=cast["alix"]
    )
    address = url("reviews:file_cancel", 2022, "fiches")

    assert client_of("sacha").post(address).status_code == 403
    page = client_of("alix").post(address, follow=True).content.decode()

    rendering.refresh_from_db()
    assert "La mise en page est annulée." in page and rendering.state == "cancelled"
    assert "plus rien à annuler" in camille.post(address, follow=True).content.decode()


@pytest.mark.parametrize("who", ["malik", "sacha", "ines", "alix"])
def test_archive_is_for_the_lead(client_of, review, url, who):
    for name in ("file", "file_open"):
        assert client_of(who).get(url(f"reviews:{name}", 2022, "communes")).status_code == 403
