from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from ctg.convention.rights import Right, require
from governance.committees import committee_lines, committees_by_kind
from governance.forms.committee import CommitteeForm, SeatFormSet
from governance.models import Committee, Decision
from governance.services import committees as services

PER_PAGE = 50


def committees(request):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    today = timezone.localdate()
    return render(
        request,
        "governance/committee_list.html",
        {
            "groups": committees_by_kind(request.convention, timezone.now()),
            "closed": request.convention.committees.exclude(closed_on=None),
            "late": Decision.objects.of(request.convention).overdue(today).count(),
        },
    )


def committee(request, pk):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    found = get_object_or_404(request.convention.committees, pk=pk)
    (line,) = committee_lines(request.convention.committees.filter(pk=pk), timezone.now())
    today = timezone.localdate()
    meetings = found.meetings.annotate(decisions_count=Count("decisions"))
    meetings = meetings.order_by("-starts_at")
    seats = found.members.select_related("organization")
    return render(
        request,
        "governance/committee_detail.html",
        {
            "committee": found,
            "line": line,
            "members": seats.sitting(today),
            "former": seats.filter(ends_on__lt=today),
            "page": Paginator(meetings, PER_PAGE).get_page(request.GET.get("page")),
            "actions": found.actions.current().in_plan_order().with_plan(),
        },
    )


def create(request):
    return _edit(request, Committee())


def edit(request, pk):
    require(request.access.has(Right.MANAGE_GOVERNANCE))
    return _edit(request, get_object_or_404(request.convention.committees, pk=pk))


def _edit(request, committee):
    require(request.access.has(Right.MANAGE_GOVERNANCE))
    created, data = committee.pk is None, request.POST or None
    form = CommitteeForm(data, instance=committee, convention=request.convention)
    seats = SeatFormSet(data, instance=committee, convention=request.convention)
    if request.method == "POST" and {form.is_valid(), seats.is_valid()} == {True}:
        with transaction.atomic():
            committee = form.save()
            committee.actions.set(form.cleaned_data["actions"])
            seats.save()
            changed = [form.fields[name].label.lower() for name in form.changed_data]
            changed += ["membres"] if seats.has_changed() else []
            services.record_saved(committee, created=created, changed=changed, by=request.user)
        messages.success(request, f"Le comité « {committee} » est enregistré.")
        return redirect(committee)
    context = {"committee": committee, "created": created, "form": form, "seats": seats}
    return render(request, "governance/committee_form.html", context)


@require_POST
def close(request, pk):
    """End the committee, or take it up again when it was ended."""
    require(request.access.has(Right.MANAGE_GOVERNANCE))
    found = get_object_or_404(request.convention.committees, pk=pk)
    verb = services.reopen if found.closed_on else services.close
    try:
        verb(found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        said = "a pris fin" if found.closed_on else "reprend son activité"
        messages.success(request, f"Le comité « {found} » {said}.")
    return redirect(found)
