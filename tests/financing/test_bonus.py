"""The worked examples T1–T10 of the rules, exact to the cent, and what holds for any figures."""

import ast
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from financing import bonus
from financing.bonus import InstalmentKind, Threshold

D = Decimal
PLACES = {"A": 40, "B": 25, "C": 20}
REFERENCES = {"A": 60_000, "B": 55_000, "C": 0}
THRESHOLDS = [
    Threshold(D("0.04"), D(100)),
    Threshold(D("0.08"), D(200)),
    Threshold(D("0.12"), D(300)),
]
ADVANCES = [D("0.35"), D("0.35")]
ALSH = {
    "actual_hours": 100_000,
    "contracted_hours": 100_000,
    "hourly_rate": D("0.09"),
    "floor": D("0.15"),
    "new_hours": 0,
    "new_rate": D("0.15"),
    "cap_share": D("0.25"),
}

counts = st.integers(0, 500)
envelopes = st.decimals(0, 10**7, places=2)
territories = st.dictionaries(st.integers(1, 999), st.integers(1, 500), min_size=1, max_size=40)
anything = settings(deadline=None)


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def rate_of(floor=0):
    return bonus.territory_rate(
        reference_total=sum(REFERENCES.values()),
        supported_places=sum(PLACES.values()),
        floor=floor,
    )


def values(shares):
    return {key: share.value for key, share in shares.items()}


# Worked examples


@pytest.mark.parametrize(
    ("tranche_rate", "amount"),
    [(3600, "72000.00"), (2600, "52000.00"), (3100, "62000.00")],
    ids=["T1 top 2021", "T1 lowest 2021", "T2 top 2020"],
)
def test_eaje_pays_new_places_at_their_tranche(tranche_rate, amount):
    line = bonus.eaje(existing_places=0, territory_rate=0, new_places=20, tranche_rate=tranche_rate)

    assert str(line.value) == amount


@pytest.mark.parametrize(
    ("floor", "facility", "new_places", "amount"),
    [
        (0, "A", 0, "54117.65"),
        (0, "B", 0, "33823.53"),
        (0, "C", 0, "27058.82"),
        (1500, "A", 0, "60000.00"),
        (1500, "B", 0, "37500.00"),
        (1500, "C", 0, "30000.00"),
        (0, "A", 10, "80117.65"),
    ],
    ids=["T3 A", "T3 B", "T3 C", "T4 A", "T4 B", "T4 C", "T5"],
)
def test_eaje_rounds_once_at_the_line(floor, facility, new_places, amount):
    line = bonus.eaje(
        existing_places=PLACES[facility],
        territory_rate=rate_of(floor).exact,
        new_places=new_places,
        tranche_rate=2600,
    )

    assert str(line.value) == amount


def test_territory_rate_is_exact():
    assert rate_of().exact == Fraction(115_000, 85)
    assert rate_of().envelope == D("115000.00")
    assert rate_of(floor=1500).exact == 1500
    assert rate_of(floor=1500).envelope == D("127500.00")


def test_smoothing_of_t3_is_exactly_the_envelope():
    shares = values(bonus.smoothing(envelope=rate_of().envelope, places=PLACES))

    assert shares == {"A": D("54117.65"), "B": D("33823.53"), "C": D("27058.82")}
    assert sum(shares.values()) == D("115000.00")


@pytest.mark.parametrize(
    ("places", "amount"), [(311, "0.00"), (312, "31200.00"), (324, "64800.00"), (336, "100800.00")]
)
def test_trajectory_pays_the_highest_threshold_t6(places, amount):
    line = bonus.trajectory(initial_places=300, places=places, thresholds=THRESHOLDS)

    assert str(line.value) == amount


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({}, "15000.00"),
        ({"hourly_rate": D("0.32")}, "32000.00"),
        ({"new_hours": 40_000}, "18750.00"),
        ({"new_hours": 25_000}, "18750.00"),
        ({"new_hours": 40_000, "cap_share": 0}, "15000.00"),
        ({"actual_hours": 120_000}, "15000.00"),
        ({"actual_hours": 80_000}, "12000.00"),
    ],
    ids=["T7", "T7 0.32", "T8", "at the cap", "before 2023", "above contract", "below contract"],
)
def test_alsh_applies_floor_contract_and_cap(changes, amount):
    assert str(bonus.alsh(**ALSH | changes).value) == amount


@pytest.mark.parametrize(
    ("due", "kind", "amount"),
    [
        (47_200, InstalmentKind.BALANCE, "12200.00"),
        (33_000, InstalmentKind.OVERPAYMENT, "2000.00"),
        (35_000, InstalmentKind.BALANCE, "0.00"),
    ],
)
def test_instalments_settle_what_is_due_t9(due, kind, amount):
    *advances, last = bonus.instalments(forecast=50_000, advance_shares=ADVANCES, due=due)

    assert [(a.kind, str(a.amount.value)) for a in advances] == [("advance", "17500.00")] * 2
    assert (last.kind, str(last.amount.value)) == (kind, amount)


