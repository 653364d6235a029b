"""Journey 5: a committee from its agenda to its minutes, the decision on the sheet it changes."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.utils import timezone
from pypdf import PdfReader

from ctg.mail.services import deliver_due
from governance.models import Committee, Decision, Meeting
from tests.browser.conftest import PHONE

GOVERNANCE = "/sicoval-2020-2024/gouvernance/"


@pytest.fixture(autouse=True)
def no_worker(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def test_camille_holds_a_committee(visit):
    camille, alix = visit("camille"), visit("alix", PHONE)
    page = camille.page
    committee = Committee.objects.get(kind="steering")

    camille.go(f"{GOVERNANCE}comites/{committee.pk}/")
    page.get_by_role("link", name="Nouvelle réunion").click()
    page.get_by_label("Jour").fill(f"{timezone.localdate() + timedelta(days=7):%Y-%m-%d}")
    page.get_by_label("De", exact=False).first.fill("14:00")
    page.get_by_label("À", exact=True).fill("16:30")
    page.get_by_label("Lieu").fill("Salle du conseil")
    camille.check("réunion, formulaire")
    page.get_by_role("button", name="Continuer vers l’ordre du jour").click()

    page.wait_for_url("**/ordre-du-jour/")
    meeting = committee.meetings.latest("pk")
    page.locator("input[name=proposal]").nth(0).check()
    page.locator("input[name=proposal]").nth(1).check()
    page.get_by_role("button", name="Mettre les points cochés").click()
    page.get_by_label("Point", exact=False).first.fill("Questions diverses")
    with page.expect_navigation():
        page.get_by_role("button", name="Ajouter ce point").click()
    page.get_by_role("button", name="Monter : Questions diverses").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    camille.check("ordre du jour")
    assert meeting.agenda.get(title="Questions diverses").position == 2

    deliver_due()  # what the demonstration had to send
    mail.outbox.clear()
    page.get_by_role("link", name="Convoquer").click()
    camille.check("convocation")
    page.get_by_role("button", name="Envoyer les convocations").click()
    page.wait_for_url(f"**/reunions/{meeting.pk}/")
    camille.check("réunion convoquée")
    assert deliver_due() == meeting.attendances.exclude(email="").count()
    assert {part.mimetype for part in mail.outbox[0].alternatives} == {
        "text/html",
        "text/calendar; method=REQUEST",
    }

    alix.go(f"{GOVERNANCE}reunions/{meeting.pk}/")
    alix.page.get_by_role("link", name="dire si vous venez").click()
    alix.page.get_by_label("Je viens").check()
    alix.check("réponse à la convocation")
    with alix.page.expect_navigation():
        alix.page.get_by_role("button", name="Répondre").click()
    assert meeting.attendances.get(reply="present").email == "alix@demo.example"

    # A week later
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=timezone.now() - timedelta(minutes=5), ends_at=None
    )
    camille.go(f"{GOVERNANCE}reunions/{meeting.pk}/seance/")
    page.get_by_label("Ce qui s’est dit").fill("Les communes demandent un délai.")
    page.get_by_text("enregistré à").wait_for()
    item = meeting.agenda.first()
    assert item.discussion == "Les communes demandent un délai."
    page.get_by_label("Nature").select_option("extend")
    page.locator("#id_text").fill("Prolonger d’un an.")
    page.get_by_role("button", name="Noter la décision").click()
    page.get_by_text("Prolonger d’un an.").wait_for()
    page.locator(".presence summary").click()
    page.locator(".presence select").first.select_option("present")
    camille.check("séance")
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer l’émargement").click()
    decision = Decision.objects.get(text="Prolonger d’un an.")
    assert list(decision.actions.all()) == list(item.actions.all())

    page.get_by_role("link", name="Terminer la réunion").click()
    page.get_by_role("button", name="La réunion a eu lieu").click()
    page.get_by_role("link", name="Adopter le relevé").click()
    page.get_by_role("button", name="Adopter le relevé").click()
    page.wait_for_url(f"**/reunions/{meeting.pk}/")
    camille.check("relevé adopté")
    pdf = page.request.get(f"{camille.base}{GOVERNANCE}reunions/{meeting.pk}/releve.pdf").body()
    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)
    assert "Prolonger d’un an." in text
    assert "Les communes demandent un délai." in text

    action = decision.actions.first()
    alix.page.goto(f"{alix.base}/sicoval-2020-2024/plan/actions/{action.code}/")
    assert alix.page.get_by_text("Prolonger d’un an.").count()
    for path in (
        "",
        "decisions/",
        f"decisions/{decision.pk}/",
        "convention/",
        "convention/affiche/",
    ):
        alix.go(GOVERNANCE + path)
    camille.go(f"{GOVERNANCE}decisions/{decision.pk}/appliquer/")
    camille.go(f"{GOVERNANCE}comites/{committee.pk}/modifier/")
