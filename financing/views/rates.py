"""The rates: national ones with their source, and those the convention was given."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from ctg.convention.rights import Right, require
from financing.forms.rate import RateForm
from financing.models import Rate
from financing.reference import save_rate
from financing.territories import build_smoothing
from financing.views.facility import WHO_READS
from financing.views.overview import year_of

WHO_KEEPS = "Les barèmes propres à la convention sont tenus par le ou la chef·fe de projet."


def rates(request):
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    known = sorted(
        Rate.objects.known_to(request.convention),
        key=lambda rate: (Rate.Kind.values.index(rate.kind), rate.valid_from),
    )
    context = {"rates": known, "year": year_of(request)}
    return render(request, "financing/rate_list.html", context)


def territories(request):
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    year = year_of(request)
    context = {
        "year": year,
        "years": [(str(y), f"?annee={y}", y == year) for y in request.convention.years],
        "smoothing": build_smoothing(request.convention, year),
    }
    return render(request, "financing/territories.html", context)


def create(request):
    require(request.access.has(Right.MANAGE_FUNDING), WHO_KEEPS)
    return _edit(request, Rate(kind=request.GET.get("bareme", "")))


def edit(request, pk):
    """The convention’s own only: the national ones are the same for everyone."""
    require(request.access.has(Right.MANAGE_FUNDING), WHO_KEEPS)
    return _edit(request, get_object_or_404(request.convention.rates, pk=pk))


def _edit(request, rate):
    form = RateForm(request.POST or None, instance=rate, convention=request.convention)
    if form.is_valid():
        save_rate(form.save(commit=False), by=request.user)
        messages.success(request, "Le barème est enregistré, les estimations sont à jour.")
        return redirect("financing:rates", request.convention.slug)
    return render(request, "financing/rate_form.html", {"form": form})
