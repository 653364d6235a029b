"""The lines of a year: what managers declare, what is forecast, what the Caf notifies."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from ctg.convention.rights import Right, require
from ctg.french import counted
from financing import services
from financing.computing import compute_year
from financing.deadlines import SLUGS
from financing.forms.lines import AmountsRow, DeclarationRow, Grid, NotificationDayForm
from financing.imports import said_at
from financing.models import Facility
from financing.overview import with_line_of
from financing.rights import declarable_facilities, editable_amounts
from financing.services import Quantities

PER_PAGE = 80
WHO_DECLARES = (
    "L’activité d’un équipement est déclarée par son gestionnaire, "
    "ou par le ou la chef·fe de projet."
)
WHO_NOTIFIES = (
    "Les montants notifiés sont saisis par le ou la conseiller·ère Caf ou par le ou la chef·fe "
    "de projet."
)


def declare(request, year, stage):
    """Quantities of the year at one stage, for the facilities that the person answers for."""
    mine = declarable_facilities(request.access, request.convention)
    require(mine.exists(), WHO_DECLARES)
    if stage not in SLUGS or year not in request.convention.years:
        raise Http404("Cette déclaration n’existe pas dans la convention.")
    page, kinds = _page(request, mine.open_in(year), year)
    lines = {facility: facility.lines_of_year for facility in page}
    said = {facility: said_at(next(iter(lines[facility]), None), SLUGS[stage]) for facility in page}
    grid = Grid(DeclarationRow, page, data=request.POST or None, initial=said.__getitem__)
    if request.method == "POST" and grid.is_valid():
        taken = _quantities(grid, lines, fill="fill" in request.POST)
        services.declare(request.convention, year, SLUGS[stage], taken, by=request.user)
        messages.success(request, _told(taken))
        return redirect(request.get_full_path())
    addresses = [
        (label.label, _address(request, "declare", year, slug), slug == stage)
        for slug, label in SLUGS.items()
    ]
    context = {"title": f"Activité {year}", "grid": grid, "page": page, "kinds": kinds}
    context |= {"year": year, "stage": SLUGS[stage], "stages": addresses}
    return render(request, "financing/declare.html", context)


def _page(request, facilities, year):
    """One kind at a time: its facilities, and the links to the other kinds."""
    present = set(facilities.order_by().values_list("kind", flat=True))
    kinds = [kind for kind in Facility.Kind if kind in present]
    asked = request.GET.get("type")
    kind = asked if asked in kinds else next(iter(kinds), "")
    rows = with_line_of(facilities.filter(kind=kind), year).prefetch_related(
        "lines_of_year__declarations"
    )
    links = [(one.label, f"?type={one.value}", one == kind) for one in kinds]
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page")), links


def _quantities(grid, lines, *, fill):
    """Of the rows that were changed and, on demand, of the blank ones the last known figures."""
    taken = {form.facility: form.quantities for form in grid.changed if not form.is_blank}
    if fill:
        for form in grid:
            for line in lines[form.facility]:
                if form.is_blank:
                    last = Quantities(line.existing_quantity, line.new_quantity)
                    taken[form.facility] = last
    return taken


def _told(rows):
    count = len(rows)
    if not count:
        return "Rien n’avait changé."
    return f"C’est enregistré : {counted(count, 'équipement', 'équipements')}."


def _address(request, name, *args):
    address = reverse(f"financing:{name}", args=[request.convention.slug, *args])
    kind = request.GET.get("type")
    return f"{address}?{urlencode({'type': kind})}" if kind else address


def amounts(request, year):
    """Forecast and updated amounts for the lead; what the Caf notified for its adviser too."""
    require(request.access.has(Right.ENTER_PAYMENTS), WHO_NOTIFIES)
    if year not in request.convention.years:
        raise Http404("Cette année n’est pas dans la convention.")
    page, kinds = _page(request, request.convention.facilities.open_in(year), year)
    day = NotificationDayForm(request.POST or None)
    grid = Grid(
        AmountsRow,
        page,
        data=request.POST or None,
        initial=_amounts_of,
        editable=editable_amounts(request.access),
        year=year,
        default_day=day.cleaned_data["notified_on"] if day.is_valid() else None,
    )
    if request.method == "POST" and grid.is_valid() and day.is_valid():
        changed = {form.facility: form.values for form in grid.changed}
        services.save_amounts(request.convention, year, changed, by=request.user)
        messages.success(request, _told(changed))
        return redirect(request.get_full_path())
    years = [(str(y), _address(request, "amounts", y), y == year) for y in request.convention.years]
    context = {"title": f"Montants {year}", "grid": grid, "page": page, "kinds": kinds}
    context |= {"year": year, "years": years, "day": day}
    return render(request, "financing/amounts.html", context)


def _amounts_of(facility):
    fields = ("forecast", "updated", "notified", "notified_on", "gap_note")
    for line in facility.lines_of_year:
        return {name: getattr(line, name) for name in fields}
    return {}


@require_POST
def adopt(request, year):
    """Our estimation becomes the forecast of the lines that have none."""
    require(request.access.has(Right.MANAGE_FUNDING))
    count = services.adopt_estimations(request.convention, year, by=request.user)
    said = counted(count, "ligne reprend", "lignes reprennent")
    messages.success(request, f"{said} son estimation comme prévision." if count else _told([]))
    return redirect("financing:amounts", request.convention.slug, year)


@require_POST
def compute(request, year):
    require(request.access.has(Right.MANAGE_FUNDING))
    count = compute_year(request.convention, year, by=request.user)
    updated = counted(count, "ligne mise à jour", "lignes mises à jour")
    said = f"Estimation {year} : {updated}." if count else "L’estimation était à jour."
    messages.success(request, said)
    return redirect(f"{reverse('financing:overview', args=[request.convention.slug])}?annee={year}")
