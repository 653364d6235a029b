from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from actions import answering
from actions.models import Action, ActionStep, Contribution
from ctg.convention.journal import record
from ctg.convention.rights import Access
from ctg.french import NBSP
from governance.dashboard import build_dashboard
from governance.models import Decision
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
    make_objective,
    make_stake,
)
from tests.factories.ctg import make_convention, make_organization, make_theme
from tests.factories.financing import make_bonus_line, make_facility
from tests.factories.governance import make_committee, make_decision, make_meeting, make_review

TODAY = date(2023, 2, 10)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
SENT = Contribution.State.SUBMITTED


@pytest.fixture(autouse=True)
def today(monkeypatch):
    noon = datetime(2023, 2, 10, 12, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)


@pytest.fixture
def dashboard_of(convention, cast):
    def build(who):
        memberships = cast[who].memberships.filter(convention=convention)
        return build_dashboard(convention, Access(memberships.select_related("organization")))

    return build


@pytest.fixture
def tasks_of(dashboard_of):
    """What waits for somebody, as (count, words, address after the convention)."""
    return lambda who: {
        (task.count, task.label, task.url.removeprefix("/sicoval-2020-2024/"))
        for task in dashboard_of(who).tasks
    }


@pytest.fixture
def home(client_of, url):
    return lambda who: client_of(who).get(url("governance:home")).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("camille", 200), ("malik", 200), ("sacha", 200), ("ines", 200), ("alix", 200), ("noa", 404)],
)
def test_home_is_for_every_member(client_of, url, who, status):
    assert client_of(who).get(url("governance:home")).status_code == status


# What waits for me


def test_contributor_sees_the_answers_her_organisation_owes(
    convention, labege, dashboard_of, home, url
):
    campaign = make_campaign(
        convention, closes_on=date(2023, 3, 31), validates_on=date(2023, 4, 15)
    )
    owed, returned, _, _ = (
        make_contribution(campaign, make_action(convention), organization, **fields)
        for organization, fields in [
            (labege, {}),
            (labege, {"state": Contribution.State.RETURNED, "return_comment": "Préciser"}),
            (labege, {"state": SENT}),
            (make_organization(), {}),
        ]
    )
    closed = make_campaign(convention, 2021, closed_at=timezone.now())
    make_contribution(closed, owed.action, labege)

    dashboard = dashboard_of("sacha")
    page = home("sacha")

    assert dashboard.answers == [returned, owed]
    assert dashboard.tasks == []
    assert dashboard.sentence == f"2{NBSP}réponses à donner avant le 31 mars 2023"
    assert f'href="{url("progress:answer", owed.pk)}"' in page
    assert "Donner mon avancement" in page


def test_home_shows_five_answers_and_their_number(convention, labege, dashboard_of, home):
    campaign = make_campaign(convention)
    for _ in range(7):
        make_contribution(campaign, make_action(convention), labege)

    dashboard = dashboard_of("sacha")

    assert (len(dashboard.answers), dashboard.answers_count) == (5, 7)


def test_lead_sees_what_the_campaign_waits_for(convention, labege, tasks_of):
    campaign = make_campaign(convention)
    action = make_action(convention)
    make_contribution(campaign, action, labege, state=SENT)
    make_contribution(campaign, action, convention.caf)
    make_contribution(campaign, make_action(convention), labege, state=SENT)

    assert tasks_of("camille") == {
        (2, "réponses à valider", "avancement/a-valider/"),
        (1, "réponse attendue", "avancement/"),
        (2, "actions à consolider", "avancement/2022/"),
    }
    assert tasks_of("malik") == tasks_of("sacha") == tasks_of("alix") == set()


def test_nothing_is_to_consolidate_while_answers_come_in(convention, tasks_of):
    make_action(convention)
    make_campaign(convention, closes_on=TODAY, validates_on=TOMORROW)

    assert tasks_of("camille") == set()


def test_actions_to_consolidate_are_those_asked_about_or_unfinished(convention, labege, tasks_of):
    campaign = make_campaign(convention, closed_at=timezone.now())
    make_action(convention)
    done = make_action(convention, status=Action.Status.DONE)
    make_contribution(campaign, done, labege, state=Contribution.State.VALIDATED)
    make_action(convention, status=Action.Status.DONE)
    make_action(convention, archived_at=timezone.now())
    make_action_review(make_action(convention), 2022)

    assert tasks_of("camille") == {(2, "actions à consolider", "avancement/2022/")}


def test_late_and_blocked_actions_wait_for_those_who_look_after_them(convention, labege, tasks_of):
    make_action(convention, pilot=convention.epci, ends_on=YESTERDAY)
    make_action(convention, pilot=labege, ends_on=YESTERDAY)
    make_action(convention, pilot=convention.epci, is_blocked=True)

    assert tasks_of("camille") == {
        (2, "actions en retard", "plan/?late=true"),
        (1, "action bloquée", "plan/?blocked=true"),
    }
    pilot = f"pilot={convention.epci.pk}"
    assert tasks_of("malik") == {
        (1, "action en retard", f"plan/?late=true&{pilot}"),
        (1, "action bloquée", f"plan/?blocked=true&{pilot}"),
    }
    assert tasks_of("sacha") == tasks_of("ines") == tasks_of("alix") == set()


