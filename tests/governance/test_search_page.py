import pytest

from tests.factories.actions import make_action
from tests.factories.ctg import make_convention
from tests.factories.financing import make_facility
from tests.factories.governance import make_committee, make_decision, make_meeting


@pytest.fixture
def kinds(url):
    def found(client, text, **query):
        page = client.get(url("governance:search"), {"q": text} | query)
        return {group.kind: group.count for group in page.context["groups"]}

    return found


def test_search_finds_all_that_the_convention_holds(camille, convention, labege, url, kinds):
    make_action(convention, code="A-31", title="Permanences à Labège")
    make_facility(convention, name="Crèche de Labège", commune=labege)
    make_decision(make_meeting(make_committee(convention)), text="Ouvrir la crèche de Labège")

    assert kinds(camille, "labege") == {
        "Actions": 1,
        "Communes": 1,
        "Équipements": 1,
        "Décisions": 1,
    }
    assert kinds(camille, "caf 31") == {"Partenaires": 1}
    page = camille.get(url("governance:search"), {"q": "creche"}).content.decode()
    assert "<mark>Crèche</mark>" in page
    assert (
        "Rien ne correspond"
        in camille.get(url("governance:search"), {"q": "zzzz"}).content.decode()
    )


def test_search_shows_only_what_one_may_read(sacha, convention, labege, kinds):
    make_facility(convention, name="Crèche de Labège", commune=labege)
    elsewhere = make_convention("autre-2021", short_name="Autre")
    make_action(elsewhere, title="Labège vu d’ailleurs")

    assert kinds(sacha, "labège") == {"Communes": 1}


def test_a_manager_finds_what_its_organisation_runs(sacha, convention, labege, kinds):
    make_facility(convention, name="Crèche de Labège", commune=labege)
    make_facility(convention, name="Ludothèque de Labège", commune=labege, manager=labege)

    assert kinds(sacha, "labège") == {"Communes": 1, "Équipements": 1}


def test_search_sees_what_was_just_written(camille, convention, url, kinds):
    action = make_action(convention, title="Avant")
    assert kinds(camille, "archivable") == {}

    make_action(convention, title="Archivable")
    camille.post(url("actions:archive", action.code))

    assert kinds(camille, "archivable") == {"Actions": 1}
    assert kinds(camille, "avant") == {}


def test_search_of_one_kind_shows_it_whole(camille, convention, url):
    for number in range(12):
        make_action(convention, title=f"Ludothèque {number}")

    first = camille.get(url("governance:search"), {"q": "ludo"}).context["groups"][0]
    whole = camille.get(first.more).context["groups"][0]
    fragment = camille.get(url("governance:search"), {"q": "ludo"}, headers={"HX-Request": "true"})

    assert (first.count, len(first.shown), len(whole.shown)) == (12, 10, 12)
    assert fragment.content.decode().count("<mark>Ludothèque</mark>") == 4
    assert "<html" not in fragment.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_search_query_count(camille, convention, labege, url, count, django_assert_max_num_queries):
    for number in range(count):
        make_action(convention, title=f"Crèche {number}")
        make_facility(convention, name=f"Crèche {number}", commune=labege)

    with django_assert_max_num_queries(20):
        camille.get(url("governance:search"), {"q": "crèche"})


def test_the_former_address_of_the_search_still_answers(camille, url):
    answer = camille.get(url("actions:former_search"), {"q": "crèche"})

    assert answer.url == url("governance:search") + "?q=cr%C3%A8che"
