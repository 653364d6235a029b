from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from freezegun import freeze_time

from actions import answering, campaigns
from actions.models import (
    Action,
    ActionPartner,
    ActionReview,
    Campaign,
    Contribution,
    IndicatorValue,
)
from ctg.convention.models import JournalEntry
from ctg.convention.rights import Role
from ctg.mail.services import deliver_due
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
    make_indicator,
)
from tests.factories.ctg import make_commune, make_convention, make_member, make_organization

State = Contribution.State


@pytest.fixture
def mails(db, mailoutbox, django_capture_on_commit_callbacks):
    """Run what is told on commit, then what the worker would send within the hour."""

    def sent_by(verb, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            verb(*args, **kwargs)
        deliver_due(timezone.now() + timedelta(hours=1))
        return mailoutbox

    return sent_by


@pytest.fixture
def campaign(convention):
    return make_campaign(convention)


@pytest.fixture
def action(convention, labege):
    return make_action(
        convention, code="P-31", title="Ouvrir des permanences", communes=[labege], scope="communes"
    )


@pytest.fixture
def contribution(campaign, action, labege):
    return make_contribution(campaign, action, labege)


def verbs():
    return list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))


# Schedule, open, close


def test_schedule_prepares_without_asking(cast, convention):
    campaign = make_campaign(convention, is_open=False)
    campaign.pk = None
    campaign.year = 2023

    campaigns.schedule(campaign, by=cast["camille"])

    assert not campaign.is_open
    assert not campaign.contributions.exists()
    assert verbs() == ["campaign.scheduled"]


def test_schedule_says_new_dates_apart(cast, campaign):
    campaign.closes_on = date(2023, 2, 10)

    campaigns.schedule(campaign, by=cast["camille"])

    assert Campaign.objects.get().closes_on == date(2023, 2, 10)
    assert verbs() == ["campaign.rescheduled"]


def test_schedule_refuses_dates_out_of_order(cast, campaign):
    campaign.closes_on = date(2023, 1, 3)

    with pytest.raises(ValidationError, match="Les dates doivent se suivre"):
        campaigns.schedule(campaign, by=cast["camille"])


def test_open_asks_partners_and_chosen_communes_of_current_unfinished_actions(
    cast, convention, labege
):
    campaign = make_campaign(convention, is_open=False)
    pilot, contributor, funder = (make_organization() for _ in range(3))
    asked = make_action(convention, pilot=pilot, communes=[labege], scope="communes")
    for organization, role in ((contributor, "contributor"), (funder, "funder")):
        ActionPartner.objects.create(action=asked, organization=organization, role=role)
    make_action(convention, pilot=pilot, communes=[labege], scope="territory", code="A-territoire")
    make_action(convention, pilot=pilot, status=Action.Status.DONE)

    campaigns.open_campaign(campaign, by=cast["camille"])

    pairs = {(c.action.code, c.organization_id) for c in campaign.contributions.all()}
    assert pairs == {
        (asked.code, pilot.pk),
        (asked.code, contributor.pk),
        (asked.code, labege.pk),
        ("A-territoire", pilot.pk),
    }
    assert set(campaign.contributions.values_list("state", flat=True)) == {State.EXPECTED}
    assert campaign.is_open
    assert verbs() == ["campaign.opened"]


def test_open_is_refused_twice_or_beside_another(cast, convention, campaign):
    other = make_campaign(convention, 2023, is_open=False)

    with pytest.raises(ValidationError, match="déjà ouverte"):
        campaigns.open_campaign(campaign, by=cast["camille"])
    with pytest.raises(ValidationError, match="La campagne 2022 est encore ouverte"):
        campaigns.open_campaign(other, by=cast["camille"])


def test_reopening_keeps_what_was_answered(cast, campaign, contribution):
    answering.submit(_said(contribution), figures={}, by=cast["sacha"])
    campaigns.close_campaign(campaign, by=cast["camille"])

    campaigns.open_campaign(campaign, by=cast["camille"])

    assert campaign.contributions.get().state == State.SUBMITTED
    assert campaign.is_open
    assert verbs()[1:] == ["campaign.closed", "campaign.opened"]


def test_close_is_refused_when_not_open(cast, convention):
    with pytest.raises(ValidationError, match="n’est pas ouverte"):
        campaigns.close_campaign(make_campaign(convention, is_open=False), by=cast["camille"])