def test_late_decisions_wait_for_the_lead_and_for_who_applies_them(convention, labege, tasks_of):
    meeting = make_meeting(make_committee(convention))
    make_decision(meeting, due_on=YESTERDAY, owner=labege)
    make_decision(meeting, due_on=YESTERDAY)
    make_decision(meeting, due_on=TODAY)

    late = "gouvernance/decisions/?suite=en-retard"
    assert tasks_of("camille") == {(2, "décisions en retard", late)}
    assert tasks_of("sacha") == {(1, "décision en retard", late)}
    assert tasks_of("malik") == tasks_of("ines") == tasks_of("alix") == set()


def test_a_committee_that_slips_waits_for_the_lead(convention, tasks_of, url):
    slow = make_committee(convention, meetings_per_year=4)
    make_meeting(slow, starts_at=datetime(2022, 9, 1, tzinfo=UTC), state="adopted")
    regular = make_committee(convention, meetings_per_year=4)
    make_meeting(regular, starts_at=datetime(2023, 3, 1, tzinfo=UTC))

    page = f"gouvernance/comites/{slow.pk}/"
    assert tasks_of("camille") == {(1, "comité à réunir", page)}
    assert tasks_of("alix") == set()

    make_committee(convention, meetings_per_year=1)
    assert tasks_of("camille") == {(2, "comités à réunir", "gouvernance/")}


def test_funder_sees_the_lines_without_notification(convention, tasks_of):
    facility = make_facility(convention)
    make_bonus_line(facility, 2021)
    make_bonus_line(facility, 2022)
    make_bonus_line(facility, 2020, notified=1)
    make_bonus_line(facility, 2024)

    waiting = {
        (
            2,
            "lignes de bonus sans notification",
            "financements/montants/2022/",
        )
    }
    assert tasks_of("ines") == tasks_of("camille") == waiting
    assert tasks_of("alix") == tasks_of("malik") == set()


def test_reader_is_led_to_the_last_published_review(convention, cast, home, url):
    make_review(convention, 2021, published_by=cast["camille"], headline="Le plan est lancé.")
    make_review(convention, 2022)

    page = home("alix")

    for said in ("Rien ne vous attend", "Bilan 2021", "Le plan est lancé.", "Lire le bilan"):
        assert said in page
    assert "Bilan 2022" not in page


# The plan


def test_plan_is_told_by_state_and_by_stake(convention, dashboard_of, home):
    first, second = make_stake(convention), make_stake(convention)
    make_stake(convention)
    objectives = [make_objective(convention, stake) for stake in (first, second)]
    make_action(convention, operational_objective=objectives[0], progress=40, ends_on=YESTERDAY)
    make_action(convention, operational_objective=objectives[0], progress=61, is_blocked=True)
    make_action(
        convention,
        operational_objective=objectives[1],
        status=Action.Status.DONE,
        progress=100,
    )
    make_action(convention, archived_at=timezone.now())

    plan = dashboard_of("alix").plan

    assert plan.count == 3
    assert [segment for segment in plan.segments if segment[2]] == [
        ("done", "réalisée", 1),
        ("late", "en retard", 1),
        ("todo", "à venir", 1),
    ]
    assert [(line.stake, line.share_done, line.counts) for line in plan.stakes[:2]] == [
        (first, 51, f"2{NBSP}actions, dont 1 en retard"),
        (second, 100, f"1{NBSP}action"),
    ]
    assert plan.stakes[2].share_done is None
    assert "non renseigné" in home("alix")


# What comes


def test_deadlines_come_in_order_from_every_source(convention, dashboard_of, url):
    make_campaign(
        convention,
        reminds_on=YESTERDAY,
        closes_on=date(2023, 2, 20),
        validates_on=date(2023, 3, 31),
    )
    committee = make_committee(convention, name="Comité stratégique")
    past = make_meeting(committee, starts_at=datetime(2023, 1, 1, tzinfo=UTC))
    coming = make_meeting(committee, starts_at=datetime(2023, 3, 16, 9, tzinfo=UTC))
    action = make_action(convention, code="A-31")
    ActionStep.objects.create(action=action, title="Recruter", due_on=TODAY)
    ActionStep.objects.create(action=action, title="Fait", due_on=TODAY, done_on=TODAY)
    ActionStep.objects.create(action=action, title="Passée", due_on=YESTERDAY)
    make_decision(past, text="Prolonger", due_on=TOMORROW)
    make_decision(past, due_on=TOMORROW, state=Decision.State.APPLIED)

    assert [(d.on, d.what, d.label, d.url) for d in dashboard_of("sacha").deadlines] == [
        (TODAY, "étape", "A-31 · Recruter", url("actions:detail", "A-31")),
        (TOMORROW, "décision", "Prolonger", url("governance:meeting", past.pk)),
        (date(2023, 2, 20), "campagne", "Clôture de la saisie 2022", url("progress:home")),
        (date(2023, 3, 16), "réunion", "Comité stratégique", url("governance:meeting", coming.pk)),
        (date(2023, 3, 31), "campagne", "Fin de la validation 2022", url("progress:home")),
    ]


