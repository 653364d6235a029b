"""Figures that the bonus refuses, each with a French sentence."""

from decimal import Decimal
from fractions import Fraction

import pytest

from financing import bonus
from financing.bonus import Threshold
from tests.financing.test_bonus import ALSH, THRESHOLDS

D = Decimal


@pytest.mark.parametrize("wrong", [0.1, True, "12", None])
@pytest.mark.parametrize("argument", ALSH)
def test_only_exact_numbers_are_taken(argument, wrong):
    with pytest.raises(TypeError, match="n’est ni un entier ni un décimal exact"):
        bonus.alsh(**ALSH | {argument: wrong})


@pytest.mark.parametrize("wrong", [-1, D("-0.01"), Fraction(-1, 3)])
@pytest.mark.parametrize("argument", ALSH)
def test_negative_quantities_are_refused(argument, wrong):
    with pytest.raises(ValueError, match="est négatif"):
        bonus.alsh(**ALSH | {argument: wrong})


@pytest.mark.parametrize("wrong", [D("NaN"), D("-Infinity")])
def test_unbounded_quantities_are_refused(wrong):
    with pytest.raises(ValueError, match="n’est pas un nombre fini"):
        bonus.lump_sum(agreed=wrong)


@pytest.mark.parametrize(
    ("figure", "arguments", "message"),
    [
        (bonus.smoothing, {"envelope": 1, "places": {"A": 0}}, "Sans place soutenue"),
        (bonus.smoothing, {"envelope": 1, "places": {}}, "Sans place soutenue"),
        (bonus.smoothing, {"envelope": D("1.005"), "places": {"A": 1}}, "centimes"),
        (
            bonus.territory_rate,
            {"reference_total": 1, "supported_places": 0, "floor": 9},
            "Sans place soutenue",
        ),
        (
            bonus.eaje,
            {
                "existing_places": 40,
                "territory_rate": 1500,
                "new_places": 0,
                "tranche_rate": 0,
                "share": D("54117.65"),
            },
            "part lissée",
        ),
        (
            bonus.trajectory,
            {"initial_places": 0, "places": 9, "thresholds": THRESHOLDS},
            "Sans place au départ",
        ),
        (
            bonus.trajectory,
            {"initial_places": 9, "places": 9, "thresholds": [Threshold(D(4), D(100))]},
            "de 0 à 1",
        ),
        (bonus.alsh, ALSH | {"cap_share": 25}, "de 0 à 1"),
        (
            bonus.instalments,
            {"forecast": 1, "advance_shares": [D("0.6"), D("0.5")], "due": 1},
            "acomptes",
        ),
    ],
)
def test_impossible_figures_are_refused_in_french(figure, arguments, message):
    with pytest.raises(ValueError, match=message):
        figure(**arguments)


def test_floor_alone_remains_without_supported_places():
    rate = bonus.territory_rate(reference_total=0, supported_places=0, floor=1500)

    assert (rate.exact, rate.envelope) == (1500, 0)
