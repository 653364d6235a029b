import pytest

from actions.models import ActionPartner
from ctg.convention.journal import record
from tests.api.conftest import pointers
from tests.factories.actions import make_action, make_indicator, make_objective
from tests.factories.ctg import make_convention, make_organization, make_theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(convention, labege):
    return make_action(convention, code="A-01", pilot=convention.epci, title="Forum")


def test_actions_are_those_of_the_plan_page(program, convention, action):
    make_action(convention, code="A-02", status="done")

    found = program("alix").get("actions/", {"status": "done"}).json()

    assert (found["count"], [one["code"] for one in found["results"]]) == (1, ["A-02"])


def test_an_action_carries_its_rows(program, convention, action, labege):
    action.steps.create(title="Réserver")
    indicator = make_indicator(action, unit="familles")
    indicator.values.create(year=2022, value=12)
    action.communes.set([labege])

    found = program("alix").get("actions/A-01/").json()

    assert found["steps"][0]["title"] == "Réserver"
    assert found["indicators"][0]["figures"] == [{"year": 2022, "value": "12.00"}]
    assert found["communes"] == [{"id": labege.pk, "label": "Labège"}]
    assert found["partners"][0]["organization"]["id"] == convention.epci.pk


def test_unknown_filters_are_refused_in_words(program, action):
    answer = program("alix").get("actions/", {"status": "parti", "year": "abc", "theme": "99"})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert pointers(answer) == {
        "?status": "Valeur inconnue ici : parti.",
        "?theme": "Valeur inconnue ici : 99.",
        "?year": "Saisissez un nombre.",
    }


def test_ordering_is_by_known_fields(program, convention, action):
    make_action(convention, code="A-02")
    ask = program("alix").get

    assert [a["code"] for a in ask("actions/", {"ordering": "-code"}).json()["results"]] == [
        "A-02",
        "A-01",
    ]
    assert pointers(ask("actions/", {"ordering": "convention__note"})) == {
        "?ordering": "Valeur inconnue ici : convention__note."
    }


def test_pages_have_a_maximum(program, convention, action):
    make_action(convention)
    ask = program("alix").get

    assert len(ask("actions/", {"page_size": 1}).json()["results"]) == 1
    assert pointers(ask("actions/", {"page_size": 201})) == {"?page_size": "Un nombre de 1 à 200."}


@pytest.mark.parametrize("count", (1, 3))
def test_actions_query_count(program, convention, labege, count, django_assert_num_queries):
    for _ in range(count):
        action = make_action(convention, pilot=convention.epci, communes=[labege])
        make_indicator(action).values.create(year=2022, value=1)
        action.steps.create(title="Réserver")
    alix = program("alix")
    alix.get("actions/")

    with django_assert_num_queries(15):
        alix.get("actions/")


def test_create_takes_the_next_code(program, convention, action):
    objective = make_objective(convention)
    body = {"title": "Ludothèque", "operational_objective": objective.pk}

    answer = program("camille").post("actions/", body)

    assert answer.status_code == 201
    assert answer.headers["Location"].endswith("/actions/A-02/")
    assert (answer.json()["title"], answer.json()["status"]) == ("Ludothèque", "todo")
    assert convention.journal.filter(verb="action.created").count() == 1


def test_create_refuses_as_the_page_does(program, convention, labege):
    body = {"title": "", "scope": "communes", "starts_on": "2022-02-01", "ends_on": "2022-01-01"}
    body["operational_objective"] = make_objective(convention).pk

    assert pointers(program("camille").post("actions/", body)) == {
        "#/title": "Ce champ est obligatoire.",
        "#/communes": "Cochez au moins une commune, ou tout le territoire.",
        "#": "La fin doit suivre le début.",
    }
    assert not convention.actions.exists()


def test_json_types_and_names_are_checked(program, action):
    body = {"title": {"fr": "Forum"}, "starts_on": "demain", "titre": "Forum"}
    patch = program("camille").patch

    assert pointers(patch("actions/A-01/", body)) == {"#/titre": "Ce champ n’existe pas ici."}
    del body["titre"]
    assert set(pointers(patch("actions/A-01/", body))) == {"#/title", "#/starts_on"}


def test_edit_changes_only_what_is_said(program, convention, action, labege):
    action.steps.create(title="Réserver")
    action.description = "Chaque printemps"
    action.save()

    answer = program("malik").patch("actions/A-01/", {"title": "Grand forum"})

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["title"], shown["description"]) == ("Grand forum", "Chaque printemps")
    assert [step["title"] for step in shown["steps"]] == ["Réserver"]
    assert shown["partners"][0]["role"] == ActionPartner.Role.PILOT
    assert convention.journal.get(verb="action.changed").changes == [
        ("Intitulé", "Forum", "Grand forum")
    ]


def test_rows_are_sent_whole(program, convention, action):
    kept, gone = action.steps.create(title="Réserver"), action.steps.create(title="Annoncer")
    caf = {"organization": convention.caf.pk, "role": "funder"}
    pilot = {"id": action.partners.get().pk}
    body = {
        "steps": [{"title": "Bilan"}, {"id": kept.pk, "due_on": "2023-05-01"}],
        "partners": [pilot, caf],
    }

    shown = program("camille").patch("actions/A-01/", body).json()

    assert {(s["title"], s["due_on"]) for s in shown["steps"]} == {
        ("Bilan", None),
        ("Réserver", "2023-05-01"),
    }
    assert not action.steps.filter(pk=gone.pk).exists()
    assert {(p["organization"]["id"], p["role"]) for p in shown["partners"]} == {
        (convention.epci.pk, "pilot"),
        (convention.caf.pk, "funder"),
    }


