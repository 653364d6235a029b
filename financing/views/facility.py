from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from ctg.convention.rights import Right, require
from financing import reference
from financing.forms.facility import AgreementForm, FacilityForm
from financing.models import BonusLine, Facility, FundingAgreement, Instalment
from financing.rights import can_view_any, visible_facilities

WHO_READS = (
    "Les financements sont lus par le ou la chef·fe de projet, les référent·es, "
    "la Caf, les élu·es et, chacun pour les siens, les gestionnaires d’équipement."
)
WHO_MANAGES = (
    "Les équipements et leurs conventions sont tenus par le ou la chef·fe de projet ; "
    "demandez-lui ce changement."
)


def detail(request, pk):
    require(can_view_any(request.access, request.convention), WHO_READS)
    found = get_object_or_404(
        visible_facilities(request.access, request.convention)
        .select_related("manager", "competent_authority", "commune")
        .prefetch_related(
            "themes",
            "agreements",
            "actions",
            Prefetch("bonus_lines", BonusLine.objects.with_paid().order_by("-year")),
        ),
        pk=pk,
    )
    lines = list(found.bonus_lines.all())
    instalments = Instalment.objects.filter(bonus_line__in=lines).select_related(
        "bonus_line", "correction"
    )
    return render(
        request,
        "financing/facility_detail.html",
        {
            "facility": found,
            "lines": lines,
            "instalments": instalments.order_by("-bonus_line__year", "due_on", "pk"),
            "today": timezone.localdate(),
        },
    )


def create(request):
    require(request.access.has(Right.MANAGE_FUNDING), WHO_MANAGES)
    return _edit(request, Facility())


def edit(request, pk):
    require(request.access.has(Right.MANAGE_FUNDING), WHO_MANAGES)
    return _edit(request, get_object_or_404(request.convention.facilities, pk=pk))


def _edit(request, facility):
    is_new = facility.pk is None
    form = FacilityForm(request.POST or None, instance=facility, convention=request.convention)
    if form.is_valid():
        reference.save_facility(
            form.save(commit=False),
            themes=form.cleaned_data["themes"],
            actions=form.cleaned_data["actions"],
            by=request.user,
        )
        messages.success(request, f"{facility.name} est enregistré.")
        return redirect("financing:facility", request.convention.slug, facility.pk)
    context = {"form": form, "facility": facility, "is_new": is_new}
    return render(request, "financing/facility_form.html", context)


def agreement_create(request, pk):
    require(request.access.has(Right.MANAGE_FUNDING), WHO_MANAGES)
    facility = get_object_or_404(request.convention.facilities, pk=pk)
    return _edit_agreement(request, FundingAgreement(facility=facility))


def agreement_edit(request, pk):
    require(request.access.has(Right.MANAGE_FUNDING), WHO_MANAGES)
    agreements = FundingAgreement.objects.filter(facility__convention=request.convention)
    return _edit_agreement(request, get_object_or_404(agreements, pk=pk))


def agreement_document(request, pk):
    """For who may see the facility: the document opens from nowhere else."""
    require(can_view_any(request.access, request.convention), WHO_READS)
    visible = visible_facilities(request.access, request.convention)
    agreement = get_object_or_404(
        FundingAgreement.objects.exclude(document=None), pk=pk, facility__in=visible
    )
    return FileResponse(agreement.document.file.open(), as_attachment=True)


def _edit_agreement(request, agreement):
    form = AgreementForm(
        request.POST or None,
        request.FILES or None,
        instance=agreement,
        facility=agreement.facility,
    )
    if form.is_valid():
        with transaction.atomic():
            agreement.document = form.document(request.convention, request.user)
            reference.save_agreement(agreement, by=request.user)
        messages.success(request, f"La convention {agreement.period_label} est enregistrée.")
        return redirect("financing:facility", request.convention.slug, agreement.facility_id)
    context = {"form": form, "facility": agreement.facility, "agreement": agreement}
    return render(request, "financing/agreement_form.html", context)
