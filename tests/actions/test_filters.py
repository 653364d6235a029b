from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from actions.filters import ActionFilter
from actions.models import Action, ActionPartner, Audience
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
    make_objective,
    make_stake,
)
from tests.factories.ctg import make_commune, make_theme
from tests.factories.financing import make_budget_line


@pytest.fixture
def found(convention):
    """Codes of the actions that a query string keeps."""

    def codes(query):
        actions = convention.actions.with_lateness(date(2023, 3, 14)).order_by("code")
        filters = ActionFilter(QueryDict(query), actions, convention=convention)
        assert filters.is_valid(), filters.errors
        return [action.code for action in filters.qs]

    return codes


def test_each_filter_keeps_what_it_names(convention, labege, found):
    theme = make_theme(convention)
    audience = Audience.objects.create(convention=convention, label="Seniors")
    stake = make_stake(convention)
    match = make_action(
        convention,
        code="A",
        title="Ateliers seniors",
        operational_objective=make_objective(convention, stake),
        pilot=convention.caf,
        communes=[labege],
        themes=[theme],
        status=Action.Status.ONGOING,
        origin=Action.Origin.RENEWED,
        starts_on=date(2021, 1, 1),
        ends_on=date(2022, 12, 31),
        is_blocked=True,
    )
    match.audiences.add(audience)
    other = make_objective(convention, make_stake(convention))
    make_action(convention, code="B", title="Autre", operational_objective=other)

    for query in (
        f"stake={stake.pk}",
        f"objective={match.operational_objective.strategic_objective_id}",
        f"theme={theme.pk}",
        f"commune={labege.pk}",
        f"pilot={convention.caf.pk}",
        f"partner={convention.caf.pk}",
        f"audience={audience.pk}",
        "status=ongoing",
        "origin=renewed",
        "late=true",
        "blocked=true",
        "year=2022",
        "q=seniors",
        "q=a",
    ):
        kept = found(query)
        assert "A" in kept and (query == "q=a" or "B" not in kept), query
    assert found("late=false") == ["B"]
    assert found("year=2023") == []


def test_filters_of_absence(convention, labege, found):
    whole = make_action(convention, code="A", pilot=convention.epci)
    make_indicator(whole, target=10)
    lacking = make_action(convention, code="B", scope=Action.Scope.COMMUNES)
    no_target = make_action(convention, code="C", pilot=convention.epci)
    make_indicator(no_target)
    make_indicator(no_target, "Autre")
    old, last = make_campaign(convention, 2021), make_campaign(convention, 2022)
    make_contribution(old, whole, labege, state="validated")
    make_contribution(last, whole, labege)
    make_contribution(last, no_target, labege, state="submitted")
    Action.objects.filter(pk=lacking.pk).update(updated_at=timezone.now() - timedelta(days=200))

    assert found("missing=pilote") == ["B"]
    assert found("missing=commune") == ["B"]
    assert found("missing=indicateur") == ["B"]
    assert found("missing=cible") == ["C"]
    assert found("missing=reponse") == ["A"]
    assert found("missing=mise-a-jour") == ["B"]


def test_a_partner_with_two_roles_shows_its_action_once(convention, found):
    action = make_action(convention, code="A", pilot=convention.epci)
    ActionPartner.objects.create(
        action=action, organization=convention.epci, role=ActionPartner.Role.FUNDER
    )

    assert found(f"partner={convention.epci.pk}") == ["A"]


def test_active_filters_are_said_in_words_and_removable(convention, labege):
    query = QueryDict(f"commune={labege.pk}&status=done&q=jeux&missing=pilote&late=true&vue=carte")
    filters = ActionFilter(
        query, convention.actions.with_lateness(date(2023, 1, 1)), convention=convention
    )

    said = {chip.label: (chip.value, chip.without) for chip in filters.active}

    assert {label: value for label, (value, _) in said.items()} == {
        "Texte": "« jeux »",
        "Commune": "Labège",
        "Statut": "Réalisée",
        "En retard": "oui",
        "Ce qui manque": "Sans pilote",
    }
    assert "commune" not in said["Commune"][1]
    assert "vue=carte" in said["Commune"][1]


def test_several_choices_of_a_list_widen_and_lists_narrow(convention, labege, found):
    early, work = make_theme(convention, "Petite enfance"), make_theme(convention, "Emploi")
    make_action(convention, code="A", themes=[early, work], communes=[labege])
    make_action(convention, code="B", themes=[work])
    make_action(convention, code="C")

    assert found(f"theme={early.pk}&theme={work.pk}") == ["A", "B"]
    assert found(f"theme={early.pk}&theme={work.pk}&commune={labege.pk}") == ["A"]
    assert found("missing=pilote&missing=commune") == ["A", "B", "C"]


