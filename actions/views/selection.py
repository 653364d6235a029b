from django.http import QueryDict
from django.utils import timezone

from actions.filters import ActionFilter


def selected_codes(request) -> list[str]:
    """Of the actions ticked in the table, or of all that match the filters the table had.

    A POST says every code again: the preview and the change are about the same actions.
    """
    if request.method == "POST":
        return request.POST.getlist("action")
    if "all" not in request.GET:
        return request.GET.getlist("action")
    actions = request.convention.actions.current().with_lateness(timezone.localdate())
    query = QueryDict(request.GET["query"]) if "query" in request.GET else request.GET
    filters = ActionFilter(query, actions, convention=request.convention)
    return list(dict.fromkeys(filters.qs.order_by().values_list("code", flat=True)))
