"""Every page, for those who use it, large and small: seen, and clean for axe."""

import pytest

from tests.browser.conftest import DESK, PHONE

HOME = "/sicoval-2020-2024/"
PLAN = f"{HOME}plan/"
PROGRESS = f"{HOME}avancement/"
REVIEWS = f"{HOME}bilans/"
PAGES = {
    "camille": [
        HOME,
        PLAN,
        f"{PLAN}?vue=tableau&status=ongoing",
        f"{PLAN}?vue=calendrier",
        f"{PLAN}?vue=matrice",
        f"{PLAN}?vue=carte",
        f"{PLAN}actions/A-01/",
        f"{PLAN}actions/A-01/modifier/",
        f"{PLAN}actions/A-01/historique/",
        f"{PLAN}actions/nouvelle/",
        f"{PLAN}niveaux/enjeux/nouveau/",
        f"{HOME}recherche/?q=familles",
        f"{PLAN}archives/",
        f"{PLAN}import/",
        f"{PLAN}import/1/",
        PROGRESS,
        f"{PROGRESS}a-valider/",
        f"{PROGRESS}2022/",
        f"{PROGRESS}2022/A-01/",
        f"{HOME}gouvernance/",
        f"{HOME}gouvernance/decisions/",
        f"{HOME}financements/",
        f"{HOME}financements/baremes/",
        f"{HOME}financements/actions/A-01/",
        REVIEWS,
        f"{REVIEWS}2022/",
        f"{REVIEWS}2022/preparer/",
        f"{REVIEWS}2022/publier/",
        f"{HOME}reglages/",
        "/conventions/",
    ],
    "sacha": [HOME, PLAN, f"{PLAN}actions/A-01/", PROGRESS, f"{HOME}gouvernance/", REVIEWS],
    "ines": [HOME, PROGRESS, f"{HOME}financements/", f"{REVIEWS}2022/"],
    "alix": [
        HOME,
        PLAN,
        f"{PLAN}actions/A-01/",
        f"{HOME}gouvernance/",
        REVIEWS,
        "/aide/",
        "/accessibilite/",
        "/mentions-legales/",
        "/donnees-personnelles/",
    ],
}


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
@pytest.mark.parametrize("who", PAGES)
def test_pages_are_clean(visit, who, viewport):
    visitor = visit(who, viewport)

    for path in PAGES[who]:
        visitor.go(path)


def test_an_action_is_written_with_the_keyboard_alone(visit):
    camille = visit("camille")
    camille.go(f"{PLAN}actions/nouvelle/")
    page = camille.page

    page.get_by_label("Intitulé").focus()
    page.keyboard.type("Ouvrir un café des parents")
    page.keyboard.press("Tab")
    page.keyboard.type("1.1.1")
    page.get_by_label("Description").focus()
    page.keyboard.type("Un samedi par mois.")
    page.get_by_label("Intitulé").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/plan/actions/A-*/")
    assert "Ouvrir un café des parents" in page.locator("h1").inner_text()
    camille.check("fiche créée au clavier")


def test_a_status_moves_with_its_reason(visit):
    camille = visit("camille")
    camille.go(f"{PLAN}?vue=tableau&status=ongoing")
    page = camille.page
    page.locator("tbody th a").first.click()

    page.get_by_text("Changer le statut").click()
    page.get_by_role("link", name="Abandonner").click()
    camille.check("abandonner une action")
    page.get_by_role("button", name="Abandonner l’action").click()
    assert page.get_by_label("Motif").evaluate("field => field.matches(':invalid')")
    page.get_by_label("Motif").fill("Plus de porteur")
    page.get_by_role("button", name="Abandonner l’action").click()

    page.wait_for_url("**/plan/actions/A-*/")
    assert page.locator(".pill").first.inner_text() == "Abandonnée"


def test_a_row_is_added_to_the_sheet(visit):
    camille = visit("camille")
    camille.go(f"{PLAN}actions/A-01/modifier/")
    page = camille.page

    page.get_by_role("button", name="Ajouter une étape").click()
    page.locator('[data-formset="steps"] [data-row]').last.get_by_label("Étape").fill("Évaluer")
    page.get_by_role("button", name="Enregistrer la fiche").click()

    page.wait_for_url("**/plan/actions/A-01/")
    assert page.get_by_text("Évaluer").count()
