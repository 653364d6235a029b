"""Reviews the lead shows to all: one edition a year, whole, the very file that was published."""

from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from ctg.convention.models import JournalEntry
from ctg.convention.rights import Role
from governance.models import AnnualReview
from governance.public.review_traces import review_traces
from governance.public.services import hide_review, show_review
from governance.reviews.build import build_review
from tests.factories.ctg import make_member
from tests.factories.governance import make_public_site, make_review
from tests.factories.reviews import make_plan, make_written_review

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 bilan"


@pytest.fixture
def lead(convention):
    return make_member(convention, Role.LEAD)


@pytest.fixture
def review(convention, lead, settings, tmp_path):
    """Published for the members, with its data and its file."""
    settings.MEDIA_ROOT = tmp_path
    make_public_site(convention)
    written = make_written_review(make_plan(convention))
    data = build_review(convention, 2022).to_json()
    written.syntheses.all().delete()
    written.delete()
    (tmp_path / "bilans").mkdir()
    (tmp_path / "bilans/bilan-2022.pdf").write_bytes(PDF)
    return make_review(
        convention, published_by=lead, data=data, file_sha256=sha256(PDF).hexdigest()
    )


@pytest.fixture
def get(client, convention):
    def read(name, *arguments, **headers):
        address = reverse(f"public:{name}", args=[convention.slug, *arguments])
        return client.get(address, headers=headers)

    return read


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("review", [2022]), ("review_pdf", [2022]), ("extract", [2022, "essentiel"])],
)
def test_a_published_review_is_not_public_until_shown(get, review, lead, name, arguments):
    assert get(name, *arguments).status_code == 404

    show_review(review, by=lead)
    shown = get(name, *arguments)
    b"".join(shown)
    assert shown.status_code == 200

    hide_review(review, by=lead)
    assert get(name, *arguments).status_code == 404
    verbs = JournalEntry.objects.filter(verb__startswith="review.").values_list("verb", flat=True)
    assert sorted(verbs) == ["review.hidden", "review.shown"]


def test_the_file_is_the_one_whose_hash_is_on_the_page(get, review, lead):
    show_review(review, by=lead)

    page, answer = get("review", 2022).content.decode(), get("review_pdf", 2022)
    file = b"".join(answer)

    assert sha256(file).hexdigest() in page
    assert answer["ETag"] == f'"{sha256(file).hexdigest()}"'
    assert answer["Content-Type"] == "application/pdf"
    assert get("review_pdf", 2022, **{"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_page_leads_to_public_addresses_only(get, review, lead):
    show_review(review, by=lead)

    page = get("review", 2022).content.decode()

    assert "/public/sicoval-2020-2024/bilans/2022/essentiel/" in page
    assert 'href="/sicoval-2020-2024/' not in page
    assert ".pdf" in page and "essentiel.pdf" not in page


def test_a_correction_is_public_once_shown_and_then_alone(get, review, lead, convention):
    show_review(review, by=lead)
    corrected = make_review(
        convention,
        edition=2,
        corrects=review,
        correction_note="Le nombre de places.",
        published_by=lead,
        data=review.data,
        file=review.file.name,
    )
    assert "Le nombre de places." not in get("review", 2022).content.decode()

    show_review(corrected, by=lead)

    assert "Le nombre de places." in get("review", 2022).content.decode()
    assert get("reviews").content.decode().count("Lire le bilan 2022") == 1


def test_a_review_in_preparation_cannot_be_shown(convention, lead):
    draft = make_review(convention, 2023)

    with pytest.raises(ValidationError, match="une fois publié"):
        show_review(draft, by=lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReview.objects.filter(pk=draft.pk).update(public_since="2024-01-01T00:00Z")


def test_traces_look_into_the_whole_of_the_data(convention, lead):
    data = {"a": [{"b": "Voir lea@ville.example"}], "frozen_by": "Mme Durand", "n": 3}
    review = make_review(convention, published_by=lead, data=data)

    (trace,) = review_traces(review)

    assert trace.endswith("lea@ville.example")
