"""The other door of journey 1: a status line of a message, on a phone, without an account."""

import re
from datetime import date

import pytest

from actions import links
from actions.models import Contribution
from tests.browser.conftest import PHONE, Visitor
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
)

INTERACTIONS = 6


@pytest.fixture
def contribution(transactional_db, convention, labege):
    campaign = make_campaign(convention, closes_on=date(2060, 1, 31), validates_on=date(2060, 2, 2))
    action = make_action(convention, title="Permanences")
    for title in ("Rendez-vous tenus", "Habitants aidés"):
        make_indicator(action, title)
    return make_contribution(campaign, action, labege)


@pytest.fixture
def visitor(chromium, live_server, settings):
    settings.SITE_URL = live_server.url
    context = chromium.new_context(viewport=PHONE, locale="fr-FR", timezone_id="Europe/Paris")
    yield Visitor(context.new_page(), live_server.url, "lien")
    context.close()


def test_a_status_line_answers_within_the_limit(visitor, contribution):
    link = links.issue(
        contribution.campaign, contribution.organization, address="mairie@example.org"
    )
    page, count = visitor.page, 1
    page.goto(f"{link}{contribution.pk}/?statut=ongoing")
    visitor.check("réponse par lien")
    assert page.get_by_label("En cours", exact=True).is_checked()

    typed = [page.get_by_label("Qu’avez-vous fait cette année")]
    for field in [*typed, *page.locator(".fields-row input").all()]:
        field.fill("12")
        count += 1
    page.locator("#saved", has_text="brouillon enregistré à").wait_for()
    page.get_by_role("button", name="Envoyer mon avancement").click()
    count += 1

    page.wait_for_url(re.compile(r"/lien/[^/]+/$"))
    assert page.get_by_text("Tout est envoyé, merci.").is_visible()
    visitor.check("tout envoyé par lien")
    assert Contribution.objects.get().state == "submitted"
    assert count <= INTERACTIONS
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_nobody_else_s_page_opens_from_there(visitor, contribution):
    page = visitor.page
    page.goto(f"{visitor.base}/lien/faux/")
    visitor.check("lien refusé")

    page.goto(f"{visitor.base}/{contribution.campaign.convention.slug}/avancement/")
    page.wait_for_url("**/compte/login/code/**")