def test_period_and_funder(convention, found):
    action = make_action(
        convention, code="A", starts_on=date(2021, 3, 1), ends_on=date(2021, 9, 30)
    )
    make_action(convention, code="B", starts_on=date(2023, 1, 1), is_continuous=True)
    make_action(convention, code="C")
    ActionPartner.objects.create(
        action=action, organization=convention.caf, role=ActionPartner.Role.FUNDER
    )

    assert found("since=2021-10-01") == ["B"]
    assert found("until=2022-12-31") == ["A"]
    assert found("since=2021-09-30&until=2023-01-01") == ["A", "B"]
    assert found(f"funder={convention.caf.pk}") == ["A"]
    assert found(f"pilot={convention.epci.pk}") == ["A", "B", "C"]


def test_what_lacks_a_budget_or_a_word_this_year(convention, labege, found):
    whole = make_action(convention, code="A")
    make_action(convention, code="B")
    make_budget_line(whole)
    campaign = make_campaign(convention, timezone.localdate().year)
    make_contribution(campaign, whole, labege, state="submitted")

    assert found("missing=budget") == ["B"]
    assert found("missing=contribution") == ["B"]


def test_untouched_is_counted_from_the_convention_s_own_threshold(convention, found):
    action = make_action(convention, code="A")
    Action.objects.filter(pk=action.pk).update(updated_at=timezone.now() - timedelta(days=40))

    assert found("missing=mise-a-jour") == []
    convention.untouched_days = 30
    assert found("missing=mise-a-jour") == ["A"]


def test_each_choice_says_how_many_actions_it_would_show(convention, labege):
    early, work = make_theme(convention, "Petite enfance"), make_theme(convention, "Emploi")
    make_action(convention, themes=[early, work], communes=[labege], pilot=convention.epci)
    make_action(convention, themes=[work], pilot=convention.epci, status=Action.Status.DONE)
    actions = convention.actions.with_lateness(date(2023, 3, 14))
    filters = ActionFilter(QueryDict("status=done"), actions, convention=convention)

    counts = {
        panel.label: {option.label: option.count for option in panel.options}
        for panel in filters.panels()
    }

    assert counts["Thématique"] == {"Emploi": 1, "Petite enfance": 0}
    assert counts["Commune"] == {"Labège": 0}
    assert (counts["Statut"]["Réalisée"], counts["Statut"]["À venir"]) == (1, 1)
    assert counts["Pilote"] == {str(convention.epci): 1}
    assert counts["Origine"] == {"Nouvelle": 1, "Reconduite": 0, "Renforcée": 0}
    assert counts["Ce qui manque"]["Sans pilote"] == 0
    assert counts["Ce qui manque"]["Sans budget"] == 1


def test_choices_follow_the_alphabet_whatever_the_accents(convention):
    for name in ("Zéphyr", "Écluse", "abbaye", "Donneville"):
        make_commune(name, convention)

    filters = ActionFilter(QueryDict(), convention.actions.all(), convention=convention)

    names = [label for _, label in filters.choices["commune"]()]
    assert names == ["abbaye", "Donneville", "Écluse", "Zéphyr"]


def test_unknown_values_are_left_out_and_said(camille, convention, url):
    theme = make_theme(convention)
    make_action(convention, title="Gardée", themes=[theme])
    query = {"theme": [theme.pk, 9999], "status": "rêvée", "late": "peut-être", "since": "hier"}

    page = camille.get(url("actions:plan"), query)

    assert set(page.context["filters"].misunderstood) == {
        "Thématique",
        "Statut",
        "En retard",
        "Active à partir du",
    }
    text = page.content.decode()
    assert "Gardée" in text
    assert "est laissé de côté" in text


def test_five_hundred_values_at_once_are_answered(camille, convention, url):
    communes = [make_commune(f"Commune {number}", convention) for number in range(20)]
    make_action(convention, title="Gardée", communes=communes[:1])
    values = [commune.pk for commune in communes] + list(range(100_000, 100_480))

    page = camille.get(url("actions:plan"), {"commune": values, "filtres": 1}).content.decode()

    assert "Gardée" in page
    assert "Commune : 20 choix" in page


@pytest.mark.parametrize("count", [1, 3])
def test_open_panel_query_count(
    camille, convention, labege, url, count, django_assert_max_num_queries
):
    theme = make_theme(convention)
    for _ in range(count):
        make_action(convention, communes=[labege], themes=[theme], pilot=convention.epci)

    with django_assert_max_num_queries(44):
        camille.get(url("actions:plan"), {"vue": "tableau", "filtres": 1, "theme": theme.pk})


def test_fragment_brings_the_new_counts(camille, convention, url):
    theme = make_theme(convention)
    make_action(convention, themes=[theme])
    query = {"filtres": 1, "theme": theme.pk}

    fragment = camille.get(url("actions:plan"), query, headers={"HX-Request": "true"})

    assert f'<small id="n-theme-{theme.pk}" hx-swap-oob="true">1</small>' in (
        fragment.content.decode()
    )
