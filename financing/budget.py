"""The budget of one action, as tables: by year, by funder, and line by line."""

from dataclasses import dataclass
from decimal import Decimal

from actions.models import Action

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