def test_rows_are_refused_at_their_rank(program, convention, action):
    elsewhere = make_action(make_convention("autre-2021-2025")).steps.create(title="Ailleurs")
    step = action.steps.create(title="Réserver")
    late = {"id": step.pk, "starts_on": "2023-02-01", "due_on": "2023-01-01"}
    patch = program("camille").patch

    assert pointers(patch("actions/A-01/", {"steps": [{"title": "Bilan"}, late]})) == {
        "#/steps/1": "L’échéance de l’étape doit suivre son début."
    }
    assert pointers(patch("actions/A-01/", {"steps": [{"id": elsewhere.pk, "title": "x"}]})) == {
        "#/steps/0/id": "Cette ligne n’existe pas, ou plus."
    }


def test_ids_of_another_convention_are_as_if_they_did_not_exist(program, convention, action):
    other = make_convention("autre-2021-2025")
    theirs = {
        "themes": [make_theme(other).pk],
        "operational_objective": make_objective(other).pk,
        "partners": [{"organization": make_organization().pk, "role": "contributor"}],
    }
    nobodys = {
        "themes": [987654],
        "operational_objective": 987654,
        "partners": [{"organization": 987654, "role": "contributor"}],
    }
    patch = program("camille").patch

    for name, body in theirs.items():
        refused = patch("actions/A-01/", {name: body})
        unknown = patch("actions/A-01/", {name: nobodys[name]})
        assert refused.status_code == unknown.status_code == 400
        assert set(pointers(refused)) == set(pointers(unknown))


def test_a_version_is_asked_and_compared(program, action):
    camille = program("camille")
    read = camille.get("actions/A-01/")
    tag = read.headers["ETag"]

    missing = camille.ask("patch", "actions/A-01/", {"title": "Un"})
    assert camille.patch("actions/A-01/", {"title": "Deux"}, **{"If-Match": tag}).status_code == 200
    outdated = camille.patch("actions/A-01/", {"title": "Trois"}, **{"If-Match": tag})

    assert (missing.status_code, outdated.status_code) == (428, 412)
    assert outdated.json()["title"] == "Modifié entre-temps"
    action.refresh_from_db()
    assert action.title == "Deux"


def test_a_step_changed_meanwhile_is_another_version(program, action):
    camille = program("camille")
    tag = camille.get("actions/A-01/").headers["ETag"]
    action.steps.create(title="Réserver")

    answer = camille.post("actions/A-01/start/", **{"If-Match": tag})

    assert answer.status_code == 412


def test_who_has_the_version_receives_nothing_again(program, action):
    alix = program("alix")
    tag = alix.get("actions/A-01/").headers["ETag"]

    answer = alix.get("actions/A-01/", **{"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer.headers["Vary"]


def test_status_moves_by_the_verbs_of_the_page(program, convention, action):
    camille = program("camille")

    refused = camille.post("actions/A-01/abandon/", {"reason": ""})
    assert pointers(refused) == {"#/reason": "Ce champ est obligatoire."}
    done = camille.post("actions/A-01/complete/").json()
    assert (done["status"], done["progress"]) == ("done", 100)
    again = camille.post("actions/A-01/complete/")
    assert again.status_code == 409
    assert "ne peut pas changer ainsi de statut" in again.json()["detail"]
    assert camille.post("actions/A-01/reopen/", {"reason": "Suite"}).json()["status"] == "ongoing"


def test_archive_and_restore(program, convention, action):
    camille = program("camille")

    assert camille.post("actions/A-01/archive/").json()["archived_at"]
    assert camille.get("actions/").json()["count"] == 0
    assert camille.post("actions/A-01/restore/").json()["archived_at"] is None


def test_a_stake_with_lines_below_is_not_archived(program, action):
    stake = action.stake

    answer = program("camille").post(f"stakes/{stake.pk}/archive/")

    assert answer.status_code == 409
    assert "contient encore des lignes du plan" in answer.json()["detail"]


def test_levels_are_created_and_changed(program, convention, action):
    camille = program("camille")

    made = camille.post("stakes/", {"code": "9", "title": "Habiter", "position": 9})
    taken = camille.post("stakes/", {"code": "9", "title": "Encore", "position": 10})
    changed = camille.patch(f"stakes/{made.json()['id']}/", {"title": "Bien habiter"})

    assert (made.status_code, changed.json()["title"]) == (201, "Bien habiter")
    assert pointers(taken) == {"#": "Un enjeu porte déjà ce code."}


def test_the_journal_of_an_action_is_that_of_its_sheet(program, convention, action, labege):
    program("camille").post("actions/A-01/start/")
    record("contribution.returned", action, convention=convention, by=None, summary="À revoir")

    def verbs(name):
        return [one["verb"] for one in program(name).get("actions/A-01/journal/").json()["results"]]

    assert verbs("sacha") == ["action.ongoing"]
    assert verbs("ines") == ["contribution.returned", "action.ongoing"]
