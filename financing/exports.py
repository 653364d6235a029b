"""The year’s lines and payments as tables to download; grants as open data."""

import csv
from collections.abc import Iterable
from typing import TextIO

from ctg.spreadsheets import Column, Kind, Sheet
from ctg.spreadsheets.tables import harmless
from financing.models import BonusLine, Facility, Grant, Instalment


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


NATURES = {
    Grant.Nature.MONEY: "aide en numéraire",
    Grant.Nature.KIND: "aide en nature",
    Grant.Nature.BOTH: "aide en numéraire;aide en nature",
}


def _paid_when(grant: Grant) -> str:
    """« AAAA-MM-JJ », or a period « AAAA-MM-JJ/AAAA-MM-JJ »."""
    last = f"/{grant.pays_until:%Y-%m-%d}" if grant.pays_until else ""
    return f"{grant.pays_from:%Y-%m-%d}{last}"


# Names, order and values of the SCDL « subventions » schema, version 2.1.1.
SCDL_GRANTS = {
    "nomAttribuant": lambda grant: grant.granted_by.name,
    "idAttribuant": lambda grant: grant.granted_by_siret,
    "dateConvention": lambda grant: f"{grant.agreed_on:%Y-%m-%d}",
    "referenceDecision": lambda grant: grant.reference,
    "nomBeneficiaire": lambda grant: grant.beneficiary.name,
    "idBeneficiaire": lambda grant: grant.beneficiary_siret,
    "rnaBeneficiaire": lambda grant: grant.beneficiary_rna,
    "objet": lambda grant: grant.purpose,
    "montant": lambda grant: f"{grant.amount:.2f}",
    "nature": lambda grant: NATURES[Grant.Nature(grant.nature)],
    "conditionsVersement": lambda grant: grant.get_terms_display(),
    "datesPeriodeVersement": _paid_when,
    "idRAE": lambda grant: "",
    "notificationUE": lambda grant: "oui" if grant.is_state_aid else "non",
    "pourcentageSubvention": lambda grant: "1.00",
    "dispositifAide": lambda grant: "",
}


def write_scdl_grants(target: TextIO, grants: Iterable[Grant]) -> None:
    """Comma-separated as the schema wants it, dates and amounts included: for machines to read."""
    writer = csv.writer(target)
    writer.writerow(SCDL_GRANTS)
    for grant in grants:
        writer.writerow(harmless(read(grant)) for read in SCDL_GRANTS.values())
