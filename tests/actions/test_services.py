from datetime import date

import pytest
from django.core.exceptions import ValidationError
from freezegun import freeze_time

from actions import services
from actions.models import Action
from ctg.convention.models import JournalEntry
from tests.factories.actions import make_action

STATUS = Action.Status


@pytest.fixture
def lead(cast):
    return cast["camille"]


@freeze_time("2022-05-04 10:00")
def test_start_dates_the_status_and_writes_the_journal(convention, lead):
    action = make_action(convention)

    services.start(action, by=lead)

    action.refresh_from_db()
    assert (action.status, action.status_on) == (STATUS.ONGOING, date(2022, 5, 4))
    entry = JournalEntry.objects.get()
    assert (entry.verb, entry.summary, entry.by, entry.target) == (
        "action.ongoing",
        "Action lancée",
        lead,
        action,
    )
    assert entry.changes == [("Statut", "À venir", "En cours")]


def test_complete_reaches_one_hundred_percent_and_unblocks(convention, lead):
    action = make_action(convention, status=STATUS.ONGOING, progress=40, is_blocked=True)

    services.complete(action, by=lead)

    action.refresh_from_db()
    assert (action.status, action.progress, action.is_blocked) == (STATUS.DONE, 100, False)


@pytest.mark.parametrize(
    ("to", "reason", "fields"),
    [
        (None, "Recrutement infructueux", {"to"}),
        (date(2063, 6, 30), "  ", {"reason"}),
        (None, "", {"to", "reason"}),
        (date(2020, 1, 1), "Déjà passée", {"to"}),
        (date(2060, 1, 1), "Avant le début", {"to"}),
    ],
)
def test_postpone_requires_a_later_date_and_a_reason(convention, lead, to, reason, fields):
    action = make_action(convention, starts_on=date(2061, 1, 1))

    with pytest.raises(ValidationError) as refusal:
        services.postpone(action, to=to, reason=reason, by=lead)

    assert set(refusal.value.message_dict) == fields
    action.refresh_from_db()
    assert action.status == STATUS.TODO
    assert not JournalEntry.objects.exists()


def test_postpone_moves_the_end_and_keeps_the_reason(convention, lead):
    action = make_action(convention, is_continuous=True)

    services.postpone(action, to=date(2063, 6, 30), reason=" Local trouvé tard ", by=lead)

    action.refresh_from_db()
    assert (action.status, action.ends_on, action.status_reason, action.is_continuous) == (
        STATUS.POSTPONED,
        date(2063, 6, 30),
        "Local trouvé tard",
        False,
    )


def test_abandon_requires_a_reason(convention, lead):
    action = make_action(convention)

    with pytest.raises(ValidationError):
        services.abandon(action, reason="", by=lead)
    services.abandon(action, reason="Plus de porteur", by=lead)

    action.refresh_from_db()
    assert action.status == STATUS.ABANDONED


def test_reopen_is_for_finished_actions(convention, lead):
    done = make_action(convention, status=STATUS.DONE)

    with pytest.raises(ValidationError):
        services.reopen(make_action(convention), reason="Encore", by=lead)
    with pytest.raises(ValidationError):
        services.reopen(done, reason="", by=lead)
    services.reopen(done, reason="Une commune de plus", by=lead)

    assert done.status == STATUS.ONGOING


@pytest.mark.parametrize("status", STATUS)
@pytest.mark.parametrize("to", STATUS)
def test_moves_follow_the_table(convention, status, to):
    action = make_action(convention, status=status, status_reason="motif")

    if to in Action.MOVES[status]:
        action.move_to(to)
        assert action.status == to
    else:
        with pytest.raises(ValidationError):
            action.move_to(to)


def test_next_code_follows_the_highest(convention):
    make_action(convention, code="A-09")
    make_action(convention, code="B-77")

    assert services.next_code(convention) == "A-10"


def test_archive_keeps_the_row(convention, lead):
    action = make_action(convention)

    services.archive(action, convention=convention, by=lead)

    assert list(convention.actions.current()) == []
    assert convention.actions.get().archived_at is not None
    services.restore(action, convention=convention, by=lead)
    assert list(convention.actions.current()) == [action]


def test_levels_are_archived_once_empty(convention, lead):
    action = make_action(convention)
    operational = action.operational_objective
    strategic = operational.strategic_objective

    for level in (strategic.stake, strategic, operational):
        with pytest.raises(ValidationError):
            services.archive(level, convention=convention, by=lead)
    for item in (action, operational, strategic, strategic.stake):
        services.archive(item, convention=convention, by=lead)

    assert not convention.stakes.current().exists()
