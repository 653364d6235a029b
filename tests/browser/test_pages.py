"""Gestures on a sheet, with the keyboard and the mouse; test_accessibility.py sees every page."""

HOME = "/sicoval-2020-2024/"
PLAN = f"{HOME}plan/"


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
