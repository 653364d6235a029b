"""The worked examples T1–T10 of the rules, exact to the cent, and what holds for any figures."""

from decimal import Decimal
from fractions import Fraction

import pytest

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
