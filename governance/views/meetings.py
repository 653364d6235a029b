from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from ctg.convention.rights import Right, require
from ctg.french import french_date
from governance.models import Attendance, Meeting


def meeting(request, pk):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    meetings = Meeting.objects.of(request.convention)
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
                (state.label, [a.label for a in attendances if a.state == state])
                for state in Attendance.State
            ],
            "attendances_count": len(attendances),
            "decisions": found.decisions.for_list(timezone.localdate()),
            "reviews": found.annual_reviews.published().defer("data"),
        },
    )