def test_campaign_dates_are_for_those_who_answer_or_follow(convention, dashboard_of):
    make_campaign(convention, closes_on=TOMORROW, validates_on=TOMORROW)

    seen = {who: len(dashboard_of(who).deadlines) for who in ("sacha", "ines", "alix")}

    assert seen == {"sacha": 2, "ines": 2, "alix": 0}


def test_only_the_eight_nearest_deadlines_are_shown(convention, dashboard_of):
    action = make_action(convention)
    for days in range(12):
        ActionStep.objects.create(
            action=action, title=f"Étape {days}", due_on=TODAY + timedelta(days=days)
        )

    deadlines = dashboard_of("alix").deadlines

    assert [deadline.on for deadline in deadlines] == [
        TODAY + timedelta(days=days) for days in range(8)
    ]


# What changed


def test_last_changes_are_ten_with_the_action_they_touch(convention, cast, dashboard_of):
    action = make_action(convention, code="A-31")
    for number in range(11):
        record("x", convention, convention=convention, by=None, summary=f"Acte {number}")
    record("x", action, convention=convention, by=cast["camille"], summary="Action lancée")
    elsewhere = make_convention("loin-2020-2024")
    record("x", elsewhere, convention=elsewhere, by=None, summary="Ailleurs")

    changes = dashboard_of("alix").changes

    assert [(change.code, change.entry.summary) for change in changes] == [
        ("A-31", "Action lancée"),
        *(("", f"Acte {number}") for number in range(10, 1, -1)),
    ]


def test_changes_keep_to_themselves_what_the_person_may_not_read(
    convention, cast, labege, dashboard_of
):
    campaign = make_campaign(convention)
    answer = make_contribution(campaign, make_action(convention), labege, state=SENT)
    answering.return_for_correction(answer, comment="Préciser", by=cast["camille"])
    line = make_bonus_line(make_facility(convention))
    record("bonus.notified", line, convention=convention, by=None, summary="Notifié")
    member = cast["alix"].memberships.get()
    record("membership.invited", member, convention=convention, by=None, summary="Invitation")

    seen = {
        who: [change.entry.summary for change in dashboard_of(who).changes]
        for who in ("camille", "malik", "sacha", "ines", "alix")
    }

    returned = "Retour à Labège : Préciser"
    assert seen == {
        "camille": ["Invitation", "Notifié", returned],
        "malik": ["Notifié", returned],
        "ines": ["Notifié", returned],
        "alix": ["Notifié"],
        "sacha": [],
    }


# The empty territory


def test_empty_territory_guides_the_lead(convention, dashboard_of, home, url):
    steps = [(step.label, step.is_done) for step in dashboard_of("camille").first_steps]
    assert steps == [
        ("Dire le territoire", True),
        ("Inviter les membres", True),
        ("Écrire les enjeux", False),
        ("Décliner les objectifs", False),
        ("Ajouter la première action", False),
    ]

    make_objective(convention)

    done = [step.is_done for step in dashboard_of("camille").first_steps]
    assert done == [True, True, True, True, False]
    page = home("camille")
    assert f"1{NBSP}étape pour commencer" in page
    assert f'href="{url("actions:create")}"' in page


def test_empty_territory_reassures_the_others(dashboard_of, home):
    assert dashboard_of("alix").first_steps == []
    page = home("alix")
    for said in ("Le plan d’action n’est pas encore là", "Aucune date à venir", "Rien n’a encore"):
        assert said in page


# Queries


@pytest.mark.parametrize(
    ("who", "queries"), [("camille", 23), ("malik", 18), ("sacha", 18), ("ines", 14), ("alix", 12)]
)
@pytest.mark.parametrize("count", (1, 3))
def test_home_query_count(
    client_of, cast, convention, labege, url, who, queries, count, django_assert_num_queries
):
    client = client_of(who)
    campaign = make_campaign(convention, closes_on=date(2023, 3, 1), validates_on=date(2023, 4, 1))
    for number in range(count):
        objective = make_objective(convention, make_stake(convention))
        action = make_action(convention, operational_objective=objective, pilot=convention.epci)
        ActionStep.objects.create(action=action, title="Étape", due_on=TOMORROW)
        make_contribution(campaign, action, labege)
        make_contribution(campaign, action, convention.epci)
        committee = make_committee(convention, theme=make_theme(convention))
        meeting = make_meeting(committee, starts_at=datetime(2023, 3, 1, tzinfo=UTC))
        make_decision(meeting, due_on=TOMORROW)
        make_bonus_line(make_facility(convention))
        record("x", action, convention=convention, by=cast["camille"], summary="Action lancée")
        make_review(convention, 2020 + number, published_by=cast["camille"])

    with django_assert_num_queries(queries):
        client.get(url("governance:home"))
