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
from tests.factories.ctg import make_theme


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

    said = {label: (value, others) for label, value, others in filters.active}

    assert {label: value for label, (value, _) in said.items()} == {
        "Texte": "« jeux »",
        "Commune": "Labège",
        "Statut": "Réalisée",
        "En retard": "oui",
        "Ce qui manque": "Sans pilote",
    }
    assert "commune" not in said["Commune"][1]
    assert "vue=carte" in said["Commune"][1]
