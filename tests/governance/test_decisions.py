"""Decisions: taken, changed, applied by the action’s own verb, told to who has to apply them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.models import Action, Contribution
from ctg.convention.models import JournalEntry
from ctg.mail.services import deliver_due
from governance.agenda import propose
from governance.models import Committee, Decision, Meeting
from governance.reminders import remind_of_overdue_decisions
from governance.services import agenda, decisions, meetings
from governance.services.decisions import Effect
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
)
from tests.factories.ctg import make_convention, make_organization
from tests.factories.financing import make_budget_line
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
    make_committee,
    make_decision,
    make_meeting,
    make_review,
)

NOW = datetime(2023, 3, 16, 15, tzinfo=UTC)
Status, State = Action.Status, Decision.State


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def meeting(convention):
    committee = make_committee(convention, name="Comité stratégique")
    return make_meeting(committee, starts_at=NOW - timedelta(hours=2), state="convened")


@pytest.fixture
def action(convention):
    return make_action(convention, code="A-12", status=Status.ONGOING, ends_on=date(2023, 6, 30))


@pytest.fixture
def by(cast):
    return cast["camille"]


def said(response):
    return response.content.decode().replace("\u00a0", " ")


def line(**fields):
    return {"kind": "extend", "text": "Prolonger d’un an", "owner": "", "due_on": ""} | fields


# Taken during the meeting


def test_one_line_becomes_a_decision_on_the_item_shown(
    camille, url, meeting, action, convention, by
):
    item = make_agenda_item(meeting, actions=[action])
    page = url("governance:session", meeting.pk)
    assert 'value="A-12"' in said(camille.get(page))

    data = line(item=item.pk, actions="A-12", owner=convention.epci.pk, due_on="2023-09-30")
    answer = camille.post(url("governance:session_decide", meeting.pk), data)

    decision = Decision.objects.get()
    assert answer.url == f"{page}?point={item.pk}"
    assert (decision.agenda_item, decision.owner, decision.due_on, decision.state) == (
        item,
        convention.epci,
        date(2023, 9, 30),
        State.OPEN,
    )
    assert list(decision.actions.all()) == [action]
    told = JournalEntry.objects.filter(verb="decision.taken", target_id=action.pk)
    assert told.filter(target_type__model="action").get().summary.endswith("Prolonger d’un an")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": " "}, "obligatoire"),
        ({"actions": "A-99"}, "Aucune action du plan ne porte ce code : A-99"),
        ({"actions": "A-0"}, "Une action archivée ne se cite plus : A-0"),
        ({"actions": "A-77"}, "Aucune action du plan"),
        ({"due_on": "2023-03-01"}, "L’échéance précède la réunion."),
        ({"kind": "inventer"}, "choix"),
    ],
)
def test_a_wrong_decision_is_refused_and_kept(camille, url, convention, meeting, fields, message):
    make_action(convention, code="A-0", archived_at=timezone.now())
    make_action(make_convention("loin-2020-2024"), code="A-77")

    page = said(camille.post(url("governance:session_decide", meeting.pk), line() | fields))

    assert message in page
    assert "Noter la décision" in page
    assert not Decision.objects.exists()


def test_an_archived_action_takes_no_decision_by_the_verb_either(meeting, action, by):
    action.archived_at = timezone.now()
    fresh = Decision(meeting=meeting, kind="stop", text="Arrêter")

    with pytest.raises(ValidationError, match="archivée"):
        decisions.save(fresh, actions=[action], by=by)

    assert not Decision.objects.exists()


def test_a_meeting_that_has_not_begun_has_decided_nothing(meeting, by):
    Meeting.objects.update(state="draft", starts_at=NOW + timedelta(days=1))
    meeting.refresh_from_db()

    with pytest.raises(ValidationError, match="n’a pas commencé"):
        decisions.save(Decision(meeting=meeting, kind="other", text="X"), actions=[], by=by)


def test_what_is_said_is_saved_while_it_is_typed(camille, url, meeting):
    item = make_agenda_item(meeting)
    address = url("governance:session", meeting.pk)
    page = camille.get(address)

    typed = {"item": item.pk, "seen": page.context["version"]}
    typed["discussion"] = "Les communes demandent un délai."
    answer = camille.post(address, typed, headers={"HX-Request": "true"})

    item.refresh_from_db()
    assert item.discussion == "Les communes demandent un délai."
    assert "enregistré à 16 h" in said(answer)
    assert "ctg:saved" in answer["HX-Trigger"]


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {}])
def test_two_people_never_erase_each_other(camille, url, meeting, headers):
    item = make_agenda_item(meeting, discussion="Écrit par une autre")
    data = {"item": item.pk, "discussion": "Le mien", "seen": "vieux"}

    answer = camille.post(url("governance:session", meeting.pk), data, headers=headers)

    item.refresh_from_db()
    assert item.discussion == "Écrit par une autre"
    assert "Quelqu’un d’autre vient d’écrire" in said(answer)
    assert "HX-Trigger" not in answer
    if not headers:
        assert "Le mien" in said(answer)


def test_the_screen_shows_the_sheet_of_the_item(camille, url, meeting, convention, action):
    make_action_review(action, decision_asked="Prolonger jusqu’à l’été")
    make_agenda_item(meeting, title="Premier", position=1, discussion="Vu")
    item = make_agenda_item(meeting, title="Second", actions=[action], position=2)

    page = camille.get(url("governance:session", meeting.pk))

    assert page.context["item"] == item  # the first without anything noted
    assert "Prolonger jusqu’à l’été" in said(page)
    assert 'aria-current="step"' in said(page)


# Changed


def test_a_decision_changes_until_the_minutes_are_adopted(camille, url, meeting, convention):
    decision = make_decision(meeting, text="Prolonger")
    address = url("governance:decision_edit", decision.pk)

    camille.post(address, line(text="Prolonger de deux ans", actions=""))
    decision.refresh_from_db()
    assert decision.text == "Prolonger de deux ans"

    Meeting.objects.update(state="adopted")
    assert 'name="text"' not in said(camille.get(address))
    data = {"owner": convention.caf.pk, "due_on": "2023-12-31", "text": "Falsifier"}
    camille.post(address, data)
    decision.refresh_from_db()
    assert (decision.text, decision.owner) == ("Prolonger de deux ans", convention.caf)
    assert decision.due_on == date(2023, 12, 31)


def test_a_line_typed_by_mistake_is_removed_until_the_adoption(camille, url, meeting):
    decision, other = make_decision(meeting), make_decision(meeting)
    camille.post(url("governance:decision_remove", decision.pk))
    assert list(Decision.objects.all()) == [other]

    Meeting.objects.update(state="adopted")
    page = said(camille.post(url("governance:decision_remove", other.pk), follow=True))
    assert "ses décisions restent" in page
    assert list(Decision.objects.all()) == [other]


# Applied


@pytest.mark.parametrize(
    ("effect", "status"),
    [
        (Effect(Status.POSTPONED, date(2024, 6, 30)), Status.POSTPONED),
        (Effect(Status.ABANDONED), Status.ABANDONED),
        (Effect(Status.DONE), Status.DONE),
    ],
)
def test_applying_does_the_action_s_own_verb(meeting, action, by, effect, status):
    decision = make_decision(meeting, text="Prolonger d’un an", actions=[action])

    decisions.apply(decision, effects={action: effect}, outcome="Fait", by=by)

    action.refresh_from_db()
    decision.refresh_from_db()
    assert action.status == status
    assert (decision.state, decision.outcome, decision.settled_on, decision.settled_by) == (
        State.APPLIED,
        "Fait",
        date(2023, 3, 16),
        by,
    )
    reason = "Décision du 16 mars 2023, Comité stratégique : Prolonger d’un an"
    assert action.status_reason.replace("\u00a0", " ") == ("" if status == Status.DONE else reason)
    assert JournalEntry.objects.filter(verb=f"action.{status}").count() == 1


def test_a_finished_action_is_reopened_with_the_decision_as_reason(meeting, convention, by):
    finished = make_action(convention, status=Status.DONE)
    decision = make_decision(meeting, actions=[finished], text="Reprendre")

    decisions.apply(decision, effects={finished: Effect(Status.ONGOING)}, by=by)

    finished.refresh_from_db()
    assert (finished.status, "Reprendre" in finished.status_reason) == (Status.ONGOING, True)


def test_all_or_nothing(meeting, convention, action, by):
    archived = make_action(convention, code="A-13", archived_at=timezone.now())
    decision = make_decision(meeting, actions=[action, archived])
    effects = {action: Effect(Status.ABANDONED), archived: Effect(Status.ABANDONED)}

    with pytest.raises(ValidationError) as refused:
        decisions.apply(decision, effects=effects, by=by)

    assert set(refused.value.message_dict) == {"A-13"}
    action.refresh_from_db()
    decision.refresh_from_db()
    assert (action.status, decision.state) == (Status.ONGOING, State.OPEN)


@pytest.mark.parametrize(
    ("kind", "proposed"),
    [("extend", "postponed"), ("stop", "abandoned"), ("fund", ""), ("validate", "")],
)
def test_the_kind_proposes_and_the_lead_confirms(camille, url, meeting, action, kind, proposed):
    decision = make_decision(meeting, kind=kind, actions=[action])

    page = camille.get(url("governance:decision_apply", decision.pk))

    ((effect, _),) = page.context["form"].rows
    assert effect.initial == proposed  # an ongoing action is not started again
    action.refresh_from_db()
    assert action.status == Status.ONGOING


def test_the_refusal_of_the_action_is_said_at_its_line(camille, url, meeting, action):
    decision = make_decision(meeting, actions=[action])
    address = url("governance:decision_apply", decision.pk)

    page = camille.post(address, {"effect-A-12": "postponed", "to-A-12": "", "outcome": "Précieux"})

    assert "Indiquez la nouvelle date de fin." in page.context["form"].errors["effect-A-12"][0]
    assert "Précieux" in said(page)
    data = {"effect-A-12": "postponed", "to-A-12": "2024-06-30", "outcome": ""}
    camille.post(address, data)
    action.refresh_from_db()
    assert (action.status, action.ends_on) == (Status.POSTPONED, date(2024, 6, 30))


def test_a_decision_is_applied_once(camille, url, meeting):
    decision = make_decision(meeting, state=State.APPLIED)

    page = said(camille.post(url("governance:decision_apply", decision.pk), {"outcome": ""}))

    assert "déjà « appliquée »" in page


def test_dropped_with_a_reason_then_taken_up_again(camille, url, meeting):
    decision = make_decision(meeting)

    assert "obligatoire" in said(camille.post(url("governance:decision_drop", decision.pk)))
    camille.post(url("governance:decision_drop", decision.pk), {"reason": "Sans objet"})
    decision.refresh_from_db()
    assert (decision.state, decision.outcome) == (State.DROPPED, "Sans objet")

    camille.post(url("governance:decision_reopen", decision.pk))
    decision.refresh_from_db()
    assert (decision.state, decision.outcome, decision.settled_by) == (State.OPEN, "", None)


def test_the_decision_page_tells_all(alix_page, meeting, action, convention):
    decision = make_decision(meeting, text="Prolonger", actions=[action], owner=convention.caf)

    page = alix_page(decision)

    for word in ("Prolonger", "À appliquer", "A-12", "Caf 31", "16 mars 2023"):
        assert word in page
    assert "Classer sans suite" not in page


@pytest.fixture
def alix_page(client_of, url):
    return lambda decision: said(client_of("alix").get(url("governance:decision", decision.pk)))


# Told


@pytest.fixture
def outbox(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}

    def sent():
        mail.outbox.clear()
        deliver_due(NOW + timedelta(hours=1))
        return {message.to[0]: message for message in mail.outbox}

    return sent


def test_owners_are_told_once_the_meeting_is_over(meeting, labege, convention, cast, by, outbox):
    make_decision(meeting, text="Ouvrir le lieu", owner=labege, due_on=date(2023, 9, 30))
    make_decision(meeting, text="Financer", owner=convention.epci)
    make_decision(meeting, text="Déjà fait", owner=labege, state=State.APPLIED)

    meetings.hold(meeting, by=by)

    sent = outbox()
    assert set(sent) == {cast["sacha"].email, cast["malik"].email}
    assert "Ouvrir le lieu (avant le 30 septembre 2023)" in sent[cast["sacha"].email].body
    assert "Déjà fait" not in sent[cast["sacha"].email].body


def test_overdue_decisions_are_recalled_then_once_a_month(
    meeting, labege, cast, outbox, monkeypatch
):
    make_decision(meeting, text="Ouvrir le lieu", owner=labege, due_on=date(2023, 3, 15))
    make_decision(meeting, text="Pas encore", owner=labege, due_on=date(2023, 3, 16))

    assert [remind_of_overdue_decisions.call() for _ in range(2)] == [1, 0]
    sent = outbox()
    assert set(sent) == {cast["sacha"].email}
    assert "échéance dépassée" in sent[cast["sacha"].email].subject
    assert "Pas encore" not in sent[cast["sacha"].email].body

    later = NOW + timedelta(days=30)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert remind_of_overdue_decisions.call() == 2


# What is proposed for the agenda


def labels(meeting):
    return {
        group.label: [p.title.replace("\u00a0", " ") for p in group.proposals]
        for group in propose(meeting)
    }


def test_the_agenda_is_proposed_from_what_asks_for_a_decision(meeting, convention, labege):
    late = make_action(convention, title="Tardive", ends_on=date(2023, 1, 1))
    make_action(convention, title="Coincée", is_blocked=True)
    postponed = make_action(convention, title="Décalée", status=Status.POSTPONED)
    make_action(convention, title="Finie", status=Status.DONE, ends_on=date(2022, 1, 1))
    asking = [make_action(convention, title=f"Demande {n}") for n in "ab"]
    for action in asking:
        make_action_review(action, decision_asked="Mutualiser le poste")
    make_action_review(late, year=2021, decision_asked="Demande ancienne")
    make_action_review(late, year=2022)
    campaign = make_campaign(convention)
    make_contribution(
        campaign,
        postponed,
        labege,
        state=Contribution.State.SUBMITTED,
        status="ongoing",
        difficulty="Pas de local",
    )
    make_budget_line(late, year=2023, planned=1000, granted=400)
    make_budget_line(late, year=2021, planned=9000)
    before = make_meeting(
        meeting.committee, starts_at=NOW - timedelta(days=90), state=Meeting.State.HELD
    )
    make_decision(before, text="Ouvrir le lieu", due_on=date(2023, 1, 31))
    make_review(convention, 2022)

    assert labels(meeting) == {
        "Décisions demandées au bilan": ["Mutualiser le poste"],
        "Actions bloquées": ["Débloquer : Coincée"],
        "Actions en retard": ["En retard : Tardive"],
        "Actions reportées": ["Reportée : Décalée"],
        "Difficultés remontées par les communes et partenaires": ["Difficultés : Décalée"],
        "Financements à compléter": ["Financer : Tardive"],
        "Suites des séances précédentes": [
            "Adopter le relevé du 16 décembre 2022",
            "Suites : Ouvrir le lieu",
        ],
        "Bilans à présenter": ["Bilan de l’année 2022"],
    }
    (asked,) = propose(meeting)[0].proposals
    assert set(asked.actions) == set(asking)
    (gap,) = [g for g in propose(meeting) if g.label == "Financements à compléter"][0].proposals
    assert gap.note == "Il manque 600\u00a0€ sur ce qui est prévu."


def test_a_group_is_proposed_the_actions_it_follows(convention):
    followed = make_action(convention, title="Suivie", is_blocked=True)
    make_action(convention, title="Autre", is_blocked=True)
    committee = make_committee(convention, kind=Committee.Kind.FOLLOW_UP)
    committee.actions.add(followed)

    assert labels(make_meeting(committee)) == {"Actions bloquées": ["Débloquer : Suivie"]}


def test_what_is_picked_joins_the_agenda_and_is_not_proposed_again(camille, url, meeting, action):
    Action.objects.update(is_blocked=True, title="Coincée")
    make_agenda_item(meeting, title="Ouverture", position=4)
    address = url("governance:agenda", meeting.pk)
    assert "Débloquer : Coincée" in said(camille.get(address))

    camille.post(address, {"proposal": [f"blocked-{action.pk}", "late-999", "n’importe quoi"]})

    item = meeting.agenda.last()
    assert (item.title, item.minutes, item.position) == ("Débloquer\u00a0: Coincée", 15, 5)
    assert list(item.actions.all()) == [action]
    assert labels(meeting) == {}


def test_nothing_to_decide_is_said(camille, url, meeting):
    page = said(camille.get(url("governance:agenda", meeting.pk)))

    assert "Rien n’attend de décision" in page


# Queries


@pytest.mark.parametrize("count", (1, 3))
def test_agenda_query_count(camille, url, meeting, convention, count, django_assert_num_queries):
    campaign = make_campaign(convention)
    for _ in range(count):
        action = make_action(convention, is_blocked=True, pilot=make_organization())
        make_agenda_item(meeting, actions=[action])
        make_decision(meeting, actions=[action])
        make_action_review(action, decision_asked="Décider")
        answer = {"state": "submitted", "status": "ongoing", "difficulty": "Local"}
        make_contribution(campaign, action, make_organization(), **answer)

    with django_assert_num_queries(18):
        camille.get(url("governance:agenda", meeting.pk))


@pytest.mark.parametrize("count", (1, 3))
def test_session_query_count(camille, url, meeting, convention, count, django_assert_num_queries):
    item = make_agenda_item(meeting, title="A", position=0)
    for _ in range(count):
        action = make_action(convention, pilot=make_organization())
        item.actions.add(action)
        make_agenda_item(meeting, position=9)
        make_action_review(action)
        make_decision(meeting, actions=[action], agenda_item=item)
        make_attendance(meeting, make_organization(), "")

    with django_assert_num_queries(22):
        camille.get(url("governance:session", meeting.pk), {"point": item.pk})


def test_reorder_is_refused_once_adopted(meeting):
    Meeting.objects.update(state="adopted")
    meeting.refresh_from_db()

    with pytest.raises(ValidationError):
        agenda.reorder(meeting, order=[])
