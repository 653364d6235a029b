"""The register of decisions, and what becomes of each."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from ctg.convention.journal import entries_about
from ctg.convention.rights import Right, require
from ctg.french import counted
from governance.filters import DecisionFilter
from governance.forms.decision import ApplyForm, AssignForm, DecisionForm
from governance.forms.meeting import ReasonForm
from governance.models import Decision
from governance.services import decisions as services
from governance.views.meetings import LEAD_ONLY, find_to_manage

PER_PAGE = 50


def decisions(request):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    today = timezone.localdate()
    register = Decision.objects.of(request.convention)
    filters = DecisionFilter(request.GET, register.for_list(today), convention=request.convention)
    count, late = register.count(), register.overdue(today).count()
    return render(
        request,
        "governance/decision_list.html",
        {
            "filters": filters,
            "page": Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page")),
            "late": late,
            "late_words": counted(late, "décision est en retard", "décisions sont en retard"),
            "subtitle": counted(count, "décision", "décisions"),
        },
    )


def _find(request, pk):
    register = Decision.objects.of(request.convention).for_list(timezone.localdate())
    return get_object_or_404(register.select_related("meeting__committee__convention"), pk=pk)


def _find_to_manage(request, pk):
    require(request.access.has(Right.MANAGE_GOVERNANCE), LEAD_ONLY)
    return _find(request, pk)


def decision(request, pk):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    found = _find(request, pk)
    return render(
        request,
        "governance/decision_detail.html",
        {"decision": found, "journal": entries_about(found).select_related("by")},
    )


def create(request, pk):
    """Typed after the meeting, from its page."""
    return _edit(request, Decision(meeting=find_to_manage(request, pk)))


def edit(request, pk):
    """The whole decision until the minutes are adopted, then its owner and date."""
    found = _find_to_manage(request, pk)
    if found.meeting.can_note:
        return _edit(request, found)
    form = AssignForm(request.POST or None, instance=found, convention=request.convention)
    if form.is_valid() and _done(form, services.assign, found, by=request.user):
        return _back(request, found)
    return _form(request, found, form)


def _edit(request, decision):
    form = DecisionForm(request.POST or None, instance=decision, convention=request.convention)
    if form.is_valid() and _done(
        form,
        services.save,
        decision,
        actions=form.cleaned_data["actions"],
        objectives=form.cleaned_data["objectives"],
        by=request.user,
    ):
        return _back(request, decision)
    return _form(request, decision, form)


def _done(form, verb, *args, **kwargs) -> bool:
    try:
        verb(*args, **kwargs)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


def _form(request, decision, form):
    context = {"decision": decision, "meeting": decision.meeting, "form": form}
    return render(request, "governance/decision_form.html", context)


def _back(request, decision, said="La décision est enregistrée."):
    messages.success(request, said)
    return redirect("governance:decision", request.convention.slug, decision.pk)


def apply(request, pk):
    """A GET proposes what the decision does to each action, a POST does it."""
    found = _find_to_manage(request, pk)
    form = ApplyForm(request.POST if request.method == "POST" else None, decision=found)
    if form.is_valid():
        outcome = form.cleaned_data["outcome"]
        try:
            services.apply(found, effects=form.effects, outcome=outcome, by=request.user)
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            return _back(request, found, "La décision est appliquée.")
    context = {"decision": found, "form": form}
    return render(request, "governance/decision_apply.html", context)


def drop(request, pk):
    found = _find_to_manage(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and _done(form, services.drop, found, by=request.user, **form.cleaned_data):
        return _back(request, found, "La décision est classée sans suite.")
    return render(request, "governance/decision_drop.html", {"decision": found, "form": form})


@require_POST
def reopen(request, pk):
    found = _find_to_manage(request, pk)
    try:
        services.reopen(found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("governance:decision", request.convention.slug, found.pk)


@require_POST
def remove(request, pk):
    found = _find_to_manage(request, pk)
    meeting = found.meeting
    try:
        services.remove(found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("governance:decision", request.convention.slug, pk)
    messages.success(request, "La décision est retirée du relevé.")
    return redirect(meeting)
