from decimal import Decimal
from types import SimpleNamespace

import pytest

from actions.progress import count_by_state, share_done, yearly_figures


def doing(progress=0, status="ongoing", is_late=False):
    return SimpleNamespace(progress=progress, status=status, is_late=is_late)


@pytest.mark.parametrize(
    ("actions", "share"),
    [
        ([], None),
        ([doing(70)], 70),
        ([doing(0), doing(1)], 1),
        ([doing(33), doing(33), doing(34)], 33),
        ([doing(100), doing(0, "abandoned")], 100),
        ([doing(0, "abandoned")], None),
    ],
)
def test_share_done_is_the_mean_without_the_abandoned(actions, share):
    assert share_done(actions) == share


def test_each_action_is_counted_once_and_late_ones_apart():
    actions = [doing(), doing(is_late=True), doing(status="done"), doing(status="postponed")]

    assert count_by_state(actions) == {
        "done": 1,
        "ongoing": 1,
        "late": 1,
        "todo": 0,
        "postponed": 1,
        "abandoned": 0,
    }


def test_yearly_figures_sum_answers_unless_the_territory_speaks():
    rows = [
        (1, 2021, 10, Decimal("38")),
        (1, 2021, 11, Decimal("2.5")),
        (1, 2022, 12, Decimal("50")),
        (1, 2022, None, Decimal("60")),
        (2, 2022, 13, None),
        (3, 2022, None, Decimal("0")),
    ]

    assert yearly_figures(rows) == {
        1: {2021: Decimal("40.5"), 2022: Decimal("60")},
        3: {2022: Decimal("0")},
    }
