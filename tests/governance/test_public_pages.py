"""What anyone reads without an account, and what never shows there."""

import re
from collections import deque
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from actions import services
from actions.models import ActionStep
from ctg.convention.journal import record
from ctg.convention.models import Document
from ctg.convention.rights import Role
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
    make_indicator,
    make_objective,
    make_stake,
)
from tests.factories.ctg import make_commune, make_member, make_organization, make_theme
from tests.factories.financing import make_budget_line, make_facility, make_grant
from tests.factories.governance import (
    make_committee,
    make_decision,
    make_meeting,
    make_public_site,
    make_review,
)

pytestmark = pytest.mark.django_db

PAGES = ("home", "plan", "reviews", "data", "datapackage")
SECRET = "SECRET"


@pytest.fixture
def site(convention):
    return make_public_site(convention)


def public(name, convention, *arguments):
    return reverse(f"public:{name}", args=[convention.slug, *arguments])


def walk(client, *start):
    """Every public address that links, files and the sitemap lead to, with its answer."""
    answers, waiting = {}, deque(start)
    while waiting:
        address = waiting.popleft()
        if address in answers:
            continue
        answer = client.get(address)
        body = (b"".join(answer) if answer.streaming else answer.content).decode()
        answers[address] = (answer, body)
        found = re.findall(r'(?:href="|"path": "|<loc>)([^"<]+)', body)
        for link in (urlsplit(link.replace("&amp;", "&")) for link in found):
            path = link.path or urlsplit(address).path
            if path.startswith("/public/"):
                waiting.append(path + (f"?{link.query}" if link.query else ""))
    return answers


# Off by default


@pytest.mark.parametrize("page", PAGES)
def test_closed_pages_are_as_unknown_as_any_address(client, convention, page):
    make_public_site(convention, is_open=False)
    unknown = client.get("/public/nulle-part/")

    answer = client.get(public(page, convention))

    assert (answer.status_code, answer.content) == (404, unknown.content)
    assert dict(answer.headers) == dict(unknown.headers)
    assert not answer.cookies


def test_the_map_draws_contours_when_every_commune_has_one(client, convention, site):
    square = {"type": "Polygon", "coordinates": [[[1, 43], [2, 43], [2, 44], [1, 43]]]}
    commune = make_commune("Auzielle", convention, contour=square)
    make_action(convention, communes=[commune], public=True)

    page = client.get(public("home", convention)).content.decode()

    assert 'class="contour-map"' in page
    assert f"{public('plan', convention)}?vue=liste&amp;commune={commune.pk}" in page


def test_pages_never_set_up_are_closed(client, convention):
    assert client.get(public("home", convention)).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("camille", 200), ("malik", 404), ("noa", 404)])
def test_the_lead_alone_reads_closed_pages(client_of, convention, who, status):
    answer = client_of(who).get(public("home", convention))

    assert answer.status_code == status
    if status == 200:
        assert "Aperçu" in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"


# What never shows


