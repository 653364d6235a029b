"""The plan out to a file."""

from django.http import Http404
from django.utils import timezone

from actions.exchange.exports import plan_sheet, whole_plan
from actions.filters import ActionFilter
from actions.plan.columns import in_order
from ctg.spreadsheets import FORMATS, download


def export(request, extension):
    """The actions on screen, in the order on screen."""
    if extension not in FORMATS:
        raise Http404("Ce format d’export n’existe pas.")
    actions = whole_plan(request.convention)
    filters = ActionFilter(request.GET, actions, convention=request.convention)
    name = f"plan-{request.convention.slug}-{timezone.localdate():%Y-%m-%d}"
    shown = in_order(filters.qs, request.GET.get("tri", ""))
    return download(extension, name, plan_sheet(shown))
