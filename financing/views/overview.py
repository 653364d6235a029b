from django.core.paginator import Paginator
from django.db.models import Max
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from ctg.convention.models import Organization
from ctg.convention.rights import Right, require
from ctg.numbers import whole_number
from ctg.spreadsheets import FORMATS, download
from financing.deadlines import deadlines
from financing.exports import lines_sheet, payments_sheet
from financing.filters import FacilityFilter
from financing.models import BonusLine, Instalment
from financing.overview import (
    COLUMNS,
    Amounts,
    build_overview,
    facilities_of,
    rates_behind,
    with_line_of,
)
from financing.rights import can_view_any, declarable_facilities, visible_facilities
from financing.totals import (
    GROUPINGS,
    MEASURES,
    bars,
    compare_years,
    coverage,
    rows_by,
    tiles,
)
from financing.views.facility import WHO_READS

FORMAT_LABELS = {"xlsx": "Excel", "ods": "LibreOffice", "csv": "CSV"}
PER_PAGE = 50


def overview(request):
    if not request.access.has(Right.VIEW_FUNDING):
        return _own_facilities(request)
    year = year_of(request)
    facilities = with_line_of(facilities_of(request.convention, year), year)
    filters = FacilityFilter(request.GET, facilities, convention=request.convention, year=year)
    bonus = build_overview(request.convention, year)
    context = {
        "year": year,
        "years": [(str(y), f"?annee={y}", y == year) for y in request.convention.years],
        "overview": bonus,
        "totals": _totals(request, bonus),
        "bars": bars(bonus.kinds),
        "coverage": coverage(request.convention, bonus.total.amounts),
        "tiles": tiles(request.convention, year),
        "deadlines": _owed(request, request.convention.facilities.all()),
        "can_declare": declarable_facilities(request.access, request.convention).exists(),
        "rates": rates_behind(request.convention, [row.kind for row in bonus.kinds], [year]),
        "filters": filters,
        "exports": _exports(request, year),
        "page": Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "financing/overview.html", context)


def _owed(request, facilities):
    found = deadlines(request.convention, facilities, timezone.localdate())
    return [one for one in found if one.owed]


def _own_facilities(request):
    """The member of a manager goes straight to what her organisation runs."""
    mine = visible_facilities(request.access, request.convention)
    manager = mine.order_by("manager__name").values_list("manager", flat=True).first()
    require(manager is not None, WHO_READS)
    return redirect("financing:manager", request.convention.slug, manager)


def _totals(request, bonus):
    """The sums of the year by what was asked: kind, manager, commune or theme."""
    slug = request.GET.get("par", "")
    slug = slug if slug in GROUPINGS else ""
    choices = [("type", "Type", ""), *((s, label, s) for s, (label, _) in GROUPINGS.items())]
    links = [
        (label, f"?annee={bonus.year}&par={par}#totaux", value == slug)
        for par, label, value in choices
    ]
    if not slug:
        return {"links": links, "columns": COLUMNS, "rows": bonus.rows}
    rows = [row.cells for row in rows_by(request.convention, bonus.year, slug)]
    return {"links": links, "columns": (GROUPINGS[slug][0], *COLUMNS[1:]), "rows": rows}


def _exports(request, year, **chosen):
    """What is on screen, with the filters of its address."""
    query = request.GET.copy()
    for name, value in {"annee": year, **chosen}.items():
        query[name] = value
    return [
        (f"{_address(request, 'export', extension)}?{query.urlencode()}", label)
        for extension, label in FORMAT_LABELS.items()
    ]


def _address(request, name, *args):
    return reverse(f"financing:{name}", args=[request.convention.slug, *args])


def export(request, extension):
    """The facilities on screen with their line of the year, and their payments."""
    require(can_view_any(request.access, request.convention), WHO_READS)
    if extension not in FORMATS:
        raise Http404("Ce format d’export n’existe pas.")
    year = year_of(request)
    visible = visible_facilities(request.access, request.convention)
    facilities = with_line_of(facilities_of(request.convention, year) & visible, year)
    filters = FacilityFilter(request.GET, facilities, convention=request.convention, year=year)
    lines = BonusLine.objects.filter(facility__in=filters.qs.order_by().values("pk"), year=year)
    name = f"financements-{request.convention.slug}-{year}"
    return download(extension, name, lines_sheet(filters.qs, year), payments_sheet(lines, year))


def years(request):
    """One amount from year to year, by kind of facility."""
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    asked = request.GET.get("montant")
    measure = asked if asked in MEASURES else "notifie"
    context = {
        "year": year_of(request),
        "measures": [
            (label, f"?montant={slug}", slug == measure) for slug, (label, _) in MEASURES.items()
        ],
        "comparison": compare_years(request.convention, measure),
    }
    return render(request, "financing/years.html", context)


def manager(request, pk):
    """What one organisation runs: its lines of the year, its payments, what it still owes."""
    require(can_view_any(request.access, request.convention), WHO_READS)
    visible = visible_facilities(request.access, request.convention).filter(manager=pk)
    found = get_object_or_404(Organization, pk__in=visible.values("manager"))
    year, today = year_of(request), timezone.localdate()
    mine = with_line_of(visible, year)
    context = {
        "manager": found,
        "year": year,
        "today": today,
        "years": [(str(y), f"?annee={y}", y == year) for y in request.convention.years],
        "facilities": mine,
        "exports": _exports(request, year, gestionnaire=pk),
        "figures": Amounts.of(BonusLine.objects.filter(facility__in=visible, year=year).totals()),
        "deadlines": _owed(request, visible),
        "late": Instalment.objects.late(today).filter(bonus_line__facility__in=visible).count(),
        "can_declare": declarable_facilities(request.access, request.convention)
        .filter(manager=pk)
        .exists(),
    }
    return render(request, "financing/manager_detail.html", context)


def year_of(request):
    """The year asked for, else the last one with bonus lines, within the convention."""
    years = request.convention.years
    wanted = whole_number(request.GET.get("annee", ""))
    if wanted is None:
        lines = BonusLine.objects.filter(
            facility__convention=request.convention, year__lte=timezone.localdate().year
        )
        wanted = lines.aggregate(last=Max("year"))["last"] or timezone.localdate().year
    return min(max(wanted, years[0]), years[-1])
