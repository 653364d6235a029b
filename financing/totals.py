"""Sums of the bonus: by manager, commune or theme, from year to year, per inhabitant."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from ctg.convention.models import Convention
from ctg.convention.tiles import commune_cells
from ctg.french import NBSP, money, percent, rounded
from financing.models import BonusLine, Facility
from financing.overview import Amounts, KindRow

MEASURES = {
    "prevu": ("Prévu", "forecast"),
    "estime": ("Estimation", "computed"),
    "notifie": ("Notifié", "notified"),
    "verse": ("Versé", "paid"),
}
GROUPINGS = {
    "gestionnaire": ("Gestionnaire", ("facility__manager__name", "facility__manager__short_name")),
    "commune": ("Commune", ("facility__commune__name",)),
    "thematique": ("Thématique", ("facility__themes__label",)),
}


def lines_of(convention: Convention, year: int):
    return BonusLine.objects.filter(facility__convention=convention, year=year)


def rows_by(convention: Convention, year: int, slug: str) -> list[KindRow]:
    """In alphabetical order. A facility counts in each of its themes."""
    _, fields = GROUPINGS[slug]
    rows = lines_of(convention, year).with_paid().totals_by(*fields)
    return [
        KindRow(
            kind="",
            label=next(filter(None, (row[field] for field in reversed(fields))), "Sans thématique"),
            facilities=row["lines"],
            lines=row["lines"],
            notified_lines=row["notified_lines"],
            amounts=Amounts.of(row),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Bar:
    """``share`` in whole percent of the longest bar."""

    label: str
    amount: Decimal | None
    share: int
    kind: str


@dataclass(frozen=True)
class BarGroup:
    label: str
    bars: tuple[Bar, ...]


def bars(rows: list[KindRow]) -> list[BarGroup]:
    """Forecast, notified and paid of each facility kind, on one scale."""
    names = (("Prévu", "forecast", "todo"), ("Notifié", "notified", "ongoing"))
    names += (("Versé", "paid", "done"),)
    amounts = [getattr(row.amounts, name) or 0 for row in rows for _, name, _ in names]
    longest = max(amounts, default=0)

    def bar(row, label, name, kind):
        amount = getattr(row.amounts, name)
        share = int(100 * amount / longest) if amount and longest else 0
        return Bar(label, amount, max(share, 1) if amount else 0, kind)

    return [BarGroup(row.label, tuple(bar(row, *name) for name in names)) for row in rows]


def coverage(convention: Convention, total: Amounts) -> str:
    """What the lines cover of the Caf’s whole yearly support; empty when it is not known."""
    amount = total.notified if total.notified is not None else total.computed
    if not convention.annual_support or amount is None:
        return ""
    share = percent(100 * amount / convention.annual_support)
    said = "notifiés" if total.notified is not None else "estimés"
    return (
        f"Les lignes de bonus territoire, {money(amount)} {said}, couvrent {share} des "
        f"{money(convention.annual_support)} par an de la Caf "
        f"(base {convention.annual_support_year}){NBSP}: "
        "le reste relève d’autres financements (prestations de service, aides locales)."
    )


def tiles(convention: Convention, year: int) -> list[dict]:
    """Euros per inhabitant, each commune where it lies; what is best known of each line."""
    known = Coalesce("notified", "computed", "updated", "forecast")
    sums = dict(
        lines_of(convention, year)
        .order_by()
        .values_list("facility__commune")
        .annotate(total=Sum(known))
    )
    base = reverse("financing:overview", args=[convention.slug])
    return [
        {
            "name": commune.name,
            "value": _each(sums.get(commune.pk), commune.population),
            "row": row,
            "column": column,
            "url": f"{base}?annee={year}&commune={commune.pk}#equipements",
        }
        for commune, (row, column) in commune_cells(convention.communes).items()
    ]


def _each(total: Decimal | None, inhabitants: int | None) -> Decimal | None:
    return rounded(total / inhabitants, 0) if total and inhabitants else None


@dataclass(frozen=True)
class Comparison:
    years: list[int]
    rows: list[tuple]
    footer: tuple

    @property
    def columns(self) -> tuple:
        labels = [(str(year), "money") for year in self.years]
        return ("Type d’équipement", *labels, ("Dernier écart", "signed"))


def compare_years(convention: Convention, measure: str) -> Comparison:
    """One amount by facility kind and year, and how the last two years differ; one query."""
    name = f"total_{MEASURES[measure][1]}"
    lines = BonusLine.objects.filter(facility__convention=convention).with_paid()
    found: dict[str, dict[int, Decimal | None]] = defaultdict(dict)
    for row in lines.totals_by("facility__kind", "year"):
        found[row["facility__kind"]][row["year"]] = row[name]
    years = sorted({year for amounts in found.values() for year in amounts})
    rows = [
        (kind.label, *_with_change([found[kind].get(year) for year in years]))
        for kind in Facility.Kind
        if kind in found
    ]
    sums = [_sum(amounts.get(year) for amounts in found.values()) for year in years]
    return Comparison(years, rows, ("Ensemble", *_with_change(sums)))


def _with_change(amounts: list[Decimal | None]) -> tuple[Decimal | None, ...]:
    known = [amount for amount in amounts if amount is not None]
    return (*amounts, known[-1] - known[-2] if len(known) > 1 else None)


def _sum(amounts) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
