"""The Caf’s calendar of a year, and what each manager still has to declare."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from freezegun import freeze_time

from ctg.convention.models import JournalEntry
from ctg.convention.rights import Role
from ctg.mail.services import deliver_due
from financing import payments
from financing.deadlines import deadlines, remind_on_time
from financing.models import Instalment, Stage
from financing.payments import Term, schedule_year
from tests.factories.ctg import make_convention, make_member
from tests.factories.financing import (
    make_bonus_line,
    make_calendar_date,
    make_declaration,
    make_facility,
    make_instalment,
)

Kind = Instalment.Kind


@pytest.fixture
def calendar(convention):
    """35 % + 35 %, then the balance, as in the worked example T9."""
    for day in (date(2022, 4, 15), date(2022, 10, 15)):
        make_calendar_date(convention, "advance", day, share=35)
    make_calendar_date(convention, "balance", date(2023, 7, 12))


@pytest.fixture
def line(convention, calendar):
    return make_bonus_line(make_facility(convention, name="Crèche du Moulin"), forecast=50_000)


CALENDAR = {
    "forecast": "2022-02-28",
    "actual": "2023-03-31",
    "advance_1_on": "2022-04-15",
    "advance_1_share": "35",
    "advance_2_on": "2022-10-15",
    "advance_2_share": "35",
    "balance": "2023-07-12",
}


def test_the_calendar_is_kept_by_year(camille, url, convention):
    line = make_bonus_line(make_facility(convention), forecast=50_000)

    camille.post(url("financing:calendar", 2022), CALENDAR)

    assert line.instalments.count() == 3
    assert convention.calendar_dates.filter(kind="advance", share=35).count() == 2
    proposed = camille.get(url("financing:calendar", 2023))
    assert 'value="2024-03-31"' in proposed.content.decode()
    assert not convention.calendar_dates.filter(year=2023).exists()


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"advance_1_share": "70"}, "advance_1_share", "dépassent ensemble"),
        ({"advance_1_share": ""}, "advance_1_share", "Indiquez la part"),
        ({"advance_2_on": ""}, "advance_2_on", "Indiquez la date de cet acompte"),
        ({"advance_2_on": "2022-04-15"}, "advance_1_on", "se suivent"),
        ({"balance": "2039-07-12"}, "balance", "vérifiez l’année"),
    ],
)
def test_an_impossible_calendar_is_refused(camille, url, convention, changed, field, message):
    answer = camille.post(url("financing:calendar", 2022), CALENDAR | changed)

    assert message in str(answer.context["form"].errors[field])
    assert not convention.calendar_dates.exists()


def test_the_calendar_stays_in_the_convention(cast, convention):
    terms = [Term("balance", date(2023, 7, 1))]
    elsewhere = make_convention("loin-2020-2024")
    make_calendar_date(elsewhere, "balance", date(2023, 8, 1))

    payments.save_calendar(convention, 2022, terms, by=cast["camille"])

    assert elsewhere.calendar_dates.get().due_on == date(2023, 8, 1)


# Deadlines

TODAY = date(2023, 3, 14)


@pytest.fixture
def actual(convention):
    return make_calendar_date(convention, "actual", date(2023, 3, 31))


def test_a_stage_is_owed_until_it_or_a_later_one_is_declared(convention, labege, actual):
    make_calendar_date(convention, "forecast", date(2022, 2, 28))
    silent = make_facility(convention, manager=labege)
    done = make_bonus_line(make_facility(convention))
    make_declaration(done, Stage.ACTUAL)
    halfway = make_bonus_line(make_facility(convention))
    make_declaration(halfway, Stage.FORECAST)
    make_facility(convention, closed_on=date(2021, 8, 31))

    found = deadlines(convention, convention.facilities.all(), TODAY)

    said = {
        one.label: (one.is_late, one.declared, one.expected, [o.manager.name for o in one.owed])
        for one in found
    }
    assert said == {
        "Déclaration de prévision 2022": (True, 2, 3, ["Labège"]),
        "Déclaration du réel 2022": (False, 1, 3, ["Labège", "Sicoval"]),
    }
    assert found[0].owed[0].facilities == (silent,)


def test_camille_reminds_the_managers_once_a_day(
    camille,
    url,
    convention,
    labege,
    cast,
    actual,
    mailoutbox,
):
    make_facility(convention, name="Crèche de Labège", manager=labege)
    make_facility(convention, name="Ludothèque de personne", manager=convention.caf)
    make_member(convention, Role.READER, labege)

    for _ in range(2):
        camille.post(url("financing:remind", actual.pk))
    deliver_due(timezone.now() + timedelta(hours=1))

    (message,) = mailoutbox
    assert message.to == [cast["sacha"].email]
    assert "Crèche de Labège" in message.body
    assert url("financing:declare", 2022, "reel") in message.body
    assert JournalEntry.objects.get(verb="declaration.reminded").data["managers"] == [labege.pk]
    assert "relancé le" in camille.get(url("financing:deadlines")).content.decode()


@pytest.mark.parametrize("count", (1, 3))
@pytest.mark.parametrize(("page", "queries"), [("payments", 9), ("receive", 7), ("deadlines", 10)])
def test_payment_pages_query_count(
    camille, url, convention, calendar, actual, page, queries, count, django_assert_num_queries
):
    for _ in range(count):
        make_instalment(make_bonus_line(make_facility(convention)), paid_on=None)
    arguments = [] if page == "deadlines" else [2022]

    with django_assert_num_queries(queries):
        camille.get(url(f"financing:{page}", *arguments))


def test_a_manager_sees_the_payments_of_its_own(sacha, url, convention, labege, line):
    own = make_bonus_line(make_facility(convention, name="La nôtre", manager=labege), forecast=10)
    schedule_year(convention, 2022)

    page = sacha.get(url("financing:payments", 2022)).content.decode()

    assert "La nôtre" in page and "Crèche du Moulin" not in page
    assert own.instalments.count() == 3
    assert sacha.get(url("financing:deadlines")).status_code == 200
    assert sacha.get(url("financing:receive", 2022)).status_code == 403


@pytest.mark.parametrize(
    ("state", "count"), [("", 3), ("retard", 2), ("attendus", 2), ("recus", 1)]
)
def test_payments_are_filtered_by_state(camille, url, convention, line, state, count):
    schedule_year(convention, 2022)
    Instalment.objects.filter(number=1, kind=Kind.ADVANCE).update(paid_on=date(2022, 4, 15))

    answer = camille.get(url("financing:payments", 2022), {"etat": state})

    assert answer.context["page"].paginator.count == count


@pytest.mark.parametrize(
    ("today", "mails"),
    [("2023-03-20", 0), ("2023-03-21", 1), ("2023-03-31", 0), ("2023-04-01", 1)],
)
def test_managers_are_reminded_ten_days_before_and_the_day_after(
    convention, labege, cast, actual, today, mails
):
    make_facility(convention, manager=labege)

    with freeze_time(f"{today} 12:00"):
        assert [remind_on_time.call(), remind_on_time.call()] == [mails, 0]

    reminders = convention.journal.filter(verb="declaration.reminded")
    assert [entry.by for entry in reminders] == [None] * mails
