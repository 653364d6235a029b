"""The order of the plan: by a step, under another objective, and codes that follow or stay."""

import pytest

from actions.models import Action, OperationalObjective
from ctg.convention.models import JournalEntry
from tests.factories.actions import make_action, make_objective, make_stake


@pytest.fixture
def objectives(convention):
    stake = make_stake(convention)
    return [make_objective(convention, stake) for _ in range(2)]


@pytest.fixture
def actions(convention, objectives):
    return [
        make_action(convention, code=f"A-0{n}", position=n, operational_objective=objectives[0])
        for n in (1, 2, 3)
    ]


def codes(convention):
    return [action.code for action in convention.actions.current().in_plan_order()]


def step(client, url, line, to):
    return client.post(url("actions:order"), {"line": line, "to": to})


def test_up_and_down_by_a_step(camille, convention, actions, url):
    answer = step(camille, url, f"actions:{actions[2].pk}", "up")
    assert codes(convention) == ["A-01", "A-03", "A-02"]
    assert answer.url.endswith(f"#actions-{actions[2].pk}")

    step(camille, url, f"actions:{actions[0].pk}", "down")
    assert codes(convention) == ["A-03", "A-01", "A-02"]


def test_the_first_one_stays_first(camille, convention, actions, url):
    step(camille, url, f"actions:{actions[0].pk}", "up")

    assert codes(convention) == ["A-01", "A-02", "A-03"]


def test_under_another_objective_with_its_history(camille, convention, objectives, actions, url):
    make_action(convention, code="A-09", operational_objective=objectives[1])

    camille.post(
        url("actions:place", "actions", actions[0].pk), {"parent": objectives[1].pk, "rank": 1}
    )

    action = Action.objects.get(code="A-01")
    assert action.operational_objective == objectives[1]
    assert codes(convention) == ["A-02", "A-03", "A-01", "A-09"]
    assert JournalEntry.objects.get().changes == [("Sous", str(objectives[0]), str(objectives[1]))]
    assert "Objectif opérationnel" in camille.get(url("actions:history", "A-01")).content.decode()


def test_an_objective_whose_code_is_taken_gets_a_free_one(camille, convention, objectives, url):
    stake = make_stake(convention)
    other = make_objective(convention, stake, code=objectives[0].code)

    camille.post(
        url("actions:place", "objectifs-operationnels", objectives[0].pk),
        {"parent": other.strategic_objective.pk, "rank": 1},
    )

    moved = OperationalObjective.objects.get(pk=objectives[0].pk)
    assert moved.strategic_objective == other.strategic_objective
    assert moved.code == f"{other.strategic_objective.code}.1"


def test_the_drag_answers_with_the_tree(camille, actions, url):
    answer = camille.post(
        url("actions:place", "actions", actions[2].pk),
        {"parent": actions[2].operational_objective.pk, "rank": 1},
        headers={"HX-Request": "true"},
    )

    assert answer.content.decode().strip().startswith('<div id="order"')


def test_an_archived_objective_receives_nothing(camille, objectives, actions, url):
    OperationalObjective.objects.filter(pk=objectives[1].pk).update(archived_at="2022-01-01T00:00Z")

    page = camille.post(
        url("actions:place", "actions", actions[0].pk), {"parent": objectives[1].pk, "rank": 1}
    )

    assert "Un champ est à corriger" in page.content.decode()


def test_codes_follow_the_order_and_old_addresses_answer(camille, convention, actions, url):
    actions[1].code = "B-7"
    actions[1].save()
    step(camille, url, f"actions:{actions[2].pk}", "up")
    page = camille.get(url("actions:codes"))
    assert [(c.before, c.after) for c in page.context["changes"]] == [
        ("A-03", "A-02"),
        ("B-7", "A-03"),
    ]

    camille.post(url("actions:codes"), {"digest": page.context["digest"]})

    assert codes(convention) == ["A-01", "A-02", "A-03"]
    assert camille.get(url("actions:detail", "B-7")).url == url("actions:detail", "A-03")


def test_codes_of_archived_actions_are_not_reused(camille, convention, actions, url):
    Action.objects.filter(code="A-01").update(archived_at="2022-01-01T00:00Z")

    page = camille.get(url("actions:codes"))

    assert [(c.before, c.after) for c in page.context["changes"]] == []


def test_a_plan_changed_since_the_preview_is_shown_again(camille, convention, actions, url):
    Action.objects.filter(code="A-02").update(code="B-7")

    page = camille.post(url("actions:codes"), {"digest": "autre"}).content.decode()

    assert "Le plan a changé depuis cet aperçu" in page
    assert Action.objects.filter(code="B-7").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_order_query_count(camille, convention, objectives, url, count, django_assert_num_queries):
    for _ in range(count):
        make_action(convention, operational_objective=objectives[0])

    with django_assert_num_queries(9):
        camille.get(url("actions:order"))