@pytest.mark.parametrize(
    ("envelope", "places", "shares"),
    [
        ("100.00", {"A": 1, "B": 1, "C": 1}, ["33.34", "33.33", "33.33"]),
        ("0.05", {"A": 1, "B": 1, "C": 1}, ["0.02", "0.02", "0.01"]),
        ("100.00", {"A": 1, "B": 4, "C": 1}, ["16.67", "66.67", "16.66"]),
        ("0.02", {"A": 2, "B": 6}, ["0.00", "0.02"]),
        ("0.00", {"A": 0, "B": 0}, ["0.00", "0.00"]),
        ("0.00", {}, []),
    ],
)
def test_smoothing_adds_up_when_rounding_would_not_t10(envelope, places, shares):
    smoothed = bonus.smoothing(envelope=D(envelope), places=places)

    assert [str(share.value) for share in smoothed.values()] == shares


@pytest.mark.parametrize(("full_time", "amount"), [(None, "30000.00"), (D("0.8"), "24000.00")])
def test_lump_sum_follows_full_time_equivalents(full_time, amount):
    assert str(bonus.lump_sum(agreed=30_000, full_time=full_time).value) == amount


# The words beside the figures


@pytest.mark.parametrize(
    ("amount", "working"),
    [
        (
            bonus.eaje(
                existing_places=40,
                territory_rate=Fraction(115_000, 85),
                new_places=0,
                tranche_rate=2600,
            ),
            "40 places × 1 352,941… € = 54 117,65 €",
        ),
        (
            bonus.eaje(
                existing_places=1,
                territory_rate=Fraction(100, 3),
                new_places=2,
                tranche_rate=D("2600.50"),
                share=D("33.34"),
            ),
            "1 place × 33,333… € (part lissée : 33,34 €)"
            " + 2 places nouvelles × 2 600,50 € = 5 234,34 €",
        ),
        (
            bonus.alsh(**ALSH | {"actual_hours": 120_000, "new_hours": 40_000}),
            "100 000 heures × 0,15 € (limite du contrat, tarif plancher)"
            " + 25 000 heures nouvelles × 0,15 € (plafond de 25 % des heures du contrat)"
            " = 18 750,00 €",
        ),
        (
            bonus.alsh(**ALSH | {"floor": 0, "new_hours": D("0.5"), "cap_share": 0}),
            "100 000 heures × 0,09 €"
            " + 0 heure nouvelle × 0,15 € (plafond de 0 % des heures du contrat) = 9 000,00 €",
        ),
        (
            bonus.alsh(**ALSH | {"actual_hours": 0, "hourly_rate": D("0.1545")}),
            "0 heure × 0,1545 € = 0,00 €",
        ),
        (
            bonus.alsh(**ALSH | {"hourly_rate": D("0.15"), "new_hours": 25_000}),
            "100 000 heures × 0,15 € + 25 000 heures nouvelles × 0,15 € = 18 750,00 €",
        ),
        (bonus.lump_sum(agreed=30_000), "1 forfait × 30 000,00 € = 30 000,00 €"),
        (
            bonus.lump_sum(agreed=30_000, full_time=D("1.50")),
            "1,5 ETP × 30 000,00 € = 45 000,00 €",
        ),
        (
            bonus.trajectory(initial_places=300, places=324, thresholds=THRESHOLDS),
            "324 places × 200,00 € (palier de 8 % depuis 300 places) = 64 800,00 €",
        ),
        (
            bonus.trajectory(initial_places=300, places=290, thresholds=THRESHOLDS),
            "290 places × 0,00 € (aucun palier atteint depuis 300 places) = 0,00 €",
        ),
        (
            bonus.instalments(forecast=50_000, advance_shares=ADVANCES, due=47_200)[0].amount,
            "35 % de 50 000,00 € = 17 500,00 €",
        ),
        (
            bonus.balance(due=47_200, paid=[35_000]).amount,
            "47 200,00 € dus − 35 000,00 € versés = 12 200,00 €",
        ),
        (
            bonus.balance(due=33_000, paid=[35_000]).amount,
            "35 000,00 € versés − 33 000,00 € dus = 2 000,00 €",
        ),
        (rate_of(), "115 000,00 € ÷ 85 places = 1 352,941… €"),
        (
            rate_of(floor=1500),
            "115 000,00 € ÷ 85 places = 1 352,941… €, relevé au plancher de 1 500,00 €",
        ),
    ],
)
def test_working_tells_the_line_in_french(amount, working):
    assert plain(amount.working) == working


def test_working_never_breaks_a_number():
    working = bonus.lump_sum(agreed=D("1234567.80")).working

    assert working.endswith("= 1\u202f234\u202f567,80\u00a0€")


# Refusals


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


# For any figures


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
