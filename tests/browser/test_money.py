"""The money of a year, from the activity that is declared to what is paid; and « what if »."""

import pytest
from django.utils import timezone

from financing.models import BonusLine, Scenario
from tests.browser.conftest import PHONE

MONEY = "/sicoval-2020-2024/financements/"
YEAR = 2023
OPENING = ("name", "kind", "competent_authority", "quantity", "opens_on")


@pytest.fixture(autouse=True)
def no_worker(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def test_a_year_of_money(visit):
    camille, ines = visit("camille"), visit("ines", PHONE)
    page, caf = camille.page, ines.page

    camille.go(f"{MONEY}activite/{YEAR}/prevision/?type=eaje")
    page.locator('input[data-column="existing"]').first.fill("20")
    page.locator('input[data-column="new"]').first.fill("5")
    facility = page.locator("tbody th a").first.inner_text()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.get_by_text("C’est enregistré").wait_for()
    line = BonusLine.objects.get(facility__name=facility.replace("\u00a0", " "), year=YEAR)
    camille.go(f"{MONEY}equipements/{line.facility_id}/")
    working = page.locator(".workings dd").first.inner_text()
    assert "20 places × " in working
    assert "5 places nouvelles × 2 600,00 €" in working.replace("\u202f", " ").replace("\xa0", " ")
    assert "estimation" in working

    camille.go(f"{MONEY}calendrier/{YEAR}/")
    page.get_by_role("button", name="Enregistrer le calendrier").click()
    page.get_by_text(f"Le calendrier {YEAR} est enregistré").wait_for()

    camille.go(f"{MONEY}montants/{YEAR}/?type=eaje")
    page.get_by_role("button", name="Reprendre l’estimation en prévision").click()
    page.get_by_text("son estimation comme prévision").wait_for()
    line.refresh_from_db()
    assert line.forecast == line.computed

    ines.go(f"{MONEY}montants/{YEAR}/?type=eaje")
    caf.locator(f'[name="f{line.facility_id}-notified"]').fill("55 000,50 €")
    caf.locator(f'[name="f{line.facility_id}-gap_note"]').fill("Contrôle de la Caf")
    caf.locator("#id_notified_on").fill(f"{timezone.localdate():%Y-%m-%d}")
    caf.get_by_role("button", name="Enregistrer", exact=True).click()
    caf.get_by_text("C’est enregistré").wait_for()

    ines.go(f"{MONEY}versements/{YEAR}/saisie/")
    advance = line.instalments.get(kind="advance", number=1)
    caf.locator(f'[name="i{advance.pk}-received"]').check()
    caf.locator("#id_paid_on").fill(f"{timezone.localdate():%Y-%m-%d}")
    caf.get_by_role("button", name="Enregistrer", exact=True).click()
    caf.get_by_text("1 versement enregistré").wait_for()
    ines.check("versements de l’année")
    ines.go(f"{MONEY}equipements/{line.facility_id}/")
    assert caf.get_by_text("Écart du notifié à l’estimation").count() == 1
    caf.get_by_role("link", name="Corriger").first.click()
    ines.check("correction d’un versement")

    camille.go(f"{MONEY}?annee={YEAR}")
    assert "10\u202f520\u202f374" in page.locator(".coverage").inner_text()


def test_a_simulation_becomes_the_forecast(visit):
    camille = visit("camille", PHONE)
    page = camille.page

    camille.go(f"{MONEY}simulations/?annee={YEAR}")
    page.get_by_role("link", name="+ Simulation").click()
    page.get_by_label("Intitulé").fill("Douze places en septembre")
    page.get_by_role("button", name="Choisir les hypothèses").click()
    page.wait_for_url("**/hypotheses/")
    opening = {name: page.locator(f'[name="ouvertures-0-{name}"]') for name in OPENING}
    opening["name"].fill("Micro-crèche d’essai")
    opening["kind"].select_option("eaje")
    opening["competent_authority"].select_option(label="Sicoval")
    opening["quantity"].fill("12")
    opening["opens_on"].fill(f"{YEAR}-09-01")
    camille.check("simulation, hypothèses")
    page.get_by_role("button", name="Calculer").click()
    page.get_by_text("12 places, 4 mois sur 12").wait_for()
    camille.check("simulation, résultat")
    camille.go(f"{MONEY}simulations/?annee={YEAR}")
    assert page.get_by_text("Douze places en septembre").count() >= 2

    scenario = Scenario.objects.get(title="Douze places en septembre")
    camille.go(f"{MONEY}simulations/{scenario.pk}/")
    page.get_by_text("Reprendre en prévision").click()
    page.get_by_role("button", name="Oui, reprendre").click()
    page.get_by_text("Reprise en prévision le").wait_for()
    lines = BonusLine.objects.filter(year=YEAR)
    assert lines.exclude(forecast=None).count() == lines.count() > 0
    camille.go(f"{MONEY}baremes/territoires/?annee={YEAR}")
