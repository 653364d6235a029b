"""Grants of the communes and the EPCI, and their open data file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ctg.convention.rights import Right, require
from financing.exports import write_scdl_grants
from financing.forms.grant import GrantForm
from financing.grants import published, save_grant, threshold
from financing.models import Grant
from financing.views.facility import WHO_MANAGES, WHO_READS
from financing.views.overview import year_of


def grants(request):
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    known = request.convention.grants.select_related("granted_by", "beneficiary", "action")
    above = threshold(request.convention)
    context = {
        "year": year_of(request),
        "grants": known,
        "threshold": above,
        "published": sum(above is not None and grant.amount > above for grant in known),
    }
    return render(request, "financing/grant_list.html", context)


def scdl(request):
    """The file of the legal publication, as the national schema describes it."""
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    name = f"subventions-{request.convention.slug}.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    write_scdl_grants(response, published(request.convention).order_by("agreed_on", "pk"))
    return response


def create(request):
    require(request.access.has(Right.MANAGE_FUNDING), WHO_MANAGES)
    return _edit(request, Grant())


def edit(request, pk):
    require(request.access.has(Right.MANAGE_FUNDING), WHO_MANAGES)
    return _edit(request, get_object_or_404(request.convention.grants, pk=pk))


def _edit(request, grant):
    form = GrantForm(request.POST or None, instance=grant, convention=request.convention)
    if form.is_valid():
        save_grant(form.save(commit=False), by=request.user)
        messages.success(request, "La subvention est enregistrée.")
        return redirect("financing:grants", request.convention.slug)
    return render(request, "financing/grant_form.html", {"form": form})
