from django.core.paginator import Paginator
from django.db.models import Max
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from ctg.convention.rights import Right, require
from financing.budget import build_budget
from financing.filters import FacilityFilter
from financing.models import BonusLine, Rate
from financing.overview import (
    COLUMNS,
    build_overview,
    facilities_of,
    rates_behind,
    with_line_of,
)
from financing.rights import declarable_facilities

PER_PAGE = 50
WHO_READS = (
    "Les financements sont lus par le ou la chef·fe de projet, les référent·es, "
    "la Caf et les élu·es."
)


def overview(request):
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    year = _year(request)
    facilities = with_line_of(facilities_of(request.convention, year), year)
    filters = FacilityFilter(request.GET, facilities, convention=request.convention, year=year)
    bonus = build_overview(request.convention, year)
    return render(
        request,
        "financing/overview.html",
        {
            "year": year,
            "years": [(str(y), f"?annee={y}", y == year) for y in request.convention.years],
            "overview": bonus,
            "can_declare": declarable_facilities(request.access, request.convention).exists(),
            "columns": COLUMNS,
            "rates": rates_behind(request.convention, [row.kind for row in bonus.kinds], [year]),
            "filters": filters,
            "page": Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page")),
        },
    )


def _year(request):
    """The year asked for, else the last one with bonus lines, within the convention."""
    asked = request.GET.get("annee", "")
    years = request.convention.years
    if asked.isdecimal():
        wanted = int(asked)
    else:
        lines = BonusLine.objects.filter(
            facility__convention=request.convention, year__lte=timezone.localdate().year
        )
        wanted = lines.aggregate(last=Max("year"))["last"] or timezone.localdate().year
    return min(max(wanted, years[0]), years[-1])


def action(request, code):
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    found = get_object_or_404(request.convention.actions.with_plan(), code=code)
    return render(
        request,
        "financing/action_budget.html",
        {"action": found, "budget": build_budget(found)},
    )


def rates(request):
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    known = sorted(
        Rate.objects.known_to(request.convention),
        key=lambda rate: (Rate.Kind.values.index(rate.kind), rate.valid_from),
    )
    return render(request, "financing/rate_list.html", {"rates": known, "year": _year(request)})
