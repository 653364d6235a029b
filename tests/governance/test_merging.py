"""Two sheets merged: what the apps above the plan know of them follows."""

from decimal import Decimal

import pytest

from actions.models import Overlap
from actions.overlaps.services import merge
from tests.factories.actions import make_action
from tests.factories.financing import make_budget_line
from tests.factories.governance import make_committee, make_decision, make_meeting


@pytest.fixture
def sheets(convention):
    return [make_action(convention, code=code) for code in ("A-1", "A-2")]


@pytest.fixture
def merged(sheets, cast):
    def run():
        pair = Overlap.objects.create(first=sheets[0], second=sheets[1], score="0.80", reasons=[])
        merge(pair, keep=sheets[0], by=cast["camille"])

    return run


def test_budgets_are_counted_once_on_the_kept_sheet(convention, sheets, merged):
    kept, absorbed = sheets
    same = {"year": 2022, "funder": convention.caf}
    make_budget_line(kept, **same, planned=Decimal("100.50"), granted=None)
    make_budget_line(absorbed, **same, planned=Decimal("20"), granted=None)
    make_budget_line(absorbed, year=2023, funder=convention.caf, planned=Decimal("7"))

    merged()

    lines = kept.budget_lines.order_by("year").values_list("year", "planned", "granted")
    assert list(lines) == [(2022, Decimal("120.50"), None), (2023, Decimal("7"), None)]
    assert not absorbed.budget_lines.exists()


def test_decisions_and_committees_follow(convention, sheets, merged):
    kept, absorbed = sheets
    committee = make_committee(convention)
    committee.actions.add(absorbed)
    decision = make_decision(make_meeting(committee), actions=[absorbed])

    merged()

    assert list(committee.actions.all()) == [kept]
    assert set(decision.actions.all()) == {kept, absorbed}
