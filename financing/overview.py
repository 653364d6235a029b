"""The bonus territoire of one year: sums by facility kind, and what is still missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, Prefetch, Q, QuerySet, When

from ctg.convention.models import Convention
from ctg.french import NBSP, counted, money_short, percent
from financing.models import BonusLine, Facility, FundingAgreement, Rate

RATES_OF_KIND: dict[str, tuple[str, ...]] = {
    Facility.Kind.EAJE: (
        Rate.Kind.EAJE_FLOOR,
        Rate.Kind.EAJE_NEW_LOW,
        Rate.Kind.EAJE_NEW_TOP,
        Rate.Kind.TRAJECTORY_4,
        Rate.Kind.TRAJECTORY_8,
        Rate.Kind.TRAJECTORY_12,
    ),
    Facility.Kind.ALSH: (Rate.Kind.ALSH_FLOOR, Rate.Kind.ALSH_NEW_SHARE),
    Facility.Kind.YOUTH: (Rate.Kind.ALSH_FLOOR, Rate.Kind.ALSH_NEW_SHARE),
}


def gap(paid: Decimal | None, forecast: Decimal | None) -> Decimal | None:
    """Paid so far, less the forecast; unknown as soon as one is."""
    return None if paid is None or forecast is None else paid - forecast


@dataclass(frozen=True)
class Amounts:
    """Euros; None says that nothing is known, which is not zero."""

    forecast: Decimal | None
    updated: Decimal | None
    computed: Decimal | None
    notified: Decimal | None
    paid: Decimal | None

    @classmethod
    def of(cls, row: dict) -> "Amounts":
        return cls(**{name: row.get(f"total_{name}") for name in cls.__dataclass_fields__})

    @property
    def gap(self) -> Decimal | None:
        return gap(self.paid, self.forecast)


@dataclass(frozen=True)
class KindRow:
    kind: str
    label: str
    facilities: int
    lines: int
    notified_lines: int
    amounts: Amounts

    @property
    def cells(self) -> tuple:
        """In the order of COLUMNS."""
        a = self.amounts
        amounts = (a.forecast, a.updated, a.computed, a.notified, a.paid, a.gap)
        return (self.label, self.facilities, *amounts)


COLUMNS = (
    "Type d’équipement",
    ("Équipements", "number"),
    ("Prévu", "money"),
    ("Actualisé", "money"),
    ("Estimation", "money"),
    ("Notifié", "money"),
    ("Versé", "money"),
    ("Écart versé − prévu", "signed"),
)


@dataclass(frozen=True)
class Missing:
    """``slug`` selects these facilities in the list of the page."""

    slug: str
    label: str
    count: int


@dataclass(frozen=True)
class Figure:
    """Of the headline: ``compared`` gives it its scale."""

    value: Decimal | None
    label: str
    compared: str


@dataclass(frozen=True)
class Overview:
    year: int
    headline: list[Figure]
    kinds: list[KindRow]
    total: KindRow
    missing: list[Missing]

    @property
    def rows(self) -> list[tuple]:
        return [kind.cells for kind in self.kinds]


def build_overview(convention: Convention, year: int) -> Overview:
    """A fixed number of queries, whatever the facilities."""
    lines = BonusLine.objects.filter(facility__convention=convention)
    facilities = facilities_of(convention, year)
    counts = dict(facilities.order_by().values_list("kind").annotate(Count("pk", distinct=True)))
    rows = {row["kind"]: row for row in lines.totals_by_kind(year)}
    sums = lines.filter(year=year).totals()
    total = _row("", "Ensemble", sum(counts.values()), sums)
    kinds = [
        _row(kind, kind.label, counts[kind], rows.get(kind, {}))
        for kind in Facility.Kind
        if kind in counts
    ]
    return Overview(
        year=year,
        headline=_headline(convention, total),
        kinds=kinds,
        total=total,
        missing=_count_missing(facilities, year),
    )


def _count_missing(facilities: QuerySet[Facility], year: int) -> list[Missing]:
    lacking = _lacking(year)
    counts = facilities.aggregate(
        **{slug: Count("pk", filter=lacks, distinct=True) for slug, lacks in lacking.items()}
    )
    return [Missing(slug, MISSING[slug], counts[slug]) for slug in MISSING if counts[slug]]


def _headline(convention: Convention, total: KindRow) -> list[Figure]:
    amounts = total.amounts
    lines = f"{total.notified_lines} sur {counted(total.lines, 'ligne', 'lignes')}"
    figures = [
        Figure(amounts.forecast, "prévus", f"estimation{NBSP}: {money_short(amounts.computed)}"),
        Figure(amounts.notified, "notifiés par la Caf", lines),
        Figure(amounts.paid, "versés aux gestionnaires", _share(amounts.paid, amounts.notified)),
    ]
    if convention.annual_support:
        base = f"chiffre de contrôle, base {convention.annual_support_year}"
        figures.append(
            Figure(convention.annual_support, "de soutien annuel de la Caf, en tout", base)
        )
    return figures


def _share(paid: Decimal | None, notified: Decimal | None) -> str:
    return f"{percent(100 * paid / notified)} du notifié" if paid and notified else ""


def _row(kind: str, label: str, facilities: int, sums: dict) -> KindRow:
    """``sums`` is empty when no facility of the kind has a line."""
    lines, notified_lines = sums.get("lines", 0), sums.get("notified_lines", 0)
    return KindRow(kind, label, facilities, lines, notified_lines, Amounts.of(sums))


def facilities_of(convention: Convention, year: int) -> QuerySet[Facility]:
    """Open in the year, or with a bonus line for it."""
    with_line = BonusLine.objects.filter(year=year).values("facility")
    return convention.facilities.filter(
        Q(pk__in=convention.facilities.open_in(year)) | Q(pk__in=with_line)
    )


def with_line_of(facilities: QuerySet[Facility], year: int) -> QuerySet[Facility]:
    """In the order of the kinds, each with ``lines_of_year``: its line if any, with_paid()."""
    lines = BonusLine.objects.filter(year=year).with_paid()
    ranks = Case(*(When(kind=kind, then=rank) for rank, kind in enumerate(Facility.Kind)))
    return (
        facilities.order_by(ranks, "name")
        .select_related("manager", "commune")
        .prefetch_related(Prefetch("bonus_lines", lines, to_attr="lines_of_year"))
    )


MISSING = {
    "ligne": "sans ligne de bonus",
    "prevision": "sans prévision",
    "estimation": "sans estimation possible",
    "notification": "sans notification de la Caf",
    "ecart": "avec un écart à expliquer",
    "cof": "sans convention d’objectifs et de financement en cours",
}


def missing(facilities: QuerySet[Facility], slug: str, year: int) -> QuerySet[Facility]:
    """Those that lack it; KeyError when nothing is called so in MISSING."""
    return facilities.filter(_lacking(year)[slug])


def _lacking(year: int) -> dict[str, Q]:
    lines = BonusLine.objects.filter(year=year)
    return {
        "ligne": ~Q(pk__in=lines.values("facility")),
        "prevision": Q(pk__in=lines.filter(forecast=None).values("facility")),
        "estimation": Q(pk__in=lines.filter(computed=None).values("facility")),
        "notification": Q(pk__in=lines.waiting_for_notification().values("facility")),
        "ecart": Q(pk__in=lines.with_unexplained_gap().values("facility")),
        "cof": ~Q(pk__in=FundingAgreement.objects.covering(year).values("facility")),
    }


def rates_behind(
    convention: Convention, kinds: Iterable[str], years: Iterable[int]
) -> QuerySet[Rate]:
    """The published rates that estimations lean on, the convention’s own included."""
    named = {rate for kind in kinds for rate in RATES_OF_KIND.get(kind, ())}
    during = Q(pk__in=[])
    for year in years:
        during |= Q(pk__in=Rate.objects.in_force_during(year))
    return Rate.objects.known_to(convention).filter(during, kind__in=named)
