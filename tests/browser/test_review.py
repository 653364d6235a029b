"""Journey 3: from the last answers to a published PDF, without retyping a figure."""

from io import BytesIO

from pypdf import PdfReader

from actions.models import Contribution
from governance.models import AnnualReview
from tests.browser.conftest import PHONE

PROGRESS = "/sicoval-2020-2024/avancement/"
REVIEW = "/sicoval-2020-2024/bilans/2022/"


AT_ONCE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def test_camille_closes_the_year(visit, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    camille = visit("camille")
    page = camille.page

    camille.go(f"{PROGRESS}a-valider/")
    waiting = Contribution.objects.waiting_for_validation()
    before = waiting.count()
    for ticked in page.locator("input[name=answer]").all()[:2]:
        ticked.check()
    with page.expect_navigation():
        page.get_by_role("button", name="Valider les réponses cochées").click()
    assert waiting.count() == before - 2
    settings.TASKS = AT_ONCE

    camille.go(f"{REVIEW}preparer/")
    for number in (1, 2, 3):
        page.get_by_label(f"Synthèse de l’enjeu {number}").fill(
            f"Une année pleine, enjeu {number}."
        )
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer les textes").click()
    camille.check("textes enregistrés")

    camille.go(REVIEW)
    assert page.get_by_text("Une année pleine, enjeu 2.").count()
    camille.go(f"{REVIEW}publier/")
    page.get_by_role("button", name="Publier le bilan 2022").click()
    page.wait_for_url(f"**{REVIEW}")
    camille.check("bilan publié")

    review = AnnualReview.objects.get(year=2022)
    pdf = page.request.get(f"{camille.base}{REVIEW}bilan.pdf").body()
    with review.file.open() as stored:
        assert pdf == stored.read()
    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)
    assert "Une année pleine, enjeu 3." in text

    alix = visit("alix", PHONE)
    alix.go(REVIEW)
    assert alix.page.get_by_text("Une année pleine, enjeu 1.").count()


def test_the_keyboard_alone_writes_and_publishes(visit, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    settings.TASKS = AT_ONCE
    camille = visit("camille")
    page = camille.page
    camille.go(f"{REVIEW}preparer/")

    page.get_by_label("L’essentiel en une phrase").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Trois actions sur quatre avancent.")
    page.get_by_role("button", name="Enregistrer les textes").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    camille.go(f"{REVIEW}publier/")
    page.get_by_role("button", name="Publier le bilan 2022").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{REVIEW}")

    assert page.get_by_text("Trois actions sur quatre avancent.").count()
