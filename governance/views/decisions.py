from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone

from ctg.convention.rights import Right, require
from ctg.french import counted
from governance.filters import DecisionFilter
from governance.models import Decision

PER_PAGE = 50


def decisions(request):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    today = timezone.localdate()
    register = Decision.objects.of(request.convention)
    filters = DecisionFilter(request.GET, register.for_list(today))
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
