"""Simulations: a list by year compared side by side, one scenario beside the real lines."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ctg.convention.rights import Right, require
from ctg.french import counted
from financing.forms.scenario import KnownLineFormSet, NewLineFormSet, RateFormSet, ScenarioForm
from financing.models import Facility, Scenario
from financing.simulation import adopt, archive, basis, record_scenario, simulate, totals
from financing.views.facility import WHO_READS
from financing.views.overview import year_of

COMPARED = 4
WHO_SIMULATES = "Les simulations sont faites par le ou la chef·fe de projet."


def scenario_list(request):
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    year = year_of(request)
    scenarios = list(
        request.convention.scenarios.filter(archived_at=None, year=year)
        .select_related("created_by")
        .prefetch_related("lines", "rates")
    )
    shown = scenarios[:COMPARED]
    start = basis(request.convention, year)
    results = [simulate(scenario, start) for scenario in shown]
    context = {
        "year": year,
        "years": [(str(y), f"?annee={y}", y == year) for y in request.convention.years],
        "scenarios": scenarios,
        "columns": ("Type d’équipement", ("Aujourd’hui", "money"))
        + tuple((scenario.title, "money") for scenario in shown),
        "rows": _by_kind(results),
        "footer": ("Ensemble", *_today(results), *(totals(rows)[1] for rows in results)),
    }
    return render(request, "financing/scenario_list.html", context)


def _by_kind(results):
    rows = []
    for kind in Facility.Kind:
        groups = [[row for row in result if row.kind == kind] for result in results]
        if any(groups):
            today = totals(groups[0])[0]
            rows.append((kind.label, today, *(totals(group)[1] for group in groups)))
    return rows


def _today(results):
    return [totals(results[0])[0]] if results else [None]


def scenario(request, pk):
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    found = get_object_or_404(request.convention.scenarios.select_related("created_by"), pk=pk)
    rows = simulate(found, basis(request.convention, found.year))
    before, after, difference = totals(rows)
    context = {
        "scenario": found,
        "year": found.year,
        "rows": [row for row in rows if row.moves],
        "still": sum(not row.moves for row in rows),
        "rates": found.rates.all(),
        "before": before,
        "after": after,
        "difference": difference,
        "to_create": sum(row.facility is None for row in rows),
    }
    return render(request, "financing/scenario_detail.html", context)


def create(request):
    """Its title and its year first; the assumptions come on the next page."""
    require(request.access.has(Right.MANAGE_FUNDING), WHO_SIMULATES)
    made = Scenario(created_by=request.user, year=year_of(request))
    form = ScenarioForm(request.POST or None, instance=made, convention=request.convention)
    if form.is_valid():
        with transaction.atomic():
            form.save()
            record_scenario(made, "créée", by=request.user)
        return redirect("financing:scenario_edit", request.convention.slug, made.pk)
    return render(request, "financing/scenario_create.html", {"form": form})


def edit(request, pk):
    require(request.access.has(Right.MANAGE_FUNDING), WHO_SIMULATES)
    found = get_object_or_404(request.convention.scenarios, pk=pk)
    formsets = _formsets(request, found)
    if request.method == "POST" and {formset.is_valid() for formset in formsets.values()} == {True}:
        with transaction.atomic():
            for formset in formsets.values():
                formset.save()
            record_scenario(found, "modifiée", by=request.user)
        messages.success(request, "La simulation est calculée.")
        return redirect("financing:scenario", request.convention.slug, found.pk)
    context = {"scenario": found, **formsets}
    return render(request, "financing/scenario_form.html", context)


def _formsets(request, found):
    """The three parts of the form: facilities that exist, those to open, rates."""
    start = basis(request.convention, found.year)
    sent = {"data": request.POST or None, "instance": found}
    known = {"form_kwargs": {"convention": request.convention, "start": start}}
    return {
        "lines": KnownLineFormSet(**sent, **known, prefix="lignes"),
        "openings": NewLineFormSet(**sent, **known, prefix="ouvertures"),
        "rates": RateFormSet(**sent, prefix="baremes"),
    }


@require_POST
def scenario_adopt(request, pk):
    require(request.access.has(Right.MANAGE_FUNDING), WHO_SIMULATES)
    found = get_object_or_404(request.convention.scenarios, pk=pk)
    try:
        count = adopt(found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        said = counted(count, "ligne a", "lignes ont")
        messages.success(request, f"{said} maintenant la prévision simulée pour {found.year}.")
    return redirect("financing:scenario", request.convention.slug, found.pk)


@require_POST
def scenario_archive(request, pk):
    require(request.access.has(Right.MANAGE_FUNDING), WHO_SIMULATES)
    found = get_object_or_404(request.convention.scenarios, pk=pk)
    archive(found, by=request.user)
    messages.success(request, "La simulation est archivée.")
    return redirect("financing:scenarios", request.convention.slug)
