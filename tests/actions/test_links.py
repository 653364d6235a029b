import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from actions import links
from actions.models import Contribution, ExceptionalAccess, PersonalLink
from ctg.convention.models import JournalEntry
from tests.factories.actions import make_action, make_campaign, make_contribution
from tests.factories.ctg import make_commune

SAID = {"status": "ongoing", "done": "Deux permanences."}
NOW = datetime(2023, 1, 20, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def winter():
    with freeze_time(NOW) as clock:
        yield clock


@pytest.fixture
def campaign(convention):
    return make_campaign(convention)


@pytest.fixture
def contribution(campaign, labege):
    action = make_action(campaign.convention, code="P-31", title="Ouvrir des permanences")
    return make_contribution(campaign, action, labege)


@pytest.fixture
def token(contribution, campaign, labege):
    url = links.issue(campaign, labege, address="mairie@example.org")
    return url.rstrip("/").rsplit("/", 1)[1]


def at(name, token, *args):
    return reverse(f"link:{name}", args=[token, *args])


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_link_answers_without_an_account(client, contribution, token):
    page = client.get(at("mine", token))
    assert "Ouvrir des permanences" in words(page)
    assert at("answer", token, contribution.pk) in page.content.decode()

    sent = client.post(at("answer", token, contribution.pk), SAID, follow=True)

    assert "Tout est envoyé, merci." in words(sent)
    stored = Contribution.objects.get()
    assert (stored.state, stored.submitted_by, stored.done) == ("submitted", None, SAID["done"])
    assert stored.submitted_link.address == "mairie@example.org"
    assert stored.submitted_link.used_at == NOW
    entry = JournalEntry.objects.get()
    assert (entry.by, entry.data["link"]) == (None, stored.submitted_link.pk)
    assert "par son lien personnel" in entry.summary
    assert "par le lien personnel" in words(client.get(at("read", token, contribution.pk)))


def test_drafts_the_two_shortcuts_and_the_way_back_keep_the_door(client, contribution, token):
    later = client.post(at("answer", token, contribution.pk), {"done": "Début", "later": "1"})
    assert later.url == at("mine", token)
    assert Contribution.objects.get().done == "Début"

    aside = client.post(at("set_aside", token, contribution.pk), {"reason": "Pas chez nous"})
    assert aside.url == at("mine", token)
    assert Contribution.objects.get().state == "set_aside"

    assert client.post(at("nothing_new", token, contribution.pk)).url == at(
        "answer", token, contribution.pk
    )


def test_a_status_line_chooses_and_sends_nothing_by_itself(client, contribution, token):
    address = at("answer", token, contribution.pk)

    page = client.get(address, {"statut": "done"}).content.decode()

    assert re.search(r'value="done"[^>]*checked', page)
    assert Contribution.objects.get().state == "expected"
    assert "checked" not in client.get(address, {"statut": "<b>"}).content.decode()


def test_only_the_hash_of_a_token_is_kept(token):
    link = PersonalLink.objects.get()
    assert len(link.token_hash) == 64
    assert token not in str(vars(link))


def test_a_link_opens_nothing_else(client, contribution, campaign, token, url):
    elsewhere = make_contribution(campaign, contribution.action, make_commune("Auzeville"))
    last = make_campaign(campaign.convention, 2021)
    before = make_contribution(last, contribution.action, contribution.organization)

    for other in (elsewhere, before):
        for name in ("answer", "read", "set_aside"):
            assert client.get(at(name, token, other.pk)).status_code == 404
        assert client.post(at("nothing_new", token, other.pk)).status_code == 404
    for page in ("progress:mine", "actions:plan", "governance:home"):
        assert client.get(url(page)).status_code == 302, "rien d’ouvert sans compte"


def refused(client, token, because):
    answer = client.get(at("mine", token))
    said = words(answer)
    assert answer.status_code == 404
    assert because in said
    assert not any(name in said for name in ("Labège", "CTG Sicoval", "permanences", "mairie@"))


def test_forged_expired_revoked_and_past_links_are_refused_in_words(
    client, campaign, labege, token, cast, winter
):
    nonce, signature = token.split("~")
    for forged in (nonce, f"{nonce}~{signature[:-1]}", f"x{token}", "~", "1"):
        refused(client, forged, "Ce lien n’est pas reconnu.")

    campaign.closed_at = timezone.now()
    campaign.save()
    refused(client, token, "La campagne de ce lien est close")
    ExceptionalAccess.objects.create(
        campaign=campaign, organization=labege, until=date(2023, 1, 22), reason="Absence"
    )
    assert client.get(at("mine", token)).status_code == 200
    winter.move_to(NOW + timedelta(days=4))
    refused(client, token, "La campagne de ce lien est close")
    campaign.closed_at = None
    campaign.save()

    winter.move_to(datetime(2023, 2, 16, 8, tzinfo=UTC))
    refused(client, token, "Ce lien a expiré.")
    winter.move_to(NOW)
    links.revoke(campaign, labege, by=cast["camille"])
    refused(client, token, "Ce lien a été désactivé.")


def test_a_used_link_reads_what_was_sent_and_changes_it_no_more(client, contribution, token):
    address = at("answer", token, contribution.pk)
    client.post(address, SAID)

    again = client.post(address, SAID | {"done": "Autre"})

    assert "Cette réponse ne peut plus être modifiée" in words(again)
    assert Contribution.objects.get().done == SAID["done"]
    assert client.get(address).url == at("read", token, contribution.pk)


def test_guessing_is_stopped(client, token):
    for _ in range(20):
        assert client.get(at("mine", "x~y")).status_code == 404

    assert client.get(at("mine", "x~y")).status_code == 429
    assert "Trop d’essais" in words(client.get(at("mine", token)))


def test_the_lead_revokes_the_links_of_an_organisation(camille, contribution, token, labege, url):
    said = camille.post(url("progress:revoke_links", labege.pk), follow=True)
    assert "n’ouvrent plus rien" in words(said)
    assert PersonalLink.objects.get().revoked_by.first_name == "Camille"

    again = camille.post(url("progress:revoke_links", labege.pk), follow=True)
    assert "n’a pas de lien en cours" in words(again)


def test_two_doors_at_once_see_both_versions(client, sacha, contribution, token, url):
    address = at("answer", token, contribution.pk)
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', client.get(address).content.decode())[1]
    sacha.post(url("progress:answer", contribution.pk), {"done": "Par Sacha", "later": "1"})

    page = words(client.post(address, SAID | {"seen": seen}))

    assert "Sacha a enregistré cette réponse pendant votre saisie" in page
    assert Contribution.objects.get().done == "Par Sacha"


def test_what_came_by_a_link_is_another_person_s_for_an_account(
    client, sacha, contribution, token, url
):
    address = url("progress:answer", contribution.pk)
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', sacha.get(address).content.decode())[1]
    client.post(at("answer", token, contribution.pk), {"done": "Par le lien", "later": "1"})

    page = words(sacha.post(address, SAID | {"seen": seen}))

    assert "Une personne venue par le lien personnel a enregistré" in page


def test_a_signed_in_person_answers_under_her_name(cast, contribution, token):
    client = Client()
    client.force_login(cast["sacha"])

    client.post(at("answer", token, contribution.pk), SAID)

    assert Contribution.objects.get().submitted_by == cast["sacha"]
