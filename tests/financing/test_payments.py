"""Instalments follow the calendar; what was received stands; deadlines say who owes what."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ctg.convention.models import JournalEntry
from ctg.french import NBSP
from financing import payments
from financing.models import BonusLine, CalendarDate, Instalment
from financing.payments import Receipt, schedule_year
from tests.factories.ctg import make_convention
from tests.factories.financing import (
    make_bonus_line,
    make_calendar_date,
    make_facility,
    make_instalment,
)

Kind = Instalment.Kind
D = Decimal


@pytest.fixture
def calendar(convention):
    """35 % + 35 %, then the balance, as in the worked example T9."""
    for day in (date(2022, 4, 15), date(2022, 10, 15)):
        make_calendar_date(convention, "advance", day, share=35)
    make_calendar_date(convention, "balance", date(2023, 7, 12))


@pytest.fixture
def line(convention, calendar):
    return make_bonus_line(make_facility(convention, name="Crèche du Moulin"), forecast=50_000)


def current():
    rows = Instalment.objects.current().order_by("due_on", "pk")
    return [(row.kind, row.number, row.amount, bool(row.paid_on)) for row in rows]


def pay(*kinds):
    Instalment.objects.filter(kind__in=kinds).update(paid_on=date(2022, 11, 1))


def notify(line, amount):
    BonusLine.objects.filter(pk=line.pk).update(notified=amount, notified_on=date(2023, 6, 1))


@pytest.mark.parametrize(
    ("notified", "settlement"),
    [
        (None, ("balance", 1, D("15000.00"), False)),
        (47_200, ("balance", 1, D("12200.00"), False)),
        (33_000, ("overpayment", 1, D("2000.00"), False)),
        (35_000, None),
    ],
)
def test_advances_follow_the_forecast_then_the_notification_settles(
    convention, line, notified, settlement
):
    schedule_year(convention, 2022)
    pay(Kind.ADVANCE)
    if notified is not None:
        notify(line, notified)

    schedule_year(convention, 2022)

    advances = [("advance", 1, D("17500.00"), True), ("advance", 2, D("17500.00"), True)]
    assert current() == advances + ([settlement] if settlement else [])


def test_scheduling_again_changes_nothing(convention, line):
    schedule_year(convention, 2022)
    before = list(Instalment.objects.values_list())

    schedule_year(convention, 2022)

    assert list(Instalment.objects.values_list()) == before


def test_an_unpaid_advance_does_not_exceed_what_was_notified(convention, line):
    schedule_year(convention, 2022)
    notify(line, 20_000)

    schedule_year(convention, 2022)

    assert current() == [("balance", 1, D("20000.00"), False)]


def test_a_later_notification_calls_a_second_settlement(convention, line):
    schedule_year(convention, 2022)
    notify(line, 47_200)
    schedule_year(convention, 2022)
    pay(*Kind)
    notify(line, 46_200)

    schedule_year(convention, 2022)

    assert current()[-2:] == [
        ("balance", 1, D("12200.00"), True),
        ("overpayment", 1, D("1000.00"), False),
    ]


@hypothesis_settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    forecast=st.decimals(0, 10**6, places=2),
    notified=st.none() | st.decimals(0, 10**6, places=2),
    paid=st.lists(st.decimals(0, 10**6, places=2), max_size=2),
    share=st.integers(1, 50),
)
def test_instalments_always_add_up_to_what_is_due(convention, forecast, notified, paid, share):
    """Whatever exceeds it is called an overpayment."""
    Instalment.objects.all().delete()
    BonusLine.objects.all().delete()
    CalendarDate.objects.all().delete()
    for month in (4, 10):
        make_calendar_date(convention, "advance", date(2022, month, 1), share=share)
    line = make_bonus_line(make_facility(convention), forecast=forecast, notified=notified)
    for number, amount in enumerate(paid, 1):
        make_instalment(line, amount, number=number)

    schedule_year(convention, 2022)

    signed = [
        -row.amount if row.kind == Kind.OVERPAYMENT else row.amount
        for row in Instalment.objects.all()
    ]
    assert sum(signed) == (forecast if notified is None else notified)


def test_ines_ticks_what_came(client_of, url, line, convention):
    schedule_year(convention, 2022)
    first, second = Instalment.objects.filter(kind=Kind.ADVANCE)
    page = url("financing:receive", 2022)
    shown = client_of("ines").get(page).content.decode()

    client_of("ines").post(
        page,
        {
            "paid_on": "2022-04-16",
            f"i{first.pk}-received": "on",
            f"i{first.pk}-amount": "17 400,00",
            f"i{second.pk}-amount": "17 500,00",
            f"initial-i{second.pk}-amount": "17 500,00",
        },
    )

    assert "17\u202f500,00" in shown
    assert current()[:2] == [("advance", 1, D("17400.00"), True), ("advance", 2, D(17500), False)]
    assert JournalEntry.objects.get().summary == (
        f"Bonus territoire 2022{NBSP}: 1{NBSP}versement enregistré, 17\u202f400{NBSP}€"
    )
    assert current()[2] == ("balance", 1, D("15100.00"), False)


def test_nothing_is_paid_twice(client_of, url, line, convention):
    schedule_year(convention, 2022)
    first, second = Instalment.objects.filter(kind=Kind.ADVANCE)
    typed = {"paid_on": "2022-04-16"} | {
        f"i{row.pk}-{name}": value
        for row in (first, second)
        for name, value in (("received", "on"), ("amount", "17500"))
    }
    Instalment.objects.filter(pk=first.pk).update(paid_on=date(2022, 4, 15))

    answer = client_of("ines").post(url("financing:receive", 2022), typed)

    assert "déjà versé le 15 avril 2022" in answer.content.decode()
    assert [row[3] for row in current()] == [True, False, False]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"received": "on", "amount": "5"}, "Indiquez la date, ici ou en tête de page"),
        ({"paid_on": "2999-01-01", "amount": "5"}, "ne peut pas être à venir"),
        ({"paid_on": "2021-12-31", "amount": "5"}, "ne se verse pas avant 2022"),
        ({"amount": "5"}, "Cochez «\u00a0Reçu\u00a0»"),
        ({"paid_on": "2022-04-15", "amount": ""}, "Indiquez le montant reçu"),
        ({"paid_on": "2022-04-15", "amount": "-5"}, "supérieure ou égale à 0"),
    ],
)
def test_impossible_receipts_are_said_at_the_field(camille, url, line, convention, typed, message):
    schedule_year(convention, 2022)
    row = Instalment.objects.first()

    answer = camille.post(
        url("financing:receive", 2022),
        {f"i{row.pk}-{name}": value for name, value in typed.items()},
    )

    assert message in answer.content.decode()
    assert not Instalment.objects.received().exists()


def test_what_was_recalculated_meanwhile_is_not_lost_silently(camille, url, line, convention):
    schedule_year(convention, 2022)
    first, second, *_ = Instalment.objects.order_by("due_on")
    typed = {"paid_on": "2022-10-16"}
    for row in (first, second):
        typed |= {f"i{row.pk}-received": "on", f"i{row.pk}-amount": str(row.amount)}
    first.delete()

    answer = camille.post(url("financing:receive", 2022), typed)

    assert "a été recalculé entre-temps" in answer.content.decode()
    assert f'name="i{second.pk}-amount"' in answer.content.decode()
    assert not Instalment.objects.received().exists()


def test_a_correction_is_a_new_row_and_the_balance_follows(client_of, url, line, convention):
    schedule_year(convention, 2022)
    pay(Kind.ADVANCE)
    first = Instalment.objects.filter(kind=Kind.ADVANCE).first()
    page = url("financing:payment_correct", first.pk)
    typed = {"amount": "17 000", "paid_on": "2022-11-01", "note": "Erreur de saisie"}

    client_of("ines").post(page, typed)

    first.refresh_from_db()
    assert (first.amount, first.is_corrected) == (D(17500), True)
    assert first.correction.amount == 17_000
    assert BonusLine.objects.with_paid().get().paid == 34_500
    assert ("balance", 1, D("15500.00"), False) in current()
    assert client_of("ines").get(page).status_code == 404


def test_only_what_was_received_is_corrected(convention, line, cast):
    schedule_year(convention, 2022)
    row = Instalment.objects.first()

    with pytest.raises(ValidationError, match="Seul un versement reçu"):
        payments.correct(row, amount=D(1), paid_on=date(2022, 1, 1), note="x", by=cast["ines"])


def test_receiving_reaches_no_other_convention(cast, convention, line):
    far = make_instalment(
        make_bonus_line(make_facility(make_convention("loin-2020-2024"))), paid_on=None
    )

    with pytest.raises(KeyError):
        payments.receive(convention, 2022, {far: Receipt(D(1), date(2022, 1, 1))}, by=cast["ines"])
    far.refresh_from_db()
    assert far.paid_on is None
