"""What of the plan becomes public, by whose hand, and what to look at before."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import services
from actions.models import Action, Publication
from actions.publication.contents import public_indicators, published_actions
from actions.publication.filters import PublicFilter
from actions.publication.readiness import readiness, with_public_texts
from actions.publication.services import publish, unpublish
from ctg.convention.models import JournalEntry
from ctg.convention.rights import Role
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
    make_objective,
    make_stake,
)
from tests.factories.ctg import make_commune, make_member, make_theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(convention):
    return make_member(convention, Role.LEAD)


def public_codes(convention):
    return list(published_actions(convention).values_list("code", flat=True))


def test_nothing_is_public_until_published(convention, lead):
    chosen, _ = make_action(convention), make_action(convention)
    assert public_codes(convention) == []

    assert publish([chosen], by=lead) == 1

    assert public_codes(convention) == [chosen.code]
    entry = JournalEntry.objects.get(verb="action.published")
    assert (entry.by, entry.target_id) == (lead, chosen.pk)


def test_publishing_twice_is_once(convention, lead):
    action = make_action(convention)
    publish([action], by=lead)

    assert publish([action], by=lead) == 0
    assert JournalEntry.objects.filter(verb="action.published").count() == 1


def test_publishing_costs_the_same_for_one_and_three(convention, lead, django_assert_num_queries):
    make_action(convention)
    publish([make_action(convention)], by=lead)  # what Django reads once
    for count in (1, 3):
        actions = [make_action(convention) for _ in range(count)]
        with django_assert_num_queries(5):  # two of them the transaction
            publish(actions, by=lead)


def test_an_archived_action_refuses_and_nothing_is_published(convention, lead):
    action, gone = make_action(convention), make_action(convention)
    services.archive(gone, convention=convention, by=lead)

    with pytest.raises(ValidationError, match="archivée"):
        publish([action, gone], by=lead)

    assert not Publication.objects.exists()


def test_unpublish_takes_it_away_at_once(convention, lead):
    action = make_action(convention, public=True)

    assert unpublish([action], by=lead) == 1

    assert public_codes(convention) == []
    assert unpublish([action], by=lead) == 0
    assert JournalEntry.objects.filter(verb="action.unpublished").count() == 1


def test_archiving_unpublishes_and_coming_back_does_not_publish(convention, lead):
    action = make_action(convention, public=True)

    services.archive(action, convention=convention, by=lead)
    services.restore(action, convention=convention, by=lead)

    assert public_codes(convention) == []


def test_readiness_says_what_is_missing(convention):
    theme = make_theme(convention)
    make_action(convention, code="A-1", scope=Action.Scope.COMMUNES)
    make_action(
        convention,
        code="A-2",
        pilot=convention.epci,
        themes=[theme],
        description="Des rencontres chaque trimestre.",
        starts_on=date(2022, 1, 1),
    )

    bare, whole = readiness(convention, with_public_texts(convention.actions.all()))

    everything = ["la description", "le pilote", "une thématique", "le calendrier", "les communes"]
    assert (bare.missing, bare.is_clear) == (everything, False)
    assert (whole.missing, whole.is_clear) == ([], True)


@pytest.mark.parametrize(
    ("text", "trace"),
    [
        ("Écrire à lea.b@ville.example.", "adresse électronique : lea.b@ville.example"),
        ("Appeler le 05 61 00 00 00", "numéro de téléphone : 05 61 00 00 00"),
        ("Appeler le +33 5.61.00.00.00", "numéro de téléphone : +33 5.61.00.00.00"),
        ("Vu avec Mme Durand hier", "nom d’une personne : Mme Durand"),
        ("Portée par claire martin", "nom d’une personne : Claire Martin"),
        ("Suivie par Alex Dubois", "nom d’une personne : Alex Dubois"),
    ],
)
def test_readiness_finds_what_names_a_person(convention, text, trace):
    member = make_member(convention, first_name="Claire")
    member.last_name = "Martin"
    member.save()
    make_action(convention, description=text, pilot_contact="Alex Dubois, chargé de mission")

    (line,) = readiness(convention, with_public_texts(convention.actions.all()))

    assert [found.replace("\u00a0", " ") for found in line.traces] == [trace]


def test_readiness_lets_amounts_codes_and_services_pass(convention):
    make_action(
        convention,
        description="Budget 12 500 € ; 0123456 familles ; avec le Relais petite enfance.",
        pilot_contact="Relais petite enfance",
    )

    (line,) = readiness(convention, with_public_texts(convention.actions.all()))

    assert line.traces == []


def test_public_indicators_keep_validated_figures_only(convention, labege):
    action = make_action(convention, public=True)
    indicator = make_indicator(action)
    make_indicator(action, "Ressenti", nature="qualitative")
    auzielle = make_commune("Auzielle", convention)
    campaign = make_campaign(convention)
    for commune, state, value in ((labege, "validated", 10), (auzielle, "submitted", 99)):
        answer = make_contribution(campaign, action, commune, state=state)
        indicator.values.create(year=2022, contribution=answer, value=value)

    (shown,) = public_indicators(published_actions(convention))

    assert (shown.title, shown.values) == ("Rendez-vous tenus", {2022: 10})


@pytest.fixture
def hidden(convention):
    """A published action, and one that is not, which alone has its stake, theme and commune."""
    stake = make_stake(convention, title="Enjeu caché")
    theme = make_theme(convention, "Thème caché")
    commune = make_commune("Cachée", convention)
    make_action(
        convention,
        operational_objective=make_objective(convention, stake),
        themes=[theme],
        communes=[commune],
    )
    shown = make_action(
        convention,
        operational_objective=make_objective(convention, make_stake(convention)),
        public=True,
        pilot_contact="Contact caché",
    )
    return {"stake": stake, "theme": theme, "commune": commune, "shown": shown}


def filtered(convention, query):
    return PublicFilter(QueryDict(query), published_actions(convention), convention=convention)


@pytest.mark.parametrize("name", ["stake", "theme", "commune"])
def test_public_filter_does_not_know_what_only_unpublished_actions_have(convention, hidden, name):
    filters = filtered(convention, f"{name}={hidden[name].pk}")

    assert filters.used == {}
    assert filters.active == []
    assert "cach" not in str(filters.lists).lower()


@pytest.mark.parametrize("query", ["pilot=1", "missing=pilote", "blocked=true", "since=2022-01-01"])
def test_public_filter_ignores_what_tells_how_the_plan_is_run(convention, hidden, query):
    filters = filtered(convention, query)

    assert (filters.used, filters.misunderstood) == ({}, [])
    assert list(filters.qs) == [hidden["shown"]]


def test_public_text_search_reads_public_texts_only(convention, hidden):
    title = hidden["shown"].title.replace(" ", "+")

    assert list(filtered(convention, f"q={title}").qs) == [hidden["shown"]]
    assert list(filtered(convention, "q=Contact+caché").qs) == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.dictionaries(st.sampled_from(["q", "year", "late", "theme", "stake", "x"]), st.text())
)
def test_public_filter_takes_anything(convention, hidden, query):
    filters = filtered(convention, urlencode(query, errors="replace"))

    assert len(filters.qs) <= 1
    assert isinstance(filters.misunderstood, list)
