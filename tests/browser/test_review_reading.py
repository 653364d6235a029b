"""Journey 4: Alix reads two pages on her phone, her commune one click away; Camille prepares."""

import re

import pytest

from ctg.convention.models import Convention
from governance.models import AnnualReview, FinalEvaluation
from governance.reviews.build import build_review
from tests.browser.conftest import DESK, PHONE
from tests.factories.governance import make_review

REVIEWS = "/sicoval-2020-2024/bilans/"


@pytest.fixture
def published(demo):
    """Of 2021, without the seconds of its PDF."""
    convention = Convention.objects.get(slug="sicoval-2020-2024")
    AnnualReview.objects.filter(year=2021).delete()
    lead = convention.memberships.filter(role="lead").first().user
    data = build_review(convention, 2021).to_json()
    return make_review(convention, 2021, published_by=lead, data=data)


def test_alix_reads_on_her_phone(visit, published):
    alix = visit("alix", PHONE)
    page = alix.page

    page.goto(f"{alix.base}/sicoval-2020-2024/")
    page.get_by_role("link", name="L’extrait de Castanet-Tolosan").click()
    page.wait_for_url("**/commune-castanet-tolosan/")
    alix.check("extrait de commune")

    page.get_by_role("navigation", name="Le bilan et ses extraits").get_by_role(
        "link", name="L’essentiel"
    ).click()
    page.wait_for_url("**/essentiel/**")
    alix.check("essentiel")
    assert page.get_by_role("heading", name="Ce qui a marqué l’année").count()

    alix.go(f"{REVIEWS}2021/")
    annex = page.locator("#annexe-fiches")
    assert annex.get_attribute("open") is None
    annex.locator("summary").focus()
    page.keyboard.press("Enter")
    assert annex.get_attribute("open") is not None
    page.get_by_role("link", name="Sommaire").click()
    assert page.url.endswith("#sommaire")


def test_camille_prepares_and_shares(visit, published):
    camille = visit("camille", DESK)
    page = camille.page

    camille.go(f"{REVIEWS}2022/preparer/")
    assert page.get_by_text("Ce texte cite un chiffre qui a changé").count() == 1
    text = page.get_by_label("Avant-propos")
    text.fill("Une année pleine.")
    page.get_by_text(re.compile("Enregistré à")).first.wait_for()
    page.get_by_label("Annexe : tous les indicateurs").uncheck()
    page.locator("#id_kept_saved").get_by_text(re.compile("Enregistré à")).wait_for()
    draft = AnnualReview.objects.get(year=2022)
    assert (draft.foreword, draft.left_out) == ("Une année pleine.", ["indicateurs"])

    camille.go(f"{REVIEWS}2021/partager/")
    page.get_by_label("Pour qui").fill("Conseil municipal")
    page.get_by_role("button", name="Créer le lien").click()
    address = page.locator("a.code-address").get_attribute("href")
    reader = page.context.browser.new_context(viewport=PHONE).new_page()
    reader.goto(address)
    assert reader.get_by_role("heading", name="L’essentiel en une page").count()
    reader.context.close()


def test_camille_evaluates(visit):
    camille = visit("camille", DESK)
    page = camille.page
    camille.go("/sicoval-2020-2024/evaluation/preparer/")
    camille.go("/sicoval-2020-2024/evaluation/suites/")

    page.get_by_label("Suite de A-01").select_option("adapt")
    page.get_by_text("Non enregistré").wait_for()
    page.get_by_label("Motif pour A-01").fill("Moins de rencontres.")
    page.get_by_text(re.compile("Enregistré à")).first.wait_for()

    follow_up = FinalEvaluation.objects.get().follow_ups.get(action__code="A-01")
    assert (follow_up.decision, follow_up.reason) == ("adapt", "Moins de rencontres.")
    camille.go("/sicoval-2020-2024/evaluation/")
    camille.go("/sicoval-2020-2024/renouvellement/")
