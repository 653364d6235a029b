from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ctg.french import rounded
from financing.overview import gap

Cells = tuple[Any, ...]


@dataclass(frozen=True)
class BonusRow:
    label: str
    facilities: int
    forecast: Decimal | None
    notified: Decimal | None
    paid: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        return gap(self.paid, self.forecast)

    @property
    def due(self) -> Decimal | None:
        """Notified and not paid yet; negative when too much was paid."""
        return None if self.notified is None else self.notified - (self.paid or 0)

    @property
    def short_cells(self) -> Cells:
        """In whole euros."""
        amounts = (self.forecast, self.notified, self.paid, self.gap)
        return (self.label, self.facilities, *(euros(amount) for amount in amounts))

    @property
    def cells(self) -> Cells:
        return (self.label, self.facilities, *self.amounts)

    @property
    def facility_cells(self) -> Cells:
        """Where each row is one facility."""
        return (self.label, *self.amounts)

    @property
    def amounts(self) -> Cells:
        return (self.forecast, self.notified, self.paid, self.due, self.gap)


@dataclass(frozen=True)
class BonusTable:
    rows: tuple[BonusRow, ...]
    total: BonusRow

    @property
    def short_rows(self) -> list[Cells]:
        return [row.short_cells for row in self.rows]

    @property
    def facility_rows(self) -> list[Cells]:
        return [row.facility_cells for row in self.rows]

    @property
    def full_rows(self) -> list[Cells]:
        return [row.cells for row in self.rows]


@dataclass(frozen=True)
class BudgetRow:
    label: str
    planned: Decimal | None
    granted: Decimal | None
    spent: Decimal | None

    @property
    def cells(self) -> Cells:
        return (self.label, self.planned, self.granted, self.spent)


@dataclass(frozen=True)
class Funding:
    by_kind: BonusTable | None
    by_manager: BonusTable | None
    last_paid: Decimal | None
    budgets: tuple[BudgetRow, ...]
    budget_total: BudgetRow | None
    annual_support: Decimal | None
    annual_support_year: int | None
    scope: str

    @property
    def budget_rows(self) -> list[Cells]:
        return [row.cells for row in self.budgets]


def euros(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else rounded(amount, 0)