def test_opening_writes_once_to_each_person_who_answers(mails, cast, convention, labege, action):
    campaign = make_campaign(convention, is_open=False)
    make_action(convention, pilot=labege)
    make_member(convention, Role.READER, labege, first_name="Élu")
    make_member(make_convention("autre"), Role.CONTRIBUTOR, labege, first_name="Autre")
    gone = make_member(convention, Role.CONTRIBUTOR, labege, first_name="Parti")
    gone.is_active = False
    gone.save()

    sent = mails(campaigns.open_campaign, campaign, by=cast["camille"])

    assert [message.to for message in sent] == [[cast["sacha"].email]]
    message = sent[0]
    assert message.subject == (
        "CTG Sicoval\u00a0: où en sont vos actions en 2022\u00a0? Avant le 31 janvier 2023"
    )
    assert "Bonjour Sacha," in message.body
    assert "2\u00a0actions à renseigner avant le 31 janvier 2023" in message.body
    address = f"http://127.0.0.1:8000/{convention.slug}/avancement/a-saisir/"
    assert address in message.body
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert f'<a href="{address}"' in html and "Voir mes actions</a>" in html


def test_the_lead_is_not_told_of_the_campaign_she_opens(mails, cast, convention):
    make_action(convention, pilot=convention.epci)
    campaign = make_campaign(convention, is_open=False)

    sent = mails(campaigns.open_campaign, campaign, by=cast["camille"])

    assert [message.to for message in sent] == [[cast["malik"].email]]


# Answer


def _said(contribution, status="ongoing", done="Deux permanences par semaine."):
    contribution.status, contribution.done = status, done
    return contribution


def test_draft_keeps_what_was_typed_and_says_when(contribution, action):
    rendezvous = make_indicator(action)

    with freeze_time("2023-01-19 09:42"):
        answering.save_draft(_said(contribution, status=""), figures={rendezvous: Decimal(212)})

    contribution.refresh_from_db()
    assert (contribution.state, contribution.done) == (
        State.DRAFT,
        "Deux permanences par semaine.",
    )
    assert contribution.saved_at.isoformat() == "2023-01-19T09:42:00+00:00"
    value = contribution.figures.get()
    assert (value.indicator, value.year, value.value) == (rendezvous, 2022, Decimal(212))
    assert verbs() == []


def test_empty_draft_stays_expected(contribution):
    answering.save_draft(contribution, figures={})

    assert Contribution.objects.get().state == State.EXPECTED


def test_draft_of_a_returned_answer_stays_to_be_corrected(campaign, action, labege):
    returned = make_contribution(
        campaign, action, labege, state=State.RETURNED, return_comment="Combien ?"
    )

    answering.save_draft(_said(returned), figures={})

    assert Contribution.objects.get().state == State.RETURNED


def test_emptied_figure_is_forgotten_and_an_unchanged_one_has_no_new_version(contribution, action):
    kept, emptied, said = (make_indicator(action, title) for title in ("A", "B", "C"))
    figures = {kept: Decimal("3.50"), emptied: Decimal(4), said: "plutôt bien"}
    answering.save_draft(contribution, figures=figures)

    answering.save_draft(contribution, figures=figures | {emptied: None})

    values = {v.indicator.title: v.value or v.text for v in contribution.figures.all()}
    assert values == {"A": Decimal("3.50"), "C": "plutôt bien"}
    assert IndicatorValue.history.filter(indicator=kept).count() == 1


def test_submit_requires_a_status(cast, contribution):
    with pytest.raises(ValidationError) as refusal:
        answering.submit(_said(contribution, status=""), figures={}, by=cast["sacha"])

    assert refusal.value.message_dict == {"status": ["Dites où en est l’action chez vous."]}


def test_submit_says_who_and_when(cast, contribution, action):
    with freeze_time("2023-01-19 09:42"):
        answering.submit(_said(contribution), figures={}, by=cast["sacha"])

    contribution.refresh_from_db()
    assert (contribution.state, contribution.submitted_by) == (State.SUBMITTED, cast["sacha"])
    assert contribution.submitted_at.isoformat() == "2023-01-19T09:42:00+00:00"
    entry = JournalEntry.objects.get()
    assert (entry.verb, entry.summary) == (
        "contribution.submitted",
        "Labège a envoyé son avancement 2022",
    )
    assert (entry.target, entry.by) == (action, cast["sacha"])


def test_a_draft_that_arrives_after_the_sending_changes_nothing(cast, contribution):
    late = Contribution.objects.get(pk=contribution.pk)
    answering.submit(_said(contribution), figures={}, by=cast["sacha"])

    with pytest.raises(ValidationError, match="est envoyée"):
        answering.save_draft(_said(late, done="plus court"), figures={})

    stored = Contribution.objects.get()
    assert (stored.state, stored.done) == (State.SUBMITTED, "Deux permanences par semaine.")


def test_nothing_is_sent_twice(cast, contribution):
    again = Contribution.objects.get(pk=contribution.pk)
    answering.submit(_said(contribution), figures={}, by=cast["sacha"])

    with pytest.raises(ValidationError, match="est envoyée"):
        answering.submit(_said(again), figures={}, by=cast["sacha"])

    assert verbs() == ["contribution.submitted"]


def test_a_closed_campaign_takes_no_answer(cast, campaign, contribution):
    campaigns.close_campaign(campaign, by=cast["camille"])

    with pytest.raises(ValidationError, match="La campagne est close"):
        answering.submit(_said(contribution), figures={}, by=cast["sacha"])


