"""Budgets as tables: of one action by year and funder, of the plan by stake, theme or funder."""

from dataclasses import dataclass
from decimal import Decimal

from actions.models import Action
from ctg.convention.models import Convention
from financing.models import BudgetLine

AMOUNTS = (("Prévu", "money"), ("Accordé", "money"), ("Réalisé", "money"))


@dataclass(frozen=True)
class Table:
    """Columns as the stat_table component takes them."""

    columns: tuple
    rows: list[tuple]
    footer: tuple | None = None


@dataclass(frozen=True)
class Budget:
    headline: list[tuple[Decimal | None, str]]
    by_year: Table
    by_funder: Table
    lines: Table


def build_budget(action: Action) -> Budget:
    """Four queries; the sums are the database’s."""
    lines = action.budget_lines.all()
    total = _amounts(lines.totals())
    by_funder = [
        (row["funder__short_name"] or row["funder__name"], *_amounts(row))
        for row in lines.totals_by("funder__name", "funder__short_name")
    ]
    detail = [
        (str(line.year), str(line.funder), line.planned, line.granted, line.spent)
        for line in lines.select_related("funder").order_by("year", "funder__name")
    ]
    return Budget(
        headline=list(zip(total, ("prévus", "accordés", "réalisés"), strict=True)),
        by_year=Table(
            ("Année", *AMOUNTS),
            [(str(row["year"]), *_amounts(row)) for row in lines.totals_by("year")],
        ),
        by_funder=Table(("Financeur", *AMOUNTS), by_funder),
        lines=Table(("Année", "Financeur", *AMOUNTS), detail, ("Ensemble", " ", *total)),
    )


def _amounts(sums: dict) -> tuple[Decimal | None, ...]:
    return (sums["total_planned"], sums["total_granted"], sums["total_spent"])


GROUPINGS = {
    "enjeu": (
        "Enjeu",
        (
            "action__operational_objective__strategic_objective__stake__position",
            "action__operational_objective__strategic_objective__stake__title",
        ),
        "",
    ),
    "thematique": ("Thématique", ("action__themes__label",), "Sans thématique"),
    "commune": ("Commune", ("action__communes__name",), "Tout le territoire"),
    "financeur": ("Financeur", ("funder__name", "funder__short_name"), ""),
}


def build_totals(convention: Convention, year: int | None, slug: str) -> Table:
    """Sums of one year, or of all, by one of GROUPINGS; two queries.

    An action counts in each of its themes and communes; the footer counts it once.
    """
    label, fields, otherwise = GROUPINGS[slug]
    lines = BudgetLine.objects.filter(action__convention=convention, action__archived_at=None)
    if year is not None:
        lines = lines.filter(year=year)
    rows = [
        (_label(row, fields) or otherwise, *_amounts(row), _share_spent(row))
        for row in lines.totals_by(*fields)
    ]
    total = lines.totals()
    return Table(
        (label, *AMOUNTS, ("Réalisé sur prévu", "percent")),
        rows,
        ("Ensemble", *_amounts(total), _share_spent(total)),
    )


def _label(row: dict, fields: tuple[str, ...]) -> str:
    """The last field that says something: the short name, else the name."""
    return next((str(row[field]) for field in reversed(fields) if row[field]), "")


def _share_spent(sums: dict) -> Decimal | None:
    planned, spent = sums["total_planned"], sums["total_spent"]
    return 100 * spent / planned if planned and spent is not None else None
