"""Start, write, publish, correct; and publishing in the background."""

from errno import ENOSPC
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from ctg.convention.models import JournalEntry
from ctg.pdf import PdfUnavailable
from governance.models import AnnualReview
from governance.reviews import services
from governance.reviews.build import build_review
from governance.reviews.data import ReviewData
from governance.reviews.render import render_review
from tests.factories.actions import make_action
from tests.factories.governance import make_review
from tests.factories.reviews import make_plan, make_written_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(convention):
    return make_written_review(make_plan(convention))


@pytest.fixture
def no_rendering(monkeypatch):
    """What publishing does around the PDF, without its seconds."""
    monkeypatch.setattr(
        services, "render_review", lambda data, **_: b"%PDF " + data.cover.title.encode()
    )


def break_rendering(monkeypatch, error):
    def render(data, **_):
        raise error

    monkeypatch.setattr(services, "render_review", render)


def test_start_creates_the_review_of_the_year(convention, lead):
    review = services.start(convention, 2021, by=lead)

    assert (review.year, review.edition, review.is_published) == (2021, 1, False)
    assert JournalEntry.objects.get().verb == "review.started"


def test_start_refuses_a_year_outside_the_convention(convention, lead):
    with pytest.raises(ValidationError, match="2019 est hors de la convention"):
        services.start(convention, 2019, by=lead)


def test_start_refuses_a_second_review(convention, lead):
    make_review(convention)

    with pytest.raises(ValidationError, match="existe déjà"):
        services.start(convention, 2022, by=lead)


def test_save_texts_writes_only_what_is_given(draft):
    stake = draft.convention.stakes.first()

    services.save_texts(draft, {"headline": "Nouvelle phrase"}, {stake: "Autre synthèse"})

    draft.refresh_from_db()
    assert (draft.headline, draft.foreword) == ("Nouvelle phrase", "Merci aux communes.")
    assert draft.syntheses.get().text == "Autre synthèse"


def test_save_texts_may_touch_syntheses_alone(draft):
    services.save_texts(draft, {}, {draft.convention.stakes.last(): "Une seconde"})

    assert draft.syntheses.count() == 2


def test_publish_freezes_the_figures_and_keeps_their_pdf(draft, lead, tmp_path):
    services.publish(draft, by=lead)

    draft.refresh_from_db()
    with draft.file.open() as file:
        stored = file.read()
    assert draft.is_published and draft.published_by == lead
    assert stored.startswith(b"%PDF-1.7")
    assert draft.file_sha256 == sha256(stored).hexdigest()
    assert ReviewData.from_json(draft.data).essentials.headline == "Une année utile."
    assert draft.file.name == "bilans/bilan-2022-sicoval-2020-2024.pdf"
    entry = JournalEntry.objects.get()
    assert (entry.verb, entry.by, entry.data) == (
        "review.published",
        lead,
        {"sha256": draft.file_sha256},
    )


def test_published_pdf_is_made_again_from_the_stored_data(draft, lead):
    services.publish(draft, by=lead)
    make_action(draft.convention, title="Ajoutée depuis")

    again = render_review(ReviewData.from_json(draft.data))

    assert sha256(again).hexdigest() == draft.file_sha256


def test_publish_twice_is_refused(draft, lead, no_rendering):
    services.publish(draft, by=lead)

    with pytest.raises(ValidationError, match="il ne change plus"):
        services.publish(draft, by=lead)


def test_publish_is_refused_when_another_one_was_quicker(draft, lead, no_rendering):
    late = AnnualReview.objects.get(pk=draft.pk)
    services.publish(draft, by=lead)

    with pytest.raises(ValidationError, match="il ne change plus"):
        services.publish(late, by=lead)

    assert default_storage.listdir("bilans")[1] == ["bilan-2022-sicoval-2020-2024.pdf"]


def test_failed_rendering_leaves_nothing(draft, lead, monkeypatch):
    break_rendering(monkeypatch, PdfUnavailable("Il manque une police."))

    with pytest.raises(PdfUnavailable):
        services.publish(draft, by=lead)

    draft.refresh_from_db()
    assert (draft.data, draft.file.name, draft.published_at) == (None, "", None)
    assert not default_storage.exists("bilans")


def test_failed_saving_leaves_no_file(draft, lead, no_rendering, monkeypatch):
    def refuse(*args, **kwargs):
        raise RuntimeError("base arrêtée")

    monkeypatch.setattr(services, "record", refuse)

    with pytest.raises(RuntimeError):
        services.publish(draft, by=lead)

    assert not AnnualReview.objects.published().exists()
    assert default_storage.listdir("bilans")[1] == []


