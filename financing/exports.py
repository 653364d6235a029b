"""The year’s lines and payments as tables to download."""

from collections.abc import Iterable

from ctg.spreadsheets import Column, Kind, Sheet
from financing.models import BonusLine, Facility, Instalment


def _line(name: str):
    """An attribute of the year’s line of a facility, nothing without one."""

    def value(facility: Facility):
        line = next(iter(facility.lines_of_year), None)
        return getattr(line, name) if line else None

    return value


FACILITY_COLUMNS = [
    Column("Équipement", lambda facility: facility.name, width=38),
    Column("Type", lambda facility: facility.get_kind_display(), width=30),
    Column("Commune", lambda facility: str(facility.commune), width=22),
    Column("Gestionnaire", lambda facility: str(facility.manager), width=28),
    Column("Unité", lambda facility: facility.unit),
    Column("Offre existante", _line("existing_quantity"), kind=Kind.NUMBER),
    Column("Offre nouvelle", _line("new_quantity"), kind=Kind.NUMBER),
    Column("Prévu (€)", _line("forecast"), kind=Kind.MONEY),
    Column("Actualisé (€)", _line("updated"), kind=Kind.MONEY),
    Column("Estimation (€)", _line("computed"), kind=Kind.MONEY),
    Column("Notifié (€)", _line("notified"), kind=Kind.MONEY),
    Column("Notifié le", _line("notified_on"), kind=Kind.DATE),
    Column("Versé (€)", _line("paid"), kind=Kind.MONEY),
    Column("Reste dû (€)", _line("still_due"), kind=Kind.MONEY),
    Column("Explication de l’écart", _line("gap_note"), width=30),
    Column("Calcul de l’estimation", _line("working"), width=50),
    Column("Ce qui manque", _line("lacking"), width=30),
]
PAYMENT_COLUMNS = [
    Column("Équipement", lambda row: row.bonus_line.facility.name, width=38),
    Column("Gestionnaire", lambda row: str(row.bonus_line.facility.manager), width=28),
    Column("Année", lambda row: row.bonus_line.year, kind=Kind.NUMBER),
    Column("Nature", lambda row: row.label),
    Column("Montant (€)", lambda row: row.amount, kind=Kind.MONEY),
    Column("Attendu le", lambda row: row.due_on, kind=Kind.DATE),
    Column("Versé le", lambda row: row.paid_on, kind=Kind.DATE),
    Column("Motif de la correction", lambda row: row.note, width=30),
]


def lines_sheet(facilities: Iterable[Facility], year: int) -> Sheet:
    """Facilities come from with_line_of()."""
    return Sheet(f"Bonus {year}", FACILITY_COLUMNS, facilities)


def payments_sheet(lines: Iterable[BonusLine], year: int) -> Sheet:
    rows = (
        Instalment.objects.current()
        .filter(bonus_line__in=lines)
        .select_related("bonus_line__facility__manager")
        .order_by("due_on", "bonus_line__facility__name", "number")
    )
    return Sheet(f"Versements {year}", PAYMENT_COLUMNS, rows)
