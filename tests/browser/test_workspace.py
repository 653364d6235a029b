"""The lead's workspace: in place, by cell, many at once, two people, back in time, no overlap."""

from tests.browser.conftest import DESK

TABLE = "/sicoval-2020-2024/plan/?vue=tableau"


def first_code(page):
    return page.locator("tr[data-action]").first.get_attribute("data-action")


def test_cells_with_the_keyboard(visit):
    camille = visit("camille", DESK)
    camille.go(TABLE)
    page, code = camille.page, first_code(camille.page)
    title = page.locator(f'tr[data-action="{code}"] [data-cell="titre"]')

    title.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.locator(".cell-form").wait_for()
    camille.check("case-ouverte")
    page.keyboard.press("Escape")
    assert page.locator(".cell-form").count() == 0

    page.keyboard.press("Enter")
    page.locator(".cell-form input[name=title]").fill("Un intitulé tapé dans la case")
    page.keyboard.press("Enter")
    page.get_by_text("intitulé enregistré").wait_for()
    assert "Un intitulé tapé dans la case" in title.inner_text()
    assert page.evaluate("document.activeElement.dataset.cell") == "titre"
