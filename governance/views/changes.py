from datetime import datetime, time

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from ctg.convention.rights import Right, require
from ctg.french import french_date
from ctg.numbers import whole_number
from governance.changes import last_meeting, plan_changes, since_when
from governance.models import Meeting

MEETINGS = 12
FIRST_YEAR = 1900  # nearer to year 1, a date has no place left in universal time


def changes(request):
    """What changed in the whole plan since a date, or since the last committee."""
    require(request.access.has(Right.VIEW_GOVERNANCE))
    since, meeting = _since(request)
    found = plan_changes(request.convention, since, request.access)
    meetings = Meeting.objects.of(request.convention).over().select_related("committee")
    return render(
        request,
        "governance/changes.html",
        {
            "found": found,
            "figures": [(count, one if count < 2 else many) for count, one, many in found.figures],
            "page": Paginator(found.actions, 50).get_page(request.GET.get("page")),
            "since": since,
            "meeting": meeting,
            "meetings": meetings[:MEETINGS],
            "subtitle": f"Depuis le {french_date(since)}" + (f", {meeting}" if meeting else ""),
        },
    )


def _since(request):
    """The date asked for, else the meeting asked for, else the last one that was held."""
    try:
        day = parse_date(request.GET.get("depuis", ""))
    except ValueError:
        day = None
    if day and day.year >= FIRST_YEAR:
        return timezone.make_aware(datetime.combine(day, time.min)), None
    asked = whole_number(request.GET.get("reunion", ""))
    held = Meeting.objects.of(request.convention).select_related("committee")
    meeting = None if asked is None else held.filter(pk=asked).first()
    meeting = meeting or last_meeting(request.convention)
    return since_when(meeting), meeting
