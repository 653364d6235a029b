"""What one sees in the demonstration that `make run` opens: 48 actions, three years."""

from collections import Counter

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from actions.expected import expected
from actions.models import Action, ActionReview, Contribution, Indicator, IndicatorValue
from actions.progress import share_done
from ctg.accounts.models import User
from ctg.convention.models import Convention, JournalEntry, Membership
from ctg.management.demo.steering import WRITTEN_EARLY
from financing.models import BonusLine, FundingAgreement, Instalment
from governance.models import AnnualReview, Committee, Decision, Meeting
from governance.reviews.build import build_review

State = Contribution.State


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """Loaded once for these tests, which only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", publish=False, actions=48, years=3, seed=1)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def convention(demonstration, db):
    return Convention.objects.get(slug="sicoval-2020-2024")


def test_whole_demonstration_looks_like_a_third_spring(convention):
    today = timezone.localdate()

    actions = convention.actions
    assert Counter(actions.values_list("status", flat=True)) == {
        "ongoing": 28,
        "done": 9,
        "todo": 8,
        "postponed": 2,
        "abandoned": 1,
    }
    assert actions.late(today).count() == 4
    assert actions.values("title").distinct().count() == 48
    assert [a.code for a in actions.in_plan_order()] == [f"A-{n:02d}" for n in range(1, 49)]
    assert actions.values("operational_objective__strategic_objective").distinct().count() == 10
    assert 40 <= share_done(actions.all()) <= 60


def test_sacha_has_five_answers_to_give(convention):
    campaign = convention.campaigns.get(year=2022)

    mine = campaign.contributions.filter(organization__name="Labège")
    assert campaign.is_open
    assert (campaign.closes_on - timezone.localdate()).days == 12
    assert Counter(mine.waiting_for_answer().values_list("state", flat=True)) == {
        State.DRAFT: 1,
        State.EXPECTED: 4,
    }
    assert mine.filter(state__in=Contribution.SENT).count() == 4
    for contribution in mine.waiting_for_answer():
        last_year = contribution.action.contributions.get(
            campaign__year=2021, organization=contribution.organization
        )
        assert last_year.state == State.VALIDATED
        assert last_year.done


def test_past_campaigns_are_closed_and_the_open_one_has_every_state(convention):

    for campaign in convention.campaigns.filter(year__lt=2022):
        states = set(campaign.contributions.values_list("state", flat=True))
        assert not campaign.is_open
        assert states == {State.EXPECTED, State.VALIDATED}
    asked = Contribution.objects.filter(campaign__convention=convention, campaign__year=2021)
    silent = asked.waiting_for_answer().filter(organization__kind="commune")
    assert silent.values("organization").distinct().count() == 5
    open_states = convention.campaigns.get(year=2022).contributions
    assert set(open_states.values_list("state", flat=True)) == set(State)


def test_open_campaign_asks_those_whom_the_verb_would_ask(convention):
    campaign = convention.campaigns.get(year=2022)

    asked = set(campaign.contributions.values_list("action", "organization"))

    verb = {(p.action.pk, p.organization.pk) for p in expected(campaign) if p.is_asked}
    assert verb <= asked
    more = {action for action, _ in asked - verb}
    assert set(Action.objects.filter(pk__in=more).values_list("status", flat=True)) <= {"done"}


def test_nothing_of_the_story_happens_after_today(convention):
    now = timezone.now()

    assert not Contribution.objects.filter(submitted_at__gt=now).exists()
    assert not Contribution.objects.filter(validated_at__gt=now).exists()
    assert not ActionReview.objects.filter(consolidated_at__gt=now).exists()
    assert not JournalEntry.objects.filter(at__gt=now).exists()
    assert not Meeting.objects.filter(state__in=("held", "adopted"), starts_at__gt=now).exists()


def test_progress_follows_the_latest_consolidated_year(convention):

    for action in convention.actions.exclude(reviews=None):
        assert action.progress == action.reviews.order_by("-year").first().progress


def test_figures_of_the_communes_add_up_to_the_territory(convention):
    indicators = Indicator.objects.filter(action__convention=convention, unit="trajets")
    indicator = indicators.get(title="Trajets réalisés")

    counted = indicator.values.counted().filter(year=2021)

    assert sum(value.value for value in counted) == 610
    assert not IndicatorValue.objects.filter(indicator__unit="%").exclude(contribution=None)


def test_cast_signs_in_without_password_and_correspondents_stay_out(convention):

    cast = User.objects.filter(email__endswith="@demo.example")
    assert {person.first_name for person in cast} == {
        "Camille",
        "Malik",
        "Sacha",
        "Inès",
        "Alix",
        "Noa",
    }
    assert not any(person.has_usable_password() for person in User.objects.all())
    assert set(
        Membership.objects.filter(user__in=cast).values_list(
            "user__first_name", "role", "organization__name", "convention__slug"
        )
    ) >= {
        ("Sacha", "contributor", "Labège", convention.slug),
        ("Noa", "lead", "Communauté de communes d’ailleurs (fictive)", "ailleurs-2021-2025"),
    }
    members = convention.memberships.filter(organization__kind="commune")
    assert members.values("organization").distinct().count() == 36


def test_everything_invented_says_so(convention):

    assert set(Convention.objects.values_list("is_demo", flat=True)) == {True}
    assert all("fictif" in f.source for f in convention.findings.all())
    assert all("(ficti" in f.name for f in convention.facilities.all())
    assert all("fictive" in a.reference for a in FundingAgreement.objects.all())
    assert not convention.findings.filter(source__contains="Portrait").exists()


def test_bonus_lines_are_estimated_and_only_past_years_notified(convention):

    lines = BonusLine.objects.filter(facility__convention=convention)
    assert set(lines.values_list("year", flat=True)) == {2020, 2021, 2022}
    assert not lines.filter(computed=None).exists()
    assert not lines.filter(year__lt=2022, notified=None).exists()
    assert not lines.filter(year=2022).exclude(notified=None).exists()
    kinds = Instalment.objects.filter(bonus_line__year=2020).values_list("kind", flat=True)
    assert set(kinds) == {"advance", "balance", "overpayment"}
    assert not Instalment.objects.filter(bonus_line__year=2022, kind="balance").exclude(
        paid_on=None
    )


def test_leaflet_committee_is_completed_and_the_next_meeting_is_ahead(convention):

    steering = Committee.objects.get(kind=Committee.Kind.STEERING)
    assert steering.members.filter(is_chair=True).count() == 1
    assert steering.note.startswith("Le dépliant ne donne ni la composition")
    (convened,) = Meeting.objects.filter(state="convened")
    assert convened.starts_at > timezone.now()
    assert Decision.objects.overdue(timezone.localdate()).count() == 3
    reviews = AnnualReview.objects.filter(convention=convention)
    assert {review.year: review.meeting for review in reviews}[2022] == convened
    for review in reviews:
        texts = [synthesis.text for synthesis in review.syntheses.all()]
        assert len(texts) == 3
        assert not any("{" in text for text in texts)


@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_syntheses_quote_the_figures_that_the_review_shows(convention, year):
    review = convention.annual_reviews.get(year=year)

    for line in build_review(convention, year).essentials.stakes:
        text = review.syntheses.get(stake__code=line.code).text
        written_early = (year, line.code) == (2022, WRITTEN_EARLY)  # the lead is told
        assert f"{line.share_done - 3 * written_early}\u00a0%" in text
        assert f"{line.actions} actions" in text
