"""The plan as a workspace: its views, its filters, its saved views, and the search, by keyboard."""

import pytest

from ctg.convention.models import Commune
from tests.browser.conftest import DESK, PHONE

PLAN = "/sicoval-2020-2024/plan/"


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
def test_filters_columns_and_contours_are_clean(visit, viewport):
    camille = visit("camille", viewport)
    camille.go(f"{PLAN}?vue=tableau&filtres=1&status=ongoing&theme=999999")
    camille.go(f"{PLAN}?vue=matrice&croiser=communes")
    camille.go(f"{PLAN}vues/")
    for number, commune in enumerate(Commune.objects.all()):
        west, south = 1.4 + number % 6 / 50, 43.4 + number // 6 / 50
        corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
        ring = [[west + x / 50, south + y / 50] for x, y in corners]
        commune.contour = {"type": "Polygon", "coordinates": [ring]}
        commune.save()
    camille.go(f"{PLAN}?vue=carte&q=a")
    assert camille.page.locator("path.contour").count() == Commune.objects.count()


def test_a_view_is_filtered_and_saved(visit):
    camille = visit("camille")
    camille.go(f"{PLAN}?vue=tableau&filtres=1")
    page = camille.page

    page.locator(".facet summary", has_text="Statut").click()
    page.get_by_role("checkbox", name="En cours").check()
    page.locator(".chip-on", has_text="Statut : En cours").wait_for()
    assert "status=ongoing" in page.url
    assert page.get_by_role("checkbox", name="En cours").is_checked()
    page.locator("summary", has_text="Vues").click()
    page.get_by_label("Enregistrer cette vue").fill("Ce qui avance")
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    page.get_by_text("La vue « Ce qui avance » est enregistrée.").wait_for()
    assert page.locator(".chip-on").inner_text().startswith("Statut : En cours")


def test_the_plan_by_keyboard_alone(visit):
    """No click: from the skip link to a change of two actions, undone, then the search."""
    camille = visit("camille")
    camille.go(PLAN)
    page = camille.page

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#contenu"
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("link", name="Tableau"), "Enter")
    boxes = page.locator('input[name="action"]')
    boxes.first.wait_for()
    for place in (0, 1):
        tab_to(boxes.nth(place), "Space")
    tab_to(page.get_by_role("button", name="Changer la sélection"), "Enter", back=True)
    tab_to(page.locator("summary", has_text="Dates"), "Enter")
    tab_to(page.locator("#id_starts_on"))
    page.keyboard.type("15012021")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Ce qui changera").wait_for()
    tab_to(page.get_by_role("button", name="Faire ce changement"), "Enter")
    page.get_by_text("C’est fait pour 2").wait_for()
    tab_to(page.get_by_role("button", name="Annuler ce changement"), "Enter")
    page.get_by_text("Le changement est annulé").wait_for()

    search_and_open(camille)


def tab_to(wanted, key="", *, back=False):
    """Reach it as a keyboard does, see that it shows, then press ``key``."""
    page = wanted.page
    for _ in range(120):
        if wanted.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab" if back else "Tab")
    else:
        raise AssertionError("hors d’atteinte au clavier")
    outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none", "le focus ne se voit pas"
    if key:
        page.keyboard.press(key)


def search_and_open(camille):
    camille.go(PLAN)
    page = camille.page
    page.keyboard.press("Control+k")
    page.keyboard.type("creche")
    page.locator("#search-results mark").first.wait_for()
    camille.check("recherche ouverte")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(lambda url: not url.endswith("/plan/"))
    assert page.locator("h1").count() == 1
