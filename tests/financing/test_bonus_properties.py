"""What holds of the bonus for any figures, and its exactness."""

import ast
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from financing import bonus
from financing.bonus import InstalmentKind
from financing.estimate import Contract, Figure, Unit, estimate
from tests.financing.test_bonus import PLACES, THRESHOLDS, values

D = Decimal

counts = st.integers(0, 500)
envelopes = st.decimals(0, 10**7, places=2)
territories = st.dictionaries(st.integers(1, 999), st.integers(1, 500), min_size=1, max_size=40)
anything = settings(deadline=None)


@anything
@given(envelope=envelopes, places=territories)
def test_smoothing_always_adds_up_within_a_cent(envelope, places):
    shares = values(bonus.smoothing(envelope=envelope, places=places))

    exact = {
        key: Fraction(envelope) * count / sum(places.values()) for key, count in places.items()
    }
    assert sum(shares.values()) == envelope
    assert all(abs(Fraction(shares[key]) - exact[key]) < Fraction(1, 100) for key in places)


@anything
@given(envelope=envelopes, places=territories)
def test_smoothing_gives_no_less_to_more_places(envelope, places):
    shares = values(bonus.smoothing(envelope=envelope, places=places))

    by_places = sorted(places, key=lambda key: (places[key], shares[key]))
    assert [shares[key] for key in by_places] == sorted(shares.values())


@anything
@given(envelope=envelopes, places=territories, data=st.data())
def test_smoothing_never_takes_from_who_adds_places(envelope, places, data):
    key = data.draw(st.sampled_from(sorted(places)))
    grown = places | {key: places[key] + data.draw(st.integers(1, 50))}

    before = bonus.smoothing(envelope=envelope, places=places)[key].value
    after = bonus.smoothing(envelope=envelope, places=grown)[key].value
    assert after >= before


def test_smoothing_serves_equal_facilities_by_key():
    shares = values(bonus.smoothing(envelope=D("0.02"), places={"C": 1, "A": 1, "B": 1}))

    assert shares == {"A": D("0.01"), "B": D("0.01"), "C": D("0.00")}


@anything
@given(
    envelope=envelopes,
    places=st.dictionaries(st.integers(1, 99), st.integers(1, 3), min_size=2),
    data=st.data(),
)
def test_smoothing_ignores_the_order(envelope, places, data):
    shuffled = dict(data.draw(st.permutations(list(places.items()))))

    shares = bonus.smoothing(envelope=envelope, places=places)
    assert bonus.smoothing(envelope=envelope, places=shuffled) == shares


@anything
@given(references=envelopes, places=territories, floor=st.decimals(0, 5000, places=3))
def test_eaje_lines_of_a_territory_add_up(references, places, floor):
    rate = bonus.territory_rate(
        reference_total=references, supported_places=sum(places.values()), floor=floor
    )

    shares = bonus.smoothing(envelope=rate.envelope, places=places)
    lines = [
        bonus.eaje(
            existing_places=count,
            territory_rate=rate.exact,
            new_places=3,
            tranche_rate=2600,
            share=shares[key].value,
        )
        for key, count in places.items()
    ]
    assert sum(line.value for line in lines) == rate.envelope + 7800 * len(places)


@anything
@given(total=envelopes, places=st.integers(1, 500), existing=counts, new=counts)
def test_eaje_is_the_exact_sum_rounded_half_up(total, places, existing, new):
    rate = Fraction(Fraction(total), places)

    line = bonus.eaje(
        existing_places=existing, territory_rate=rate, new_places=new, tranche_rate=D("2600.333")
    )
    error = Fraction(line.value) - (existing * rate + new * Fraction("2600.333"))
    assert -Fraction(1, 200) < error <= Fraction(1, 200)
    assert line.value.as_tuple().exponent == -2


@anything
@given(initial=st.integers(1, 500), places=counts, data=st.data())
def test_trajectory_ignores_the_order_and_grows_with_places(initial, places, data):
    def trajectory(places, thresholds):
        return bonus.trajectory(initial_places=initial, places=places, thresholds=thresholds).value

    shuffled = data.draw(st.permutations(THRESHOLDS))
    assert trajectory(places, shuffled) == trajectory(places, THRESHOLDS)
    assert trajectory(places + 1, THRESHOLDS) >= trajectory(places, THRESHOLDS)


@anything
@given(
    forecast=envelopes,
    due=envelopes,
    shares=st.lists(st.decimals(0, D("0.25"), places=2), max_size=4),
)
def test_instalments_pay_what_is_due_or_say_overpayment(forecast, due, shares):
    *advances, last = bonus.instalments(forecast=forecast, advance_shares=shares, due=due)

    paid = sum((advance.amount.value for advance in advances), D(0))
    assert [advance.kind for advance in advances] == [InstalmentKind.ADVANCE] * len(shares)
    assert last.amount.value == abs(due - paid)
    assert last.kind == (InstalmentKind.OVERPAYMENT if paid > due else InstalmentKind.BALANCE)


@anything
@given(
    places=st.lists(st.tuples(counts, counts, st.integers(1, 3)), max_size=12),
    data=st.data(),
)
def test_estimating_ignores_the_order_and_does_not_remember(places, data):
    units = [
        Unit(key, "eaje", authority, D(existing), D(new), Contract("COF", D(40), D("1353.1234")))
        for key, (existing, new, authority) in enumerate(places)
    ]
    rates = {"eaje_new_low": Figure(D(2600), "barème")}

    first = estimate(units, rates, {})

    assert estimate(data.draw(st.permutations(units)), rates, {}) == first
    assert estimate(units, rates, {}) == first


# Exactness


def test_a_tie_is_rounded_up_where_decimal_division_would_miss_it():
    rate = bonus.territory_rate(reference_total=D("100.01"), supported_places=6, floor=0)

    line = bonus.eaje(existing_places=3, territory_rate=rate.exact, new_places=0, tranche_rate=0)
    assert line.value == D("50.01")
    assert round(3 * (D("100.01") / 6), 2) == D("50.00")


def test_figures_do_not_depend_on_the_decimal_context():
    with localcontext(prec=4):
        shares = bonus.smoothing(envelope=D("115000.00"), places=PLACES)

    assert values(shares) == {"A": D("54117.65"), "B": D("33823.53"), "C": D("27058.82")}


def test_no_float_is_used():
    nodes = list(ast.walk(ast.parse(Path(bonus.__file__).read_text(encoding="utf-8"))))

    assert not [n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, float)]
    assert not [n for n in nodes if isinstance(n, ast.Div)]
    assert not {n.id for n in nodes if isinstance(n, ast.Name)} & {"float", "round"}


def test_nothing_but_the_standard_library_is_imported():
    nodes = ast.walk(ast.parse(Path(bonus.__file__).read_text(encoding="utf-8")))

    modules = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert modules == {"collections.abc", "dataclasses", "decimal", "enum", "fractions", "typing"}
