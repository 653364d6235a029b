"""The rows of a sheet come back from its history: alone, by kind, or with the whole sheet."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.history.versions import compare, versions
from actions.models import Action, ActionPartner, ActionStep, Indicator, IndicatorValue
from tests.actions.test_sheet_forms import section, shown
from tests.factories.actions import make_action, make_indicator, make_objective
from tests.factories.ctg import make_commune


@pytest.fixture
def action(convention, labege):
    """Loaded in bulk: nothing of it is in the history yet."""
    action = make_action(convention, code="A-1", pilot=convention.epci)
    ActionStep.objects.create(action=action, title="Recruter", due_on=date(2022, 3, 1))
    ActionStep.objects.create(action=action, title="Ouvrir", due_on=date(2022, 9, 1), position=1)
    make_indicator(action, "Places ouvertes", target=12)
    for model in (Action, ActionStep, ActionPartner, Indicator):
        model.history.all().delete()
    return action


@pytest.fixture
def edit(camille, url):
    """edit("calendrier", {"steps-0-title": "Autre"}) as the section’s form sends it."""

    def send(name, changes):
        data = shown(camille.get(section(url, name))) | changes
        assert camille.post(section(url, name), data).status_code == 302

    return send


@pytest.fixture
def restore(camille, url):
    def send(version, field=""):
        address = url("actions:history_restore", "A-1", version)
        page = camille.post(address, {"field": field} if field else {}, follow=True)
        return plain(" ".join(str(message) for message in page.context["messages"]))

    return send


def plain(text):
    return text.replace("\u00a0", " ")


def in_words(changes):
    return [tuple(plain(text) for text in change.in_words) for change in changes]


def steps(action):
    return list(action.steps.values_list("title", "due_on", "done_on"))


def test_a_version_says_the_rows_that_changed(action, edit):
    edit("calendrier", {"steps-0-done_on": "2022-02-14", "steps-1-DELETE": "on"})

    assert in_words(versions(action)[0].changes) == [
        ("étape « Recruter »", "Faite le : vide", "Faite le : 14 février 2022"),
        (
            "étape « Ouvrir »",
            "Échéance : 1er septembre 2022",
            "pas sur la fiche",
        ),
    ]


def test_one_row_comes_back_alone(action, edit, restore):
    before = steps(action)
    gone = action.steps.get(title="Ouvrir")
    edit("calendrier", {"steps-0-title": "Embaucher", "steps-1-DELETE": "on"})

    said = restore(versions(action)[0].before, f"steps-{gone.pk}")

    assert steps(action) == [("Embaucher", *before[0][1:]), before[1]]
    assert "Rétabli : étape « Ouvrir »." in said
    assert action.steps.get(title="Ouvrir").pk == gone.pk


def test_rows_of_a_kind_come_back_together(action, edit, restore, convention, labege):
    edit(
        "acteurs",
        {
            "partners-0-role": "co_pilot",
            "partners-1-organization": labege.pk,
            "partners-1-role": "pilot",
            "pilot_contact": "Service petite enfance",
        },
    )
    version = versions(action)[0]
    assert version.kinds == [("partners", "partenaires de l’action")]

    restore(version.before, "partners")

    action.refresh_from_db()
    assert [(p.organization.pk, p.role) for p in action.partners.all()] == [
        (convention.epci.pk, "pilot")
    ]
    assert action.pilot_contact == "Service petite enfance"


def test_the_former_pilot_alone_is_refused_while_another_pilots(action, edit, restore, labege):
    first = action.partners.get()
    edit(
        "acteurs",
        {
            "partners-0-role": "co_pilot",
            "partners-1-organization": labege.pk,
            "partners-1-role": "pilot",
        },
    )

    said = restore(versions(action)[0].before, f"partners-{first.pk}")

    assert "Une action a un seul pilote" in said
    assert action.partners.get(role="pilot").organization_id == labege.pk


def test_the_whole_sheet_comes_back_with_its_rows(action, edit, restore, labege):
    before = steps(action), list(action.indicators.values_list("title", "target"))
    edit("calendrier", {"steps-0-DELETE": "on", "calendar": "Printemps"})
    edit("indicateurs", {"indicators-0-target": "20"})
    edit("territoire", {"scope": "communes", "communes": [labege.pk]})

    restore(versions(action)[-1].pk)

    action.refresh_from_db()
    assert (steps(action), list(action.indicators.values_list("title", "target"))) == before
    assert (action.calendar, action.scope, action.communes.count()) == ("", "territory", 0)
    entry = action.convention.journal.latest("pk")
    assert entry.verb == "action.restored_fields"
    assert {plain(label) for label, *_ in entry.data["changes"]} == {
        "calendrier en clair",
        "périmètre",
        "communes",
        "étape « Recruter »",
        "indicateur « Places ouvertes »",
    }


def test_an_indicator_comes_back_with_the_figures_that_fell_with_it(action, edit, restore):
    indicator = action.indicators.get()
    IndicatorValue.objects.create(indicator=indicator, year=2021, value=4)
    IndicatorValue.objects.create(indicator=indicator, year=2022, value=9)
    indicator.values.get(year=2021).delete()
    edit("indicateurs", {"indicators-0-DELETE": "on"})

    restore(versions(action)[0].before, "indicators")

    assert list(action.indicators.get().values.values_list("year", "value")) == [(2022, 9)]


def test_a_new_indicator_that_has_figures_stays(action, edit, restore):
    edit("indicateurs", {"indicators-1-title": "Familles", "calendar": "x"})
    IndicatorValue.objects.create(
        indicator=action.indicators.get(title="Familles"), year=2022, value=9
    )

    said = restore(versions(action)[0].before)

    assert "Indicateur « Familles » : il a déjà des valeurs." in said
    assert action.indicators.filter(title="Familles").exists()


def test_an_organisation_that_left_does_not_come_back(action, edit, restore, convention, labege):
    edit("acteurs", {"partners-1-organization": labege.pk, "partners-1-role": "contributor"})
    partner = action.partners.get(organization=labege)
    edit("acteurs", {"partners-0-DELETE": "on"})
    convention.organizations.remove(labege)

    said = restore(versions(action)[0].before, f"partners-{partner.pk}")

    assert "cet organisme ne fait plus partie de la convention" in said
    assert not action.partners.filter(organization=labege).exists()


def test_what_is_gone_is_left_aside_and_said(action, edit, restore, convention, labege):
    auzielle = make_commune("Auzielle", convention)
    action.communes.set([labege, auzielle])
    action.history.all().delete()
    edit("territoire", {"communes": [auzielle.pk], "scope": "communes"})
    convention.organizations.remove(labege)
    edit("texte", {"description": "Texte"})

    said = restore(versions(action)[-1].pk)

    action.refresh_from_db()
    assert "Communes qui ne sont plus dans la convention : Labège." in said
    assert action.description == ""


def test_two_versions_compare_their_rows(action, edit):
    edit("calendrier", {"steps-0-title": "Embaucher"})
    edit("texte", {"description": "Texte"})
    edit("calendrier", {"steps-0-title": "Recruter"})

    last, middle, _, first = [action.history.get(pk=one.pk) for one in versions(action)]

    assert [c.label for c in compare(action, first, last)] == ["description"]
    assert in_words(compare(action, first, middle))[1:] == [
        ("étape « Recruter »", "Étape : Recruter", "Étape : Embaucher")
    ]


@pytest.mark.parametrize("field", ["steps-999999", "steps-x", "inconnu-1"])
def test_unknown_rows_are_refused_in_words(action, edit, restore, field):
    edit("texte", {"description": "Texte"})

    said = restore(versions(action)[0].before, field)

    assert "ne se rétablit pas" in said


def test_the_history_reads_as_much_whatever_its_length(action, edit, camille, url, labege):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            camille.get(url("actions:history", "A-1"))
        return len(asked)

    edit("territoire", {"scope": "communes", "communes": [labege.pk]})
    first = queries()
    edit("calendrier", {"steps-0-DELETE": "on"})
    edit("territoire", {"scope": "territory", "communes": []})

    assert queries() == first


def test_an_objective_that_left_the_plan_does_not_come_back(convention, action, edit, restore):
    former = action.operational_objective
    edit("identite", {"operational_objective": make_objective(convention).pk})
    former.archived_at = timezone.now()
    former.save()

    said = restore(versions(action)[0].before, "operational_objective")

    action.refresh_from_db()
    assert "L’objectif d’alors n’est plus dans le plan." in said
    assert action.operational_objective != former