@pytest.fixture
def secrets(convention, labege, site):
    """One published action among everything that the public must never read."""
    lead = make_member(convention, Role.LEAD, first_name="SECRET-camille")
    convention.note = "SECRET-remarque"
    convention.save()
    partner = make_organization("Association", note="SECRET-note", contact_email="SECRET@a.fr")
    theme, commune = make_theme(convention, "SECRET-thème"), make_commune("Labastide", convention)
    stake = make_stake(convention, title="SECRET-enjeu")
    objective = make_objective(convention, stake, title="SECRET-objectif")
    for archived in (None, date(2022, 5, 5)):
        action = make_action(
            convention,
            operational_objective=objective,
            title="SECRET-titre",
            description="SECRET-description",
            themes=[theme],
            communes=[commune],
            public=bool(archived),
        )
        make_indicator(action, "SECRET-indicateur")
        action.archived_at = archived and action.updated_at
        action.save()
    shown = make_action(
        convention,
        operational_objective=make_objective(convention, make_stake(convention)),
        title="Une action publiée",
        pilot=partner,
        communes=[labege],
        pilot_contact="SECRET-contact",
        elected_referent="SECRET-élue",
        status_reason="SECRET-motif",
        is_blocked=True,
        public=True,
    )
    ActionStep.objects.create(action=shown, title="SECRET-étape")
    shown.documents.add(
        Document.objects.create(
            convention=convention, title="SECRET-document", file=ContentFile(b"", "SECRET.txt")
        )
    )
    answer = make_contribution(
        make_campaign(convention), shown, labege, difficulty="SECRET-frein", done="SECRET-fait"
    )
    words = make_indicator(shown, "SECRET-ressenti", nature="qualitative")
    words.values.create(year=2022, text="SECRET-appréciation")
    make_indicator(shown).values.create(year=2022, contribution=answer, value="987654")
    make_action_review(shown, highlight="SECRET-bilan", difficulty="SECRET-difficulté")
    make_decision(make_meeting(make_committee(convention)), text="SECRET-décision", actions=[shown])
    make_budget_line(shown, funder=partner, planned="987654")
    make_facility(convention, name="SECRET-crèche")
    make_grant(convention, purpose="SECRET-subvention")
    make_review(convention, 2022, foreword="SECRET-avant-propos")
    make_review(convention, 2021, published_by=lead, data={"x": "SECRET-données"})
    record("action.changed", shown, convention=convention, by=lead, summary="SECRET-journal")
    return shown


def test_nothing_private_shows_anywhere(client, convention, secrets, settings, tmp_path):
    answers = walk(client, public("home", convention), "/sitemap.xml", "/robots.txt")

    read = {address: body for address, (answer, body) in answers.items()}
    assert any("Une action publiée" in body for body in read.values())
    assert {answer.status_code for answer, _ in answers.values()} == {200}
    assert not [address for address, body in read.items() if "<script" in body]
    leaks = [a for a, body in read.items() if SECRET.lower() in body.lower() or "987654" in body]
    assert leaks == []
    routes = {answer.resolver_match.url_name for answer, _ in answers.values()}
    assert {"home", "plan", "action", "reviews", "data", "datapackage", "download"} <= routes


def test_no_public_answer_sets_or_reads_a_cookie(client, convention, secrets):
    for address, (answer, _) in walk(client, public("home", convention)).items():
        assert not answer.cookies, address
        assert "Cookie" not in answer.get("Vary", ""), address
    assert not client.cookies


@pytest.mark.parametrize("withdraw", ["unpublish", "archive", "close"])
def test_what_is_withdrawn_is_gone_at_once(client, camille, convention, site, withdraw):
    action = make_action(convention, title="Éphémère", public=True)
    sheet, plan = public("action", convention, action.code), public("plan", convention)
    seen = client.get(plan)
    assert client.get(sheet).status_code == 200 and "Éphémère" in seen.content.decode()

    if withdraw == "archive":
        services.archive(action, convention=convention, by=make_member(convention, Role.LEAD))
    else:
        route = "publication:close" if withdraw == "close" else "publication:unpublish"
        camille.post(reverse(route, args=[convention.slug]), {"action": action.code})

    assert client.get(sheet).status_code == 404
    again = client.get(plan, headers={"If-None-Match": seen["ETag"]})
    assert again.status_code == (404 if withdraw == "close" else 200)
    assert "Éphémère" not in again.content.decode()


def test_an_address_follows_its_action_to_its_new_code(client, convention, site):
    action, hidden = make_action(convention, code="A-1", public=True), make_action(convention)
    former = hidden.code
    for one, code in ((action, "B-1"), (hidden, "B-2")):
        one.code = code
        one.save()

    moved = client.get(public("action", convention, "A-1"))

    assert moved.url == public("action", convention, "B-1")
    assert client.get(public("action", convention, former)).status_code == 404
