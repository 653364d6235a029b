"""The lead's workspace: in place, by cell, many at once, two people, back in time, no overlap.

Few tests with many steps: the demonstration takes longer to load than a journey to walk.
"""

from actions.models import Action
from actions.overlaps.services import look_for
from tests.browser.conftest import DESK, PHONE

SLUG = "sicoval-2020-2024"
PLAN = f"/{SLUG}/plan/"
TABLE = f"{PLAN}?vue=tableau"


def test_the_lead_works_on_the_plan(visit):
    camille = visit("camille", DESK)
    edit_cells_with_the_keyboard(camille)
    edit_a_section_and_restore_it(camille)
    change_many_and_undo(camille)
    merge_an_overlap(camille)
    move_a_line_with_the_keyboard(camille)


def edit_cells_with_the_keyboard(camille):
    camille.go(TABLE)
    page = camille.page
    code = page.locator("tr[data-action]").first.get_attribute("data-action")
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


def edit_a_section_and_restore_it(camille):
    page = camille.page
    page.get_by_role("link", name="Un intitulé tapé dans la case").click()
    page.locator("#modifier-acteurs").click()
    page.locator(".card-editing").wait_for()
    camille.check("partie-ouverte")
    page.keyboard.press("Escape")
    page.locator(".card-editing").wait_for(state="detached")

    page.locator("#modifier-acteurs").click()
    page.locator("#id_pilot_contact").fill("Service des familles")
    page.keyboard.press("Enter")
    page.get_by_text("est enregistrée").wait_for()
    assert page.locator("#carte-acteurs").get_by_text("Service des familles").is_visible()

    page.get_by_role("link", name="Toutes les versions").click()
    row = page.locator("tr", has_text="Contact chez le pilote").first
    row.get_by_role("button", name="Rétablir").click()
    page.get_by_text("Rétabli : contact chez le pilote").wait_for()
    camille.check("historique")


def change_many_and_undo(camille):
    camille.go(TABLE)
    page = camille.page
    boxes = page.locator('input[name="action"]')
    codes = [boxes.nth(i).get_attribute("value") for i in range(3)]
    for i in range(3):
        boxes.nth(i).check()
    page.get_by_role("button", name="Changer la sélection").click()
    page.locator("summary", has_text="Pilote").click()
    page.locator("#id_pilot").select_option(label="Caf 31")
    camille.check("changement-groupe")
    page.get_by_role("button", name="Voir ce qui changera").click()
    page.get_by_role("heading", name="Ce qui changera").wait_for()
    camille.check("changement-groupe-apercu")
    page.get_by_role("button", name="Faire ce changement").click()
    page.get_by_text("C’est fait pour").wait_for()
    camille.check("changement-groupe-fait")
    page.get_by_role("button", name="Annuler ce changement").click()
    page.get_by_text("Le changement est annulé").wait_for()
    camille.go(f"{PLAN}actions/{codes[0]}/")
    assert page.locator("#carte-acteurs").get_by_text("Caf 31", exact=True).count() == 0


def merge_an_overlap(camille):
    """Two of the few actions of this demonstration are given the same words."""
    one, other = Action.objects.filter(convention__slug=SLUG).order_by("-code")[:2]
    other.title, other.description = f"{one.title} ensemble", one.description
    other.save()
    look_for(one.convention)
    camille.go(f"{PLAN}doublons/")
    page = camille.page
    page.locator(".overlap h2 a").first.click()
    camille.check("doublon")
    title = page.locator("input[name=keep]").first
    title.check()
    page.get_by_role("button", name="Réunir les deux fiches").click()
    page.get_by_text("sont réunies").wait_for()
    assert page.locator("#doublons").get_by_text("Réunie avec cette fiche").is_visible()


def move_a_line_with_the_keyboard(camille):
    camille.go(f"{PLAN}ordre/")
    page = camille.page
    button = page.locator('[data-kind="enjeux"] > li > .order-line [data-to="down"]').first
    name = button.get_attribute("id")
    button.focus()
    page.keyboard.press("Enter")
    page.locator(f'[data-kind="enjeux"] > li:nth-child(2) #{name}').wait_for()
    camille.go(f"{PLAN}ordre/codes/")


def test_two_people_on_one_sheet(visit):
    camille, malik = visit("camille", DESK), visit("malik", PHONE)
    camille.go(TABLE)
    mine = camille.page.locator(
        "tr[data-action]", has=camille.page.get_by_text("Sicoval", exact=True)
    )
    code = mine.first.get_attribute("data-action")
    for person in (camille, malik):
        person.go(f"{PLAN}actions/{code}/")
        person.page.locator("#modifier-acteurs").click()
        person.page.locator(".card-editing").wait_for()
    camille.page.locator("#id_pilot_contact").fill("Écrit par Camille")
    camille.page.locator("#modifier-acteurs").click()
    camille.page.get_by_text("est enregistrée").wait_for()

    page = malik.page
    page.locator("#id_pilot_contact").fill("Écrit par Malik")
    page.locator("#id_elected_referent").fill("Vice-présidence")
    page.locator("#modifier-acteurs").click()
    page.get_by_text("pendant votre saisie").wait_for()
    assert page.get_by_text("Écrit par Camille").is_visible()
    assert page.locator("#id_pilot_contact").input_value() == "Écrit par Malik"
    malik.check("conflit")
    page.locator("#modifier-acteurs").click()
    page.get_by_text("est enregistrée").wait_for()
    assert page.locator("#carte-acteurs").get_by_text("Écrit par Malik").is_visible()
