"""Instalments: what the Caf owes and when, what was received, what was paid too much.

Expected ones follow the calendar, the forecast and the notification; what was received stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.french import NBSP, counted, french_date, money
from financing import bonus
from financing.journal import record_year
from financing.models import BonusLine, CalendarDate, Instalment

Kind = Instalment.Kind
Key = tuple[str, int]


@dataclass(frozen=True)
class Term:
    """A date of the calendar as it is entered; ``share`` of an advance, in percent."""

    kind: str
    due_on: date
    share: Decimal | None = None


@transaction.atomic
def save_calendar(convention: Convention, year: int, terms: Iterable[Term], *, by: User) -> None:
    """The whole calendar of a year, as the Caf gave it; the expected instalments follow."""
    convention.calendar_dates.filter(year=year).delete()
    CalendarDate.objects.bulk_create(
        CalendarDate(
            convention=convention, year=year, kind=term.kind, due_on=term.due_on, share=term.share
        )
        for term in terms
    )
    said = f"Calendrier de la Caf {year} enregistré"
    record_year("calendar.saved", convention, year, by=by, summary=said)
    schedule_year(convention, year)


@transaction.atomic
def schedule_year(convention: Convention, year: int) -> None:
    """Write what is still expected of each line; run again, it changes nothing."""
    terms = list(convention.calendar_dates.filter(year=year))
    lines = BonusLine.objects.filter(facility__convention=convention, year=year)
    for line in lines.prefetch_related("instalments__correction").order_by("pk"):
        _schedule(line, terms)


def _schedule(line: BonusLine, terms: list[CalendarDate]) -> None:
    rows = [row for row in line.instalments.all() if not row.is_corrected]
    received = [row for row in rows if row.paid_on]
    wanted = _advances(line, terms, {(row.kind, row.number) for row in received})
    if line.notified is not None and _total([*received, *wanted]) > line.notified:
        wanted = []  # what is still to come is the balance
    settlement = _settlement(line, received, wanted)
    if settlement is not None:
        settlement.due_on = next((t.due_on for t in terms if t.kind == Kind.BALANCE), None)
        wanted.append(settlement)
    _replace([row for row in rows if not row.paid_on], wanted)


def _total(rows: Iterable[Instalment]) -> Decimal:
    """Overpayments given back deducted."""
    signed = (-row.amount if row.kind == Kind.OVERPAYMENT else row.amount for row in rows)
    return sum(signed, Decimal(0))


def _advances(line: BonusLine, terms: list[CalendarDate], received: set[Key]) -> list[Instalment]:
    """Those of the calendar that did not come yet."""
    advances = [term for term in terms if term.kind == Kind.ADVANCE and term.share is not None]
    if line.forecast is None or not advances:
        return []
    shares = [term.share / 100 for term in advances if term.share is not None]
    expected = bonus.instalments(forecast=line.forecast, advance_shares=shares, due=line.forecast)
    return [
        Instalment(
            bonus_line=line,
            kind=Kind.ADVANCE,
            number=number,
            amount=one.amount.value,
            due_on=term.due_on,
        )
        for number, (term, one) in enumerate(zip(advances, expected, strict=False), 1)
        if (Kind.ADVANCE, number) not in received
    ]


def _settlement(
    line: BonusLine, received: list[Instalment], advances: list[Instalment]
) -> Instalment | None:
    """The balance or the overpayment that brings the whole to what is due; None when even.

    Due: what the Caf notified, before that what was updated, before that the forecast.
    """
    due = next((a for a in (line.notified, line.updated, line.forecast) if a is not None), None)
    if due is None:
        return None
    given_back = [row.amount for row in received if row.kind == Kind.OVERPAYMENT]
    paid = [row.amount for row in (*received, *advances) if row.kind != Kind.OVERPAYMENT]
    left = bonus.balance(due=due + sum(given_back, Decimal(0)), paid=paid)
    if not left.amount.value:
        return None
    kind = Kind(left.kind.value)
    number = 1 + sum(row.kind == kind for row in received)
    return Instalment(bonus_line=line, kind=kind, number=number, amount=left.amount.value)


def _replace(before: list[Instalment], wanted: list[Instalment]) -> None:
    """Expected rows are only our reckoning: those that no longer hold go, the others are kept."""
    known = {(row.kind, row.number): row for row in before}
    for row in wanted:
        kept = known.pop((row.kind, row.number), None)
        if kept is None:
            row.save()
        elif (kept.amount, kept.due_on) != (row.amount, row.due_on):
            kept.amount, kept.due_on = row.amount, row.due_on
            kept.save(update_fields=["amount", "due_on"])
    for row in known.values():
        row.delete()


@dataclass(frozen=True)
class Receipt:
    amount: Decimal
    paid_on: date


@transaction.atomic
def receive(
    convention: Convention, year: int, receipts: Mapping[Instalment, Receipt], *, by: User
) -> None:
    """Record what came in; ValidationError, and nothing written, when one came in already."""
    pks = [instalment.pk for instalment in receipts]
    stored = {
        row.pk: row
        for row in Instalment.objects.select_for_update(of=("self",)).filter(
            pk__in=pks, bonus_line__facility__convention=convention, bonus_line__year=year
        )
    }
    for instalment, receipt in receipts.items():
        row = stored[instalment.pk]
        refuse_second_payment(row)
        row.amount, row.paid_on = receipt.amount, receipt.paid_on
        row.save(update_fields=["amount", "paid_on"])
    if receipts:
        total = sum((receipt.amount for receipt in receipts.values()), Decimal(0))
        count = counted(len(receipts), "versement enregistré", "versements enregistrés")
        said = f"Bonus territoire {year}{NBSP}: {count}, {money(total)}"
        record_year("instalment.received", convention, year, by=by, summary=said)
        schedule_year(convention, year)


def refuse_second_payment(row: Instalment) -> None:
    if row.paid_on:
        raise ValidationError(
            f"{row.bonus_line.facility.name}, {row.label}{NBSP}: déjà versé le "
            f"{french_date(row.paid_on)}. Corrigez ce versement plutôt que d’en saisir un second."
        )


@transaction.atomic
def correct(
    instalment: Instalment, *, amount: Decimal, paid_on: date, note: str, by: User
) -> Instalment:
    """Replace a payment by a new row that says why; the first one stays readable."""
    if not instalment.paid_on or instalment.is_corrected:
        raise ValidationError("Seul un versement reçu, et pas encore corrigé, se corrige.")
    if paid_on > timezone.localdate():
        raise ValidationError({"paid_on": "Un versement reçu ne peut pas être à venir."})
    right = Instalment.objects.create(
        bonus_line=instalment.bonus_line,
        kind=instalment.kind,
        number=instalment.number,
        amount=amount,
        due_on=instalment.due_on,
        paid_on=paid_on,
        corrects=instalment,
        note=note,
    )
    facility = instalment.bonus_line.facility
    record(
        "instalment.corrected",
        facility,
        convention=facility.convention,
        by=by,
        summary=f"{facility.name}, {instalment.label} {instalment.bonus_line.year} corrigé"
        f"{NBSP}: {money(instalment.amount, 'cents')} → {money(amount, 'cents')}",
    )
    schedule_year(facility.convention, instalment.bonus_line.year)
    return right