# Return, validate


@pytest.fixture
def sent(cast, contribution):
    answering.submit(_said(contribution), figures={}, by=cast["sacha"])
    JournalEntry.objects.all().delete()
    return contribution


def test_return_requires_a_comment(cast, sent):
    with pytest.raises(ValidationError) as refusal:
        answering.return_for_correction(sent, comment=" ", by=cast["camille"])

    assert refusal.value.message_dict == {"comment": ["Dites ce qui est à corriger."]}


def test_return_gives_the_hand_back_and_writes_to_the_sender(mails, cast, convention, sent):
    written = mails(
        answering.return_for_correction,
        sent,
        comment=" Combien de rendez-vous ? <svp> ",
        by=cast["camille"],
    )

    stored = Contribution.objects.get()
    assert (stored.state, stored.return_comment) == (
        State.RETURNED,
        "Combien de rendez-vous ? <svp>",
    )
    assert stored.can_change
    assert verbs() == ["contribution.returned"]
    message = written[0]
    assert message.to == [cast["sacha"].email]
    assert message.subject == (
        "CTG Sicoval\u00a0: votre réponse sur «\u00a0P-31 · Ouvrir des permanences\u00a0» "
        "est à compléter"
    )
    assert "Combien de rendez-vous ? <svp>" in message.body
    assert f"http://127.0.0.1:8000/{convention.slug}/avancement/reponses/{sent.pk}/" in message.body
    assert "&lt;svp&gt;" in message.alternatives[0][0]


def test_nobody_is_written_to_when_the_sender_is_gone_or_returns_her_own(mails, cast, sent):
    Contribution.objects.update(submitted_by=None)
    written = mails(answering.return_for_correction, sent, comment="Revoir", by=cast["camille"])
    assert written == []

    answering.submit(sent, figures={}, by=cast["camille"])
    written = mails(answering.return_for_correction, sent, comment="Revoir", by=cast["camille"])
    assert written == []


def test_only_what_was_sent_is_returned_and_only_while_open(cast, campaign, contribution):
    with pytest.raises(ValidationError, match="n’a pas été envoyée"):
        answering.return_for_correction(contribution, comment="Revoir", by=cast["camille"])
    answering.submit(_said(contribution), figures={}, by=cast["sacha"])
    campaigns.close_campaign(campaign, by=cast["camille"])

    with pytest.raises(ValidationError, match="rouvrez-la"):
        answering.return_for_correction(contribution, comment="Revoir", by=cast["camille"])


def test_validate_dates_the_answer_and_makes_its_figures_count(cast, sent, action):
    IndicatorValue.objects.create(
        indicator=make_indicator(action), year=2022, contribution=sent, value=12
    )
    assert not IndicatorValue.objects.counted().exists()

    answering.validate(sent, by=cast["camille"])

    stored = Contribution.objects.get()
    assert (stored.state, stored.validated_by) == (State.VALIDATED, cast["camille"])
    assert IndicatorValue.objects.counted().count() == 1
    assert verbs() == ["contribution.validated"]


def test_a_validated_answer_may_still_be_returned(cast, sent):
    answering.validate(sent, by=cast["camille"])

    answering.return_for_correction(sent, comment="Revoir", by=cast["camille"])

    stored = Contribution.objects.get()
    assert (stored.state, stored.validated_at, stored.validated_by) == (State.RETURNED, None, None)


def test_validate_many_leaves_what_was_not_sent(cast, campaign, action, sent):
    waiting = make_contribution(campaign, action, make_commune("Auzeville"))

    assert answering.validate_many([sent, waiting], by=cast["camille"]) == 1

    with pytest.raises(ValidationError, match="Seule une contribution envoyée"):
        answering.validate(waiting, by=cast["camille"])


# Consolidate


def test_consolidate_writes_judgement_figures_and_the_action_s_progress(cast, action):
    rendezvous = make_indicator(action)
    review = ActionReview(action=action, year=2022, status="ongoing", progress=70)

    campaigns.consolidate(review, figures={rendezvous: Decimal(400)}, by=cast["camille"])

    stored = ActionReview.objects.get()
    assert (stored.consolidated_by, stored.progress) == (cast["camille"], 70)
    assert Action.objects.get().progress == 70
    assert rendezvous.values.get(contribution=None).value == Decimal(400)
    entry = JournalEntry.objects.get()
    assert (entry.verb, entry.summary) == ("action.consolidated", "Bilan 2022 consolidé : 70 %")


def test_an_older_year_does_not_move_the_action_back(cast, action):
    make_action_review(action, 2023, progress=90)
    older = ActionReview(action=action, year=2022, status="ongoing", progress=40)

    campaigns.consolidate(older, figures={}, by=cast["camille"])

    assert Action.objects.get().progress == 90
