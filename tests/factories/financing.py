from datetime import date
from decimal import Decimal

from ctg.convention.models import Commune
from financing.models import (
    BonusLine,
    BudgetLine,
    CalendarDate,
    Declaration,
    Facility,
    FundingAgreement,
    Grant,
    Instalment,
    Rate,
    Scenario,
    ScenarioLine,
    Stage,
)
from tests.factories import serial
from tests.factories.ctg import make_commune, make_organization, make_theme


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


def make_funded_facility(convention, **fields):
    """Entitled to the bonus: its authority signed, the Caf funds its theme."""
    theme = convention.themes.filter(has_caf_funding=True).first() or make_theme(
        convention, "Petite enfance", has_caf_funding=True
    )
    facility = make_facility(convention, themes=[theme], **fields)
    convention.signatures.get_or_create(organization=facility.competent_authority)
    return facility


def make_agreement(facility, **fields):
    fields = {"starts_on": date(2020, 1, 1), "ends_on": date(2024, 12, 31)} | fields
    return FundingAgreement.objects.create(facility=facility, **fields)


def make_bonus_line(facility, year=2022, **fields):
    if fields.get("notified") is not None:
        fields.setdefault("notified_on", date(year + 1, 6, 1))
    return BonusLine.objects.create(facility=facility, year=year, **fields)


def make_instalment(line, amount="1000", kind=Instalment.Kind.ADVANCE, **fields):
    """Paid, unless ``paid_on=None``; numbered after those of its kind."""
    fields.setdefault("number", line.instalments.filter(kind=kind).count() + 1)
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


def make_declaration(line, stage=Stage.ACTUAL, **fields):
    fields = {
        "existing_quantity": 40,
        "new_quantity": 0,
        "declared_on": date(line.year + 1, 3, 1),
    } | fields
    return Declaration.objects.create(bonus_line=line, stage=stage, **fields)


def make_calendar_date(convention, kind, due_on, year=2022, **fields):
    return CalendarDate.objects.create(
        convention=convention, year=year, kind=kind, due_on=due_on, **fields
    )


def make_scenario(convention, year=2022, **fields):
    fields.setdefault("title", "Et si")
    return Scenario.objects.create(convention=convention, year=year, **fields)


def make_scenario_line(scenario, facility=None, **fields):
    return ScenarioLine.objects.create(scenario=scenario, facility=facility, **fields)


def make_grant(convention, **fields):
    fields = {
        "granted_by": convention.epci,
        "granted_by_siret": "24310063300177",
        "beneficiary_rna": "W313001234",
        "agreed_on": date(2022, 3, 1),
        "purpose": "Soutien au lieu d’accueil",
        "amount": Decimal(30_000),
        "pays_from": date(2022, 4, 1),
    } | fields
    if "beneficiary" not in fields:
        fields["beneficiary"] = make_organization()
    return Grant.objects.create(convention=convention, **fields)
