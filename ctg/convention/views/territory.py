"""Who takes part in the convention: its communes and the other organisations."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from ctg.collation import in_french
from ctg.convention import territory as services
from ctg.convention.forms.territory import CommunesForm, OrganizationForm
from ctg.convention.models import Organization
from ctg.convention.rights import Right, require
from ctg.french import counted


def territory(request):
    require(request.access.has(Right.MANAGE_CONVENTION))
    convention = request.convention
    people = Count("memberships", filter=Q(memberships__convention=convention))
    others = convention.organizations.filter(commune=None).annotate(people=people)
    communes = convention.communes.defer("contour").annotate(people=people)
    context = {
        "communes": communes.order_by(in_french("name")),
        "others": others.order_by(in_french("name")),
    }
    return render(request, "convention/territory.html", context)


def create(request):
    require(request.access.has(Right.MANAGE_CONVENTION))
    form = OrganizationForm(request.POST or None, convention=request.convention)
    if form.is_valid():
        joining = form.known or form.instance
        services.add_organization(request.convention, joining, by=request.user)
        messages.success(request, f"{joining} rejoint le territoire.")
        return redirect("convention:territory", request.convention.slug)
    return render(request, "convention/organization_form.html", {"form": form})


def edit(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    convention = request.convention
    found = get_object_or_404(convention.organizations, pk=pk)
    form = OrganizationForm(request.POST or None, instance=found, convention=convention)
    if form.is_valid():
        try:
            services.change_organization(found, convention=convention, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"{found} est enregistré.")
            return redirect("convention:territory", convention.slug)
    named = get_object_or_404(Organization, pk=pk)
    context = {
        "form": form,
        "organization": named,
        "is_shared": services.is_shared(named, convention),
        "held": services.what_holds(named),
    }
    return render(request, "convention/organization_form.html", context)


@require_POST
def remove(request, pk):
    require(request.access.has(Right.MANAGE_CONVENTION))
    found = get_object_or_404(request.convention.organizations, pk=pk)
    try:
        services.remove_organization(found, convention=request.convention, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("convention:organization", request.convention.slug, found.pk)
    messages.success(request, f"{found} quitte le territoire.")
    return redirect("convention:territory", request.convention.slug)


def communes(request):
    require(request.access.has(Right.MANAGE_CONVENTION))
    form = CommunesForm(request.POST or None, convention=request.convention)
    if form.is_valid():
        services.add_communes(request.convention, form.communes, by=request.user)
        added = counted(len(form.communes), "commune rejoint", "communes rejoignent")
        messages.success(request, f"{added} le territoire.")
        return redirect("convention:territory", request.convention.slug)
    return render(request, "convention/communes_form.html", {"form": form})