def test_published_texts_do_not_change(draft, lead, no_rendering):
    services.publish(draft, by=lead)

    with pytest.raises(ValidationError, match="nouvelle édition"):
        services.save_texts(draft, {"headline": "Trop tard"}, {})


def test_correction_takes_the_texts_and_says_what_it_corrects(draft, lead, no_rendering):
    services.publish(draft, by=lead)

    correction = services.open_correction(draft, note=" Le bonus versé ", by=lead)

    assert (correction.edition, correction.corrects) == (2, draft)
    assert correction.correction_note == "Le bonus versé"
    assert (correction.headline, correction.is_published) == ("Une année utile.", False)
    assert correction.syntheses.get().text.startswith("Les réseaux")
    services.publish(correction, by=lead)
    assert correction.file.name == "bilans/bilan-2022-sicoval-2020-2024-edition-2.pdf"
    draft.refresh_from_db()
    assert draft.data["correction_note"] == ""


def test_correction_asks_for_a_note(draft, lead, no_rendering):
    services.publish(draft, by=lead)

    with pytest.raises(ValidationError) as refusal:
        services.open_correction(draft, note="  ", by=lead)

    assert list(refusal.value.message_dict) == ["correction_note"]


def test_correction_of_a_draft_is_refused(draft, lead):
    with pytest.raises(ValidationError, match="en préparation"):
        services.open_correction(draft, note="Chiffres", by=lead)


def test_second_correction_is_refused(draft, lead, no_rendering):
    services.publish(draft, by=lead)
    services.open_correction(draft, note="Chiffres", by=lead)

    with pytest.raises(ValidationError, match="corrige déjà"):
        services.open_correction(draft, note="Encore", by=lead)


def test_build_and_publish_say_the_same(draft, lead, no_rendering):
    services.publish(draft, by=lead)

    assert ReviewData.from_json(draft.data).fingerprint == (
        build_review(draft.convention, 2022).fingerprint
    )


def test_frozen_data_say_who_froze_them_and_their_hash(draft, lead, no_rendering):
    services.publish(draft, by=lead)

    draft.refresh_from_db()
    assert (draft.data["format_version"], draft.data["frozen_by"]) == (2, str(lead))
    with pytest.raises(ValueError, match="modifiées depuis la publication"):
        ReviewData.from_json(draft.data | {"foreword": "Autre chose"})


def test_data_changed_during_rendering_are_published_as_they_became(draft, lead, monkeypatch):
    rendered = []

    def render(data, **_):
        rendered.append(data.foreword)
        if len(rendered) == 1:
            services.save_texts(draft, {"foreword": "Écrit pendant ce temps"}, {})
        return data.foreword.encode()

    monkeypatch.setattr(services, "render_review", render)

    services.publish(draft, by=lead)

    draft.refresh_from_db()
    assert rendered == ["Merci aux communes.", "Écrit pendant ce temps"]
    assert draft.data["foreword"] == "Écrit pendant ce temps"
    assert draft.file.read() == "Écrit pendant ce temps".encode()
    draft.file.close()


def test_data_that_never_rest_are_not_published(draft, lead, monkeypatch):
    def render(data, **_):
        services.save_texts(draft, {"foreword": data.foreword + "."}, {})
        return b"octets"

    monkeypatch.setattr(services, "render_review", render)

    with pytest.raises(ValidationError, match="publiez à un moment plus calme"):
        services.publish(draft, by=lead)

    assert not AnnualReview.objects.published().exists()


def test_full_disk_leaves_no_half_file(draft, lead, no_rendering, monkeypatch):
    def write_half(self, name, content):
        Path(self.path(name)).parent.mkdir(parents=True, exist_ok=True)
        Path(self.path(name)).write_bytes(b"%PD")
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", write_half)

    with pytest.raises(OSError, match="No space left"):
        services.publish(draft, by=lead)

    draft.refresh_from_db()
    assert (draft.is_published, draft.file.name) == (False, "")
    assert default_storage.listdir("bilans")[1] == []


def test_half_file_of_a_killed_worker_is_replaced(draft, lead, no_rendering):
    default_storage.save("bilans/bilan-2022-sicoval-2020-2024.pdf", ContentFile(b"%PD"))

    services.publish(draft, by=lead)

    assert default_storage.listdir("bilans")[1] == ["bilan-2022-sicoval-2020-2024.pdf"]
    with default_storage.open(draft.file.name) as file:
        assert sha256(file.read()).hexdigest() == draft.file_sha256
