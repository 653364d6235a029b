from datetime import date

import pytest

from actions.history.versions import versions
from actions.models import Action
from tests.actions.test_plan_views import post_data
from tests.factories.actions import make_action
from tests.factories.ctg import make_commune


@pytest.fixture
def action(convention, labege):
    action = make_action(convention, code="A-1", title="Avant", pilot=convention.epci)
    action.title, action.ends_on = "Après", date(2023, 3, 1)
    action.save()
    return action


def test_versions_say_each_field_from_and_to(action):
    version, first = versions(action)

    assert [(c.label, c.before, c.after) for c in version.changes] == [
        ("intitulé", "Avant", "Après"),
        ("fin", "vide", "1er mars 2023"),
    ]
    assert (first.before, first.changes) == (None, [])


def test_communes_are_versioned_by_name(action, labege):
    action.save()
    action.communes.add(labege)

    (change,) = versions(action)[0].changes

    assert (change.label, change.before, change.after) == ("communes", "vide", "Labège")


def test_one_field_comes_back_as_it_was_before(camille, action, url):
    version = versions(action)[0]

    camille.post(url("actions:history_restore", "A-1", version.before), {"field": "title"})

    action.refresh_from_db()
    assert (action.title, action.ends_on) == ("Avant", date(2023, 3, 1))


def test_the_whole_sheet_comes_back(camille, convention, action, labege, url):
    action.communes.set([labege])
    kept = action.history.latest()
    action.communes.set([make_commune("Auzielle", convention)])
    action.title, action.description = "Autre", "Texte"
    action.save()

    camille.post(url("actions:history_restore", "A-1", kept.pk))

    action.refresh_from_db()
    assert (action.title, action.description) == ("Après", "")
    assert list(action.communes.all()) == [labege]


def test_a_code_taken_since_is_refused_in_words(camille, convention, action, url):
    kept = action.history.latest()
    Action.objects.filter(pk=action.pk).update(code="A-2")
    make_action(convention, code="A-1")

    page = camille.post(
        url("actions:history_restore", "A-2", kept.pk), {"field": "code"}, follow=True
    )

    assert "Une action porte déjà ce code." in page.content.decode()


@pytest.mark.parametrize("field", ["status", "convention", "inconnu"])
def test_status_and_unknown_fields_are_not_restored(camille, action, url, field):
    version = versions(action)[0]

    page = camille.post(
        url("actions:history_restore", "A-1", version.pk), {"field": field}, follow=True
    )

    assert "ne se rétablit pas" in page.content.decode()


def test_two_versions_are_compared(camille, action, url):
    first, last = action.history.earliest(), action.history.latest()

    page = camille.get(url("actions:history", "A-1"), {"version": [first.pk, last.pk, "x"]})

    assert {change.after for change in page.context["compared"]["changes"]} == {
        "Après",
        "1er mars 2023",
    }


def test_another_actions_version_is_not_found(camille, convention, action, url):
    other = make_action(convention)

    address = url("actions:history_restore", "A-1", other.history.latest().pk)

    assert camille.post(address).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("malik", 302), ("sacha", 403), ("alix", 403), ("noa", 404)]
)
def test_restoring_is_for_those_who_edit(client_of, action, url, who, status):
    address = url("actions:history_restore", "A-1", action.history.latest().pk)

    assert client_of(who).post(address).status_code == status


def test_a_sheet_loaded_in_bulk_keeps_the_version_before_its_first_change(
    camille, convention, labege, url
):
    action = make_action(convention, code="A-7", title="Avant", communes=[labege])
    action.history.all().delete()
    page = camille.get(url("actions:edit", "A-7"))

    camille.post(url("actions:edit", "A-7"), post_data(page, title="Après"))

    version = versions(action)[0]
    assert [(c.before, c.after) for c in version.changes] == [("Avant", "Après")]
