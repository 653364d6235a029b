from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from ctg.convention.rights import Right, require
from ctg.french import counted, french_date
from governance.committees import committee_lines, committees_by_kind
from governance.dashboard import build_dashboard
from governance.filters import DecisionFilter
from governance.models import Attendance, Decision, Meeting

PER_PAGE = 50


def home(request):
    dashboard = build_dashboard(request.convention, request.access)
    greeting = f"Bonjour {request.user.first_name}".strip()
    return render(request, "governance/home.html", {"dashboard": dashboard, "greeting": greeting})


def committees(request):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    today = timezone.localdate()
    return render(
        request,
        "governance/committee_list.html",
        {
            "groups": committees_by_kind(request.convention, timezone.now()),
            "late": Decision.objects.of(request.convention).overdue(today).count(),
        },
    )


def committee(request, pk):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    found = get_object_or_404(request.convention.committees, pk=pk)
    (line,) = committee_lines(request.convention.committees.filter(pk=pk), timezone.now())
    return render(
        request,
        "governance/committee_detail.html",
        {
            "committee": found,
            "line": line,
            "members": found.members.select_related("organization"),
            "meetings": found.meetings.annotate(decisions_count=Count("decisions")).order_by(
                "-starts_at"
            ),
            "actions": found.actions.current().in_plan_order().with_plan(),
        },
    )


def meeting(request, pk):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    meetings = Meeting.objects.filter(committee__convention=request.convention)
    found = get_object_or_404(meetings.select_related("committee"), pk=pk)
    attendances = list(found.attendances.select_related("organization"))
    return render(
        request,
        "governance/meeting_detail.html",
        {
            "meeting": found,
            "title": f"Réunion du {french_date(found.starts_at)}",
            "agenda": found.agenda.prefetch_related("actions"),
            "attendance": [
                (state.label, [str(a.organization) for a in attendances if a.state == state])
                for state in Attendance.State
            ],
            "attendances_count": len(attendances),
            "decisions": _decisions(found.decisions),
            "reviews": found.annual_reviews.published().defer("data"),
        },
    )


def decisions(request):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    register = Decision.objects.of(request.convention)
    filters = DecisionFilter(request.GET, _decisions(register))
    count, late = register.count(), register.overdue(timezone.localdate()).count()
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


def _decisions(decisions):
    return (
        decisions.with_lateness(timezone.localdate())
        .select_related("meeting__committee", "owner")
        .prefetch_related("actions")
    )
