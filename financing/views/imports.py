"""Facilities and figures from a spreadsheet: read over first, written when she says so."""

from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect, render
from django.urls import reverse

from ctg.convention.rights import Right, require
from financing.forms.imports import SpreadsheetForm
from financing.imports import Reader, write
from financing.models import Stage
from financing.views.facility import WHO_MANAGES
from financing.views.overview import year_of

SALT = "financing.imports"
STALE = "Cette relecture n’est plus valable : envoyez de nouveau le fichier."


def import_lines(request):
    """The rows that were read travel signed between the preview and the confirmation."""
    require(request.access.has(Right.MANAGE_FUNDING), WHO_MANAGES)
    if "rows" in request.POST:
        return _confirm(request)
    initial = {"year": year_of(request), "stage": Stage.ACTUAL}
    form = SpreadsheetForm(
        request.POST or None,
        request.FILES or None,
        years=request.convention.years,
        initial=initial,
    )
    context = {"form": form}
    if form.is_valid():
        year, stage = form.cleaned_data["year"], form.cleaned_data["stage"]
        context |= _preview(request, year, stage, form.rows)
    return render(request, "financing/import.html", context)


def _preview(request, year, stage, rows):
    reading = Reader(request.convention, year, stage).read(rows)
    sealed = signing.dumps([request.convention.pk, year, stage, rows], salt=SALT, compress=True)
    return {
        "reading": reading,
        "count": len(rows),
        "year": year,
        "stage": Stage(stage).label,
        "sealed": sealed,
    }


def _confirm(request):
    try:
        sealed = signing.loads(request.POST["rows"], salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        messages.error(request, STALE)
        return redirect("financing:import", request.convention.slug)
    convention, year, stage, rows = sealed
    reading = Reader(request.convention, year, stage).read([tuple(row) for row in rows])
    if convention != request.convention.pk or not reading.is_ready:
        messages.error(request, STALE)
        return redirect("financing:import", request.convention.slug)
    write(request.convention, year, stage, reading, by=request.user)
    messages.success(request, "Tout est enregistré.")
    return redirect(f"{reverse('financing:overview', args=[request.convention.slug])}?annee={year}")
