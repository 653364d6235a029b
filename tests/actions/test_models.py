from datetime import date

import pytest
from django.db import IntegrityError, transaction

from actions.models import Action, ActionPartner, ActionStep
from tests.factories.actions import make_action, make_campaign
from tests.factories.ctg import make_commune

TODAY = date(2023, 3, 14)


@pytest.mark.parametrize(
    ("fields", "late"),
    [
        ({"ends_on": date(2023, 3, 13)}, True),
        ({"ends_on": TODAY}, False),
        ({"ends_on": None}, False),
        ({"ends_on": date(2022, 1, 1), "status": "done"}, False),
        ({"ends_on": date(2022, 1, 1), "status": "abandoned", "status_reason": "Arrêt"}, False),
        ({"ends_on": date(2022, 1, 1), "status": "postponed"}, True),
    ],
)
def test_late_is_the_planned_end_past_and_unfinished(convention, fields, late):
    action = make_action(convention, **fields)

    assert Action.objects.late(TODAY).filter(pk=action.pk).exists() is late
    assert Action.objects.with_lateness(TODAY).get(pk=action.pk).is_late is late


@pytest.mark.parametrize(("done_on", "late"), [(None, True), (date(2023, 1, 5), False)])
def test_a_missed_step_makes_the_action_late(convention, done_on, late):
    action = make_action(convention)
    ActionStep.objects.create(
        action=action, title="Recruter", due_on=date(2023, 1, 31), done_on=done_on
    )

    assert Action.objects.with_lateness(TODAY).get(pk=action.pk).is_late is late
    assert Action.objects.late(TODAY).count() == late


@pytest.mark.parametrize(
    "fields",
    [
        {"starts_on": date(2022, 1, 2), "ends_on": date(2022, 1, 1)},
        {"is_continuous": True, "ends_on": date(2022, 1, 1)},
        {"status": "abandoned"},
        {"progress": 101},
    ],
)
def test_the_database_refuses_impossible_actions(convention, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_action(convention, **fields)


def test_an_action_has_a_single_pilot(convention):
    action = make_action(convention, pilot=convention.epci)

    with pytest.raises(IntegrityError), transaction.atomic():
        ActionPartner.objects.create(
            action=action, organization=convention.caf, role=ActionPartner.Role.PILOT
        )


@pytest.mark.parametrize(
    "dates",
    [
        {"reminds_on": date(2022, 12, 1)},
        {"closes_on": date(2023, 1, 10)},
        {"validates_on": date(2023, 1, 30)},
    ],
)
def test_campaign_dates_are_in_order(convention, dates):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_campaign(convention, 2022, **dates)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"calendar": "Dernier trimestre 2025"}, "Dernier trimestre 2025"),
        ({"starts_on": date(2021, 3, 1), "ends_on": date(2024, 12, 31)}, "2021 – 2024"),
        ({"starts_on": date(2021, 3, 1), "ends_on": date(2021, 12, 31)}, "2021"),
        ({"starts_on": date(2021, 3, 1), "is_continuous": True}, "Depuis 2021, sans date de fin"),
        ({"is_continuous": True}, "Sans date de fin"),
        ({}, ""),
    ],
)
def test_period_says_what_is_known(fields, label):
    assert Action(**fields).period_label == label


@pytest.mark.parametrize(("count", "label"), [(1, "1 commune"), (2, "2 communes")])
def test_reach_counts_communes(convention, count, label):
    communes = [make_commune(f"Commune {n}", convention) for n in range(count)]
    make_action(convention, scope=Action.Scope.COMMUNES, communes=communes)

    assert Action.objects.with_communes_count().get().reach_label == label
