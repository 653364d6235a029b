"""Facilities and their figures of a year from a spreadsheet: each row read over, all or nothing."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Prefetch
from django.utils.datastructures import MultiValueDict

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention, Organization
from ctg.french import NBSP
from ctg.spreadsheets import Grid
from financing.forms.facility import FacilityForm
from financing.forms.lines import AmountsRow, DeclarationRow
from financing.models import BonusLine, Facility
from financing.reference import write_facility
from financing.services import Quantities, declare, save_amounts

COLUMNS = {
    "name": ("equipement", "nom", "nom de l equipement"),
    "kind": ("type", "type d equipement", "nature"),
    "commune": ("commune",),
    "manager": ("gestionnaire",),
    "competent_authority": ("autorite competente", "collectivite", "autorite"),
    "themes": ("thematiques", "thematique"),
    "capacity": ("capacite", "capacite places"),
    "opened_on": ("ouvert le", "ouverture"),
    "closed_on": ("ferme le", "fermeture"),
    "existing": ("offre existante", "existant", "quantite"),
    "new": ("offre nouvelle", "nouveau"),
    "forecast": ("prevu", "prevision"),
    "updated": ("actualise",),
    "notified": ("notifie",),
    "notified_on": ("notifie le",),
}
LABELS = {
    "name": "Équipement",
    "kind": "Type",
    "commune": "Commune",
    "manager": "Gestionnaire",
    "competent_authority": "Autorité compétente",
    "themes": "Thématiques",
    "capacity": "Capacité",
    "opened_on": "Ouvert le",
    "closed_on": "Fermé le",
    "existing": "Offre existante",
    "new": "Offre nouvelle",
    "forecast": "Prévu",
    "updated": "Actualisé",
    "notified": "Notifié",
    "notified_on": "Notifié le",
}
KINDS = {
    "creche": Facility.Kind.EAJE,
    "alsh": Facility.Kind.ALSH,
    "ram": Facility.Kind.RPE,
    "centre de loisirs": Facility.Kind.ALSH,
}
AMOUNTS = ("forecast", "updated", "notified", "notified_on")
FIGURES = ("existing", "new", *AMOUNTS)
Cells = dict[str, str]
Row = tuple[int, Cells]


@dataclass(frozen=True)
class Problem:
    row: int
    column: str
    value: str
    message: str


@dataclass
class Reading:
    """``created`` and the figures are ready to be written when there is no problem."""

    problems: list[Problem] = field(default_factory=list)
    created: list[FacilityForm] = field(default_factory=list)
    quantities: dict[str, Quantities] = field(default_factory=dict)
    amounts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    known: dict[str, Facility] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        return not self.problems and bool(self.created or self.quantities or self.amounts)


def key(text: object) -> str:
    """Without accents, case nor signs: « Prévu (€) » and « PREVU » are the same."""
    plain = unicodedata.normalize("NFKD", str(text or "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", plain.lower()).strip()


def rows_of(grid: Grid) -> list[Row]:
    """(number of the row as the spreadsheet shows it, its cells by our column names).

    The header is the first row that names the facilities; empty without one.
    """
    names = {word: name for name, words in COLUMNS.items() for word in words}
    for start in range(min(len(grid.rows), 20)):
        head = {i: names.get(key(grid.own(start, i))) for i in range(grid.width)}
        columns = {i: name for i, name in head.items() if name}
        if "name" in columns.values():
            break
    else:
        return []
    rows = []
    for number in range(start + 1, len(grid.rows)):
        cells = {name: _text(grid.shown(number, i)) for i, name in columns.items()}
        if any(cells.values()):
            rows.append((number + 1, cells))
    return rows


def _text(value: object) -> str:
    """A date as the form reads it, a number as the spreadsheet shows it: 15 digits, no « .0 »."""
    if value is None:
        return ""
    if isinstance(value, Real):
        return f"{value:.15g}"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    return re.sub(r"^(-?\d+)\.0+$", r"\1", str(value)).strip()


class Reader:
    """Checks every row by the forms of the pages; writes nothing."""

    def __init__(self, convention: Convention, year: int, stage: str) -> None:
        self.convention, self.year, self.stage = convention, year, stage
        self.choices = _choices(convention)
        lines = BonusLine.objects.filter(year=year).prefetch_related("declarations")
        facilities = convention.facilities.prefetch_related(
            Prefetch("bonus_lines", lines, to_attr="lines_of_year")
        )
        self.reading = Reading(known={key(one.name): one for one in facilities})

    def read(self, rows: list[Row]) -> Reading:
        seen: dict[str, int] = {}
        for number, cells in rows:
            name = key(cells.get("name"))
            if not name:
                self._refuse(number, "name", "", "Le nom manque.")
            elif name in seen:
                said = f"Déjà à la ligne {seen[name]}{NBSP}: gardez-en une seule."
                self._refuse(number, "name", cells["name"], said)
            else:
                seen[name] = number
                self._read_row(number, name, cells)
        return self.reading

    def _read_row(self, number: int, name: str, cells: Cells) -> None:
        facility = self.reading.known.get(name)
        if facility is None:
            form = FacilityForm(self._fields(cells), convention=self.convention)
            if not self._is_valid(form, number, cells):
                return
            self.reading.created.append(form)
            facility = form.instance
            facility.lines_of_year = []
        if not facility.is_open_in(self.year) and any(cells.get(n) for n in FIGURES):
            self._refuse(number, "name", cells["name"], f"Cet équipement est fermé en {self.year}.")
            return
        self._read_figures(number, name, facility, cells)

    def _read_figures(self, number: int, name: str, facility: Facility, cells: Cells) -> None:
        line = next(iter(facility.lines_of_year), None)
        said = said_at(line, self.stage)
        quantities = self._row_form(DeclarationRow, facility, cells, initial=said)
        known = {one: getattr(line, one) for one in AMOUNTS} if line else {}
        amounts = self._row_form(
            AmountsRow, facility, cells, initial=known, editable=AMOUNTS, year=self.year
        )
        valid = [self._is_valid(form, number, cells) for form in (quantities, amounts)]
        if all(valid):
            if quantities.has_changed() and not quantities.is_blank:
                self.reading.quantities[name] = quantities.quantities
            if typed := {one: v for one, v in amounts.values.items() if cells.get(one)}:
                self.reading.amounts[name] = typed

    @staticmethod
    def _row_form(row, facility: Facility, cells: Cells, **kwargs):
        """A column that the file does not have, or leaves blank, says nothing."""
        prefix = f"f{facility.pk}"
        names = set(row.base_fields)
        known = {f"{prefix}-{one}": value for one, value in kwargs["initial"].items()}
        typed = {f"{prefix}-{one}": value for one, value in cells.items() if one in names and value}
        form = row({**known, **typed}, facility=facility, **kwargs)
        for bound in form.fields.values():
            bound.show_hidden_initial = False
        return form

    def _fields(self, cells: Cells) -> MultiValueDict:
        """As the form of the page would send them; an unknown name stays as it was typed."""
        organizations, manager = self.choices["organization"], cells.get("manager", "")
        authority = cells.get("competent_authority", "")
        epci = str(self.convention.epci_id)
        themes = [one for one in re.split(r"[;,/]", cells.get("themes", "")) if one.strip()]
        known = organizations.get(key(manager))
        data = {
            "name": [cells["name"]],
            "kind": [self._chosen("kind", cells)],
            "commune": [self._chosen("commune", cells)],
            "manager": [known] if known else [],
            "new_manager": [] if known else [manager],
            "competent_authority": [organizations.get(key(authority), authority) or epci],
            "themes": [self.choices["theme"].get(key(one), one) for one in themes],
        }
        plain = {one: [cells.get(one, "")] for one in ("capacity", "opened_on", "closed_on")}
        return MultiValueDict(data | plain)

    def _chosen(self, name: str, cells: Cells) -> str:
        return self.choices[name].get(key(cells.get(name)), cells.get(name, ""))

    def _is_valid(self, form: forms.BaseForm, number: int, cells: Cells) -> bool:
        for name, messages in form.errors.items():
            column = "manager" if name == "new_manager" else name
            for message in messages:
                self._refuse(number, column, cells.get(column, ""), str(message))
        return form.is_valid()

    def _refuse(self, row: int, column: str, value: str, message: str) -> None:
        label = LABELS.get(column, "Ligne")
        self.reading.problems.append(Problem(row, label, value, message))


def said_at(line: BonusLine | None, stage: str) -> dict[str, object]:
    """What the line declares at a stage, as DeclarationRow names it."""
    for declaration in line.declarations.all() if line else ():
        if declaration.stage == stage:
            return {"existing": declaration.existing_quantity, "new": declaration.new_quantity}
    return {}


def _choices(convention: Convention) -> dict[str, dict[str, str]]:
    organizations: dict[str, str] = {}
    for one in convention.organizations.all():
        organizations |= {key(word): str(one.pk) for word in (one.name, one.short_name) if word}
    kinds = {key(word): kind.value for kind in Facility.Kind for word in (kind.label, kind.value)}
    return {
        "kind": {**KINDS, **kinds},
        "commune": {key(one.name): str(one.pk) for one in convention.communes},
        "organization": organizations,
        "theme": {
            key(word): str(one.pk)
            for one in convention.themes.all()
            for word in (one.label, one.code)
        },
    }


@transaction.atomic
def write(convention: Convention, year: int, stage: str, reading: Reading, *, by: User) -> None:
    """All that was read, or nothing; a new manager named on several rows is added once."""
    found, managers = dict(reading.known), dict[str, Organization]()
    for form in reading.created:
        facility = form.instance
        if facility.manager.pk is None:
            facility.manager = managers.setdefault(key(facility.manager.name), facility.manager)
        write_facility(facility, themes=form.cleaned_data["themes"], actions=[])
        found[key(facility.name)] = facility
    quantities = {found[name]: said for name, said in reading.quantities.items()}
    declare(convention, year, stage, quantities, by=by)
    amounts = {found[name]: values for name, values in reading.amounts.items()}
    save_amounts(convention, year, amounts, by=by)
    if reading.created:
        record(
            "facility.imported",
            convention,
            convention=convention,
            by=by,
            summary=f"Équipements importés d’un tableur{NBSP}: {len(reading.created)}",
        )
