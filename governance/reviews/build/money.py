"""The Caf’s bonus and the budgets of the actions: exact sums of what is known."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from financing.models import BonusLine, BudgetLine, Facility
from governance.reviews.build.sources import Sources
from governance.reviews.data.money import BonusRow, BonusTable, BudgetRow, Funding

CENT = Decimal("0.01")
SHORT = 5  # rows of a table on the page of the essentials


def funding(sources: Sources) -> Funding:
    convention = sources.convention
    lines = _lines(sources, sources.year)
    return Funding(
        by_kind=bonus_by_kind(sources),
        by_manager=_table(lines, _manager, sorted({_manager(line) for line in lines})),
        last_paid=paid(sources, sources.year - 1),
        budgets=_budgets(sources.budgets),
        budget_total=budget_row("Ensemble", sources.budgets) if sources.budgets else None,
        annual_support=convention.annual_support,
        annual_support_year=convention.annual_support_year,
        scope=convention.funding_scope.strip(),
    )


def bonus_by_kind(sources: Sources) -> BonusTable | None:
    labels = [str(kind.label) for kind in Facility.Kind]
    return _table(_lines(sources, sources.year), _kind, labels)


def short_bonus(sources: Sources) -> BonusTable | None:
    """By kind, in at most SHORT rows: the smallest ones become one."""
    table = bonus_by_kind(sources)
    if table is None or len(table.rows) <= SHORT:
        return table
    by_size = sorted(table.rows, key=lambda row: row.forecast or row.paid or 0, reverse=True)
    kept, others = by_size[: SHORT - 1], by_size[SHORT - 1 :]
    rows = tuple(row for row in table.rows if row in kept)
    return BonusTable((*rows, _merged(f"{len(others)} autres types", others)), table.total)


def _merged(label: str, rows: list[BonusRow]) -> BonusRow:
    return BonusRow(
        label=label,
        facilities=sum(row.facilities for row in rows),
        forecast=total(row.forecast for row in rows),
        notified=total(row.notified for row in rows),
        paid=total(row.paid for row in rows),
    )


def bonus_by_facility(sources: Sources, commune: int) -> BonusTable | None:
    """Of the facilities that stand in this commune, by name."""
    lines = [line for line in _lines(sources, sources.year) if line.facility.commune_id == commune]
    return _table(lines, _facility, sorted({_facility(line) for line in lines}))


def paid(sources: Sources, year: int) -> Decimal | None:
    return total(line.paid for line in _lines(sources, year))  # type: ignore[attr-defined]


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Of what is known, in cents: SQLite gives sums back with more digits than were stored."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)).quantize(CENT) if known else None


def budget_row(label: str, lines: Iterable[BudgetLine]) -> BudgetRow:
    lines = list(lines)
    return BudgetRow(
        label=label,
        planned=total(line.planned for line in lines),
        granted=total(line.granted for line in lines),
        spent=total(line.spent for line in lines),
    )


def _lines(sources: Sources, year: int) -> list[BonusLine]:
    return [line for line in sources.bonus if line.year == year]


def _kind(line: BonusLine) -> str:
    return line.facility.get_kind_display()


def _manager(line: BonusLine) -> str:
    return str(line.facility.manager)


def _facility(line: BonusLine) -> str:
    return line.facility.name


def _table(
    lines: list[BonusLine], label_of: Callable[[BonusLine], str], labels: list[str]
) -> BonusTable | None:
    """One row per label that has a line, in the order of the labels."""
    groups: dict[str, list[BonusLine]] = defaultdict(list)
    for line in lines:
        groups[label_of(line)].append(line)
    rows = tuple(_row(label, groups[label]) for label in labels if label in groups)
    return BonusTable(rows, _row("Ensemble", lines)) if rows else None


def _row(label: str, lines: list[BonusLine]) -> BonusRow:
    return BonusRow(
        label=label,
        facilities=len(lines),
        forecast=total(line.forecast for line in lines),
        notified=total(line.notified for line in lines),
        paid=total(line.paid for line in lines),  # type: ignore[attr-defined]
    )


def _budgets(lines: list[BudgetLine]) -> tuple[BudgetRow, ...]:
    """Those who bring most first."""
    groups: dict[str, list[BudgetLine]] = defaultdict(list)
    for line in lines:
        groups[str(line.funder)].append(line)
    rows = [budget_row(funder, lines) for funder, lines in groups.items()]
    return tuple(sorted(rows, key=lambda row: -(row.planned or 0)))
