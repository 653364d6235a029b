"""One cell of the table edited in its place, with the rules of the sheet."""

import pytest

from actions.models import Action, ActionPartner
from ctg.convention.models import JournalEntry
from tests.factories.actions import make_action
from tests.factories.ctg import make_theme

HTMX = {"HX-Request": "true"}


@pytest.fixture
def action(convention):
    return make_action(convention, code="A-1", title="Avant", pilot=convention.epci)


def shown(page):
    form = page.context["form"]
    data = {bound.html_name: bound.value() for bound in form}
    return {name: "on" if v is True else v for name, v in data.items() if v not in (None, False)}


def edit(client, url, cell, *, seen=None, **data):
    address = url("actions:cell", "A-1", cell)
    sent = (seen or shown(client.get(address))) | data
    return client.post(address, sent, headers=HTMX)


def test_each_cell_writes_its_own_field(camille, convention, action, url):
    theme = make_theme(convention, "Jeunesse")
    answers = [
        edit(camille, url, "titre", title="Après"),
        edit(camille, url, "thematiques", themes=[theme.pk]),
        edit(camille, url, "dates", starts_on="2022-01-01", ends_on="2022-12-31"),
        edit(camille, url, "calendrier", calendar="Printemps"),
        edit(camille, url, "pilote", pilot=convention.caf.pk),
        edit(camille, url, "statut", status="lancer"),
    ]

    assert [answer.status_code for answer in answers] == [204] * 6
    action = Action.objects.get()
    assert (action.title, action.calendar, action.status) == ("Après", "Printemps", "ongoing")
    assert (str(action.ends_on), action.pilot) == ("2022-12-31", convention.caf)
    assert list(action.themes.all()) == [theme]
    assert JournalEntry.objects.filter(verb="action.changed").count() == 5


def test_without_htmx_it_is_a_page_that_leads_back_to_the_table(camille, action, url):
    address = url("actions:cell", "A-1", "titre")
    page = camille.get(address)
    assert "<!doctype html>" in page.content.decode()

    assert camille.post(address, shown(page) | {"title": "Après"}).url.endswith("?vue=tableau")


def test_dates_in_the_wrong_order_are_said_in_the_cell(camille, action, url):
    answer = edit(camille, url, "dates", starts_on="2022-01-01", ends_on="2021-12-31")

    assert "La fin doit suivre le début." in answer.content.decode()


def test_a_status_asks_what_it_needs(camille, action, url):
    answer = edit(camille, url, "statut", status="abandonner")

    assert "Motif" in answer.content.decode()
    assert Action.objects.get().status == "todo"


def test_a_title_changed_meanwhile_is_shown_once(camille, action, url):
    address = url("actions:cell", "A-1", "titre")
    seen = shown(camille.get(address))
    action.title = "Entre-temps"
    action.save()

    first = camille.post(address, seen | {"title": "Le mien"}, headers=HTMX)
    assert "Entre-temps" in first.content.decode()
    assert Action.objects.get().title == "Entre-temps"

    edit(camille, url, "titre", title="Le mien")
    assert Action.objects.get().title == "Le mien"


def test_a_pilot_named_meanwhile_is_shown_once(camille, convention, action, url):
    address = url("actions:cell", "A-1", "pilote")
    seen = shown(camille.get(address)) | {"pilot": convention.epci.pk}
    ActionPartner.objects.update(organization=convention.caf)

    first = camille.post(address, seen, headers=HTMX)

    assert "Caf 31 pilote maintenant cette action." in first.content.decode()


def test_an_archived_action_has_no_cell(camille, action, url):
    Action.objects.update(archived_at="2022-01-01T00:00Z")

    assert camille.get(url("actions:cell", "A-1", "titre")).status_code == 404


def test_unknown_cells_are_not_found(camille, action, url):
    assert camille.get(url("actions:cell", "A-1", "code")).status_code == 404
