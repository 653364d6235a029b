"""Budgets of the actions: typed by year and funder, summed by stake, theme, commune, funder."""

from decimal import Decimal

import pytest

from ctg.convention.models import JournalEntry
from ctg.french import NBSP
from financing.budget import build_totals
from financing.models import BudgetLine
from tests.factories.actions import make_action, make_objective, make_stake
from tests.factories.ctg import make_organization, make_theme
from tests.factories.financing import make_budget_line, make_facility

D = Decimal


@pytest.fixture
def action(convention):
    return make_action(convention, code="A-31", pilot=convention.epci)


def lines(*rows, initial=0):
    typed = {"lignes-TOTAL_FORMS": len(rows), "lignes-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        typed |= {f"lignes-{number}-{name}": value for name, value in row.items()}
    return typed


def test_the_budget_is_typed_by_year_and_funder(camille, convention, url, action):
    kept = make_budget_line(action, 2021, planned=100)
    gone = make_budget_line(action, 2021, convention.caf, planned=5)
    page = url("financing:action_edit", "A-31")

    camille.post(
        page,
        lines(
            {"id": gone.pk, "year": 2021, "funder": convention.caf.pk, "DELETE": "on"},
            {
                "id": kept.pk,
                "year": 2021,
                "funder": convention.epci.pk,
                "planned": "1 200,5",
                "spent": "900",
            },
            {"year": 2022, "funder": convention.caf.pk, "granted": "50"},
            initial=2,
        ),
    )

    found = BudgetLine.objects.values_list("year", "funder", "planned", "granted", "spent")
    assert set(found) == {
        (2021, convention.epci.pk, D("1200.50"), None, D(900)),
        (2022, convention.caf.pk, None, D(50), None),
    }
    said = (
        f"Budget de A-31{NBSP}: 1{NBSP}ligne ajoutée, 1{NBSP}ligne modifiée, 1{NBSP}ligne retirée"
    )
    assert JournalEntry.objects.get().summary == said
    assert "A-31" in camille.get(page).content.decode()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"year": 2022, "planned": "-4"}], "supérieure ou égale à 0"),
        ([{"year": 1999, "planned": "4"}], "Sélectionnez un choix valide"),
        ([{"year": 2022, "planned": "900000000"}], "pas vraisemblable"),
        ([{"year": 2022, "planned": "beaucoup"}], "Écrivez un nombre en chiffres"),
        ([{"year": 2022, "planned": "1"}, {"year": 2022, "planned": "2"}], "deux lignes la même"),
    ],
)
def test_an_impossible_budget_is_refused_whole(camille, convention, url, action, rows, message):
    typed = lines(*({"funder": convention.epci.pk} | row for row in rows))

    answer = camille.post(url("financing:action_edit", "A-31"), typed)

    assert message in answer.content.decode()
    assert not BudgetLine.objects.exists()


def test_the_pilot_types_the_budget_of_its_actions_only(client_of, convention, url, action):
    other = make_action(convention, code="A-32", pilot=make_organization())
    malik = client_of("malik")

    assert malik.get(url("financing:action_edit", action.code)).status_code == 200
    assert malik.get(url("financing:action_edit", other.code)).status_code == 403


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("enjeu", [("Apprendre", 40, 10), ("Relier", 300, None)]),
        ("thematique", [("Enfance", 340, 10), ("Jeunesse", 300, None)]),
        ("commune", [("Labège", 300, None), ("Tout le territoire", 40, 10)]),
        ("financeur", [("Caf 31", 200, None), ("Sicoval", 140, 10)]),
    ],
)
def test_totals_of_the_plan(convention, labege, slug, expected):
    link, learn = make_stake(convention, title="Relier"), make_stake(convention, title="Apprendre")
    childhood, youth = make_theme(convention, "Enfance"), make_theme(convention, "Jeunesse")
    one = make_action(
        convention, operational_objective=make_objective(convention, link), communes=[labege]
    )
    two = make_action(convention, operational_objective=make_objective(convention, learn))
    one.themes.set([childhood, youth])
    two.themes.set([childhood])
    make_budget_line(one, planned=100)
    make_budget_line(one, funder=convention.caf, planned=200)
    make_budget_line(two, planned=40, spent=10)
    make_budget_line(two, 2021, planned=7)

    table = build_totals(convention, 2022, slug)

    assert sorted((row[0], row[1], row[3]) for row in table.rows) == expected
    assert table.footer[:4] == ("Ensemble", 340, None, 10)
    assert build_totals(convention, None, slug).footer[1] == 347


def test_the_totals_page_counts_what_has_no_budget(camille, convention, url, action):
    make_budget_line(make_action(convention), planned=1)
    make_facility(convention).actions.add(action)

    page = camille.get(url("financing:budgets"), {"annee": "2022", "par": "financeur"})

    assert "1 action sur 2" in page.content.decode()
    assert camille.get(url("financing:budgets"), {"annee": "toutes"}).status_code == 200
    assert "Équipements liés" in camille.get(url("financing:action", "A-31")).content.decode()


@pytest.mark.parametrize("count", (1, 3))
def test_budgets_query_count(camille, convention, url, count, django_assert_num_queries):
    for _ in range(count):
        make_budget_line(make_action(convention), funder=make_organization(), planned=1)

    with django_assert_num_queries(10):
        camille.get(url("financing:budgets"))
