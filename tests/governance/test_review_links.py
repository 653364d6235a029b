"""A published review shared by a link: who makes it, what it opens, when it opens nothing."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from freezegun import freeze_time

from ctg.convention.models import JournalEntry
from governance.models import AnnualReview, ReviewLink
from governance.reviews import extract_views, links
from governance.reviews.build import build_review
from tests.factories.governance import make_review
from tests.factories.reviews import make_plan, make_written_review

pytestmark = pytest.mark.django_db

UNTIL = date(2023, 6, 30)


@pytest.fixture
def review(convention, lead, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    written = make_written_review(make_plan(convention))
    data = build_review(convention, 2022).to_json()
    written.syntheses.all().delete()
    written.delete()
    (tmp_path / "bilans").mkdir()
    (tmp_path / "bilans/bilan-2022.pdf").write_bytes(b"%PDF")
    return make_review(convention, published_by=lead, data=data)


@pytest.fixture
def token(review, lead):
    with freeze_time("2023-05-01"):
        return links.share(review, label="Conseil municipal", expires_on=UNTIL, by=lead)


def shared(name, *arguments):
    return reverse(f"shared:{name}", args=arguments)


# The verbs


def test_share_keeps_only_the_hash(review, token):
    link = ReviewLink.objects.get()

    assert token not in link.token_hash and len(link.token_hash) == 64
    assert links.find(token) == link
    entry = JournalEntry.objects.get(verb="review.shared")
    assert entry.summary == "Bilan 2022 partagé (Conseil municipal) jusqu’au 30 juin 2023"


@freeze_time("2023-05-01")
@pytest.mark.parametrize("day", [date(2023, 4, 30), date(2024, 5, 3)])
def test_share_refuses_a_date_past_or_far(review, lead, day):
    with pytest.raises(ValidationError, match="entre aujourd’hui et dans un an"):
        links.share(review, label="Presse", expires_on=day, by=lead)


def test_share_refuses_a_draft(convention, lead):
    with pytest.raises(ValidationError, match="une fois publié"):
        links.share(make_review(convention), label="Presse", expires_on=UNTIL, by=lead)


def test_revoke_twice_is_once(token, lead):
    link = ReviewLink.objects.get()
    links.revoke(link, by=lead)
    first = link.revoked_at

    links.revoke(link, by=lead)

    assert link.revoked_at == first
    assert JournalEntry.objects.filter(verb="review.unshared").count() == 1


# The bearer


@freeze_time("2023-06-30")
def test_link_opens_the_review_without_account(client, token):
    answer = client.get(shared("review", token))

    html = answer.content.decode()
    assert "Une année utile." in html and "partagé jusqu’au 30 juin 2023" in html
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]


@freeze_time("2023-06-30")
def test_link_leads_nowhere_else(client, token):
    html = client.get(shared("review", token)).content.decode()

    assert "/sicoval-2020-2024/" not in html


@freeze_time("2023-06-30")
def test_link_opens_the_extracts(client, token, monkeypatch):
    monkeypatch.setattr(
        extract_views, "render_extract", lambda data, extract, draft: extract.slug.encode()
    )

    assert "Dix prêts" in client.get(shared("extract", token, "commune-auzielle")).content.decode()
    pdf = client.get(shared("extract_pdf", token, "commune-auzielle"))
    assert pdf.content == b"commune-auzielle"
    assert client.get(shared("extract", token, "commune-toulouse")).status_code == 404


@freeze_time("2023-06-30")
def test_link_opens_the_sheets_once_they_are_ready(client, token, cast):
    waiting = client.get(shared("extract_pdf", token, "fiches"))
    assert waiting.status_code == 503 and "Ce PDF se prépare" in waiting.content.decode()

    AnnualReview.objects.get().renderings.create(
        purpose="sheets",
        state="done",
        asked_by=cast["camille"],
        file=ContentFile(b"%PDF fiches", "7-fiches.pdf"),
    )

    answer = client.get(shared("extract_pdf", token, "fiches"))
    assert b"".join(answer) == b"%PDF fiches" and "no-store" in answer["Cache-Control"]


@freeze_time("2023-06-30")
def test_link_opens_the_stored_file(client, token):
    assert b"".join(client.get(shared("pdf", token))) == b"%PDF"


@freeze_time("2023-06-30")
def test_link_says_that_the_file_is_missing(client, token):
    AnnualReview.objects.update(file="bilans/autre.pdf")

    assert client.get(shared("pdf", token)).status_code == 404


@freeze_time("2023-06-30")
def test_link_to_unreadable_data_leads_to_the_pdf(client, token):
    AnnualReview.objects.update(data={"format_version": 0})

    assert client.get(shared("review", token)).status_code == 404


@pytest.mark.parametrize("page", ["review", "pdf"])
def test_expired_link_says_so(client, token, page):
    with freeze_time("2023-07-01"):
        answer = client.get(shared(page, token))

    assert answer.status_code == 410
    assert "Ce lien était valable jusqu’au 30 juin 2023." in answer.content.decode()


@freeze_time("2023-06-01")
def test_revoked_link_says_so(client, token, lead):
    links.revoke(ReviewLink.objects.get(), by=lead)

    answer = client.get(shared("review", token))

    assert answer.status_code == 410
    assert "Le partage de ce bilan a été retiré le 1er juin 2023." in answer.content.decode()


def test_unknown_link_says_so(client, db):
    answer = client.get(shared("review", "inconnu"))

    assert answer.status_code == 404
    assert "il en manque peut-être la fin" in answer.content.decode()


# The lead


@freeze_time("2023-05-01")
def test_lead_shares_and_sees_the_address_once(camille, review, url):
    form = {"label": "Conseil municipal", "expires_on": "2023-06-30"}

    page = camille.post(url("reviews:share", 2022), form, follow=True).content.decode()

    link = ReviewLink.objects.get()
    address = page.partition('<a class="code-address" href="http://testserver')[2].partition('"')[0]
    assert links.find(address.split("/")[-2]) == link
    assert "bilan-partage" not in camille.get(url("reviews:share", 2022)).content.decode()


@freeze_time("2023-05-01")
def test_lead_is_told_what_is_wrong_and_keeps_what_she_typed(camille, review, url):
    form = {"label": "Presse", "expires_on": "2022-01-01"}

    page = camille.post(url("reviews:share", 2022), form).content.decode()

    assert "Choisissez une date entre aujourd’hui et dans un an." in page
    assert 'value="Presse"' in page and not ReviewLink.objects.exists()


@freeze_time("2023-05-01")
def test_lead_withdraws_a_link(camille, review, token, url):
    link = ReviewLink.objects.get()

    page = camille.post(url("reviews:share_revoke", 2022, link.pk), follow=True).content.decode()

    assert "n’ouvre plus rien" in page and "Retiré" in page
    assert ReviewLink.objects.open(UNTIL).count() == 0


def test_draft_is_not_shared(camille, convention, url):
    make_review(convention)

    page = camille.get(url("reviews:share", 2022), follow=True).content.decode()

    assert "Un bilan se partage une fois publié." in page


@pytest.mark.parametrize("who", ["malik", "sacha", "ines", "alix"])
def test_sharing_is_for_the_lead(client_of, review, token, url, who):
    link = ReviewLink.objects.get()

    assert client_of(who).get(url("reviews:share", 2022)).status_code == 403
    assert client_of(who).post(url("reviews:share_revoke", 2022, link.pk)).status_code == 403
    assert ReviewLink.objects.get().revoked_at is None
