from datetime import date
from decimal import Decimal

from ctg.convention.models import Commune
from financing.models import (
    BonusLine,
    BudgetLine,
    Facility,
    FundingAgreement,
    Instalment,
    Rate,
)
from tests.factories import serial
from tests.factories.ctg import make_commune


def make_facility(convention, *, themes=(), **fields):
    fields = {
        "name": f"Crèche {next(serial)}",
        "kind": Facility.Kind.EAJE,
        "manager": convention.epci,
        "competent_authority": convention.epci,
    } | fields
    if "commune" not in fields:
        fields["commune"] = Commune.objects.filter(conventions=convention).first() or make_commune(
            convention=convention
        )
    facility = Facility.objects.create(convention=convention, **fields)
    facility.themes.set(themes)
    return facility


def make_agreement(facility, **fields):
    fields = {"starts_on": date(2020, 1, 1), "ends_on": date(2024, 12, 31)} | fields
    return FundingAgreement.objects.create(facility=facility, **fields)


def make_bonus_line(facility, year=2022, **fields):
    if fields.get("notified") is not None:
        fields.setdefault("notified_on", date(year + 1, 6, 1))
    return BonusLine.objects.create(facility=facility, year=year, **fields)


def make_instalment(line, amount="1000", kind=Instalment.Kind.ADVANCE, **fields):
    """Paid, unless ``paid_on=None``."""
    fields.setdefault("paid_on", date(line.year, 9, 1))
    return Instalment.objects.create(bonus_line=line, kind=kind, amount=Decimal(amount), **fields)


def make_rate(kind=Rate.Kind.ALSH_FLOOR, convention=None, **fields):
    fields = {
        "valid_from": date(2000 + next(serial) % 50, 1, 1),
        "amount": Decimal("0.15"),
        "source": "Circulaire d’essai",
    } | fields
    return Rate.objects.create(kind=kind, convention=convention, **fields)


def make_budget_line(action, year=2022, funder=None, **fields):
    funder = funder or action.convention.epci
    return BudgetLine.objects.create(action=action, year=year, funder=funder, **fields)
