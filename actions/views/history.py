from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from actions.history import changes_between, restorable_names, restore_fields, versions
from actions.rights import can_edit_action
from actions.sheet import journal_of
from ctg.convention.rights import require

UNCHANGED = "La fiche est déjà ainsi : rien n’a changé."


def history(request, code):
    """Every version of the sheet, two of them compared when the address names them; its journal."""
    action = get_object_or_404(request.convention.actions, code=code)
    return render(
        request,
        "actions/action_history.html",
        {
            "action": action,
            "versions": versions(action),
            "page": Paginator(journal_of(action, request.access), 50).get_page(
                request.GET.get("page")
            ),
            "compared": _compared(action, request.GET.getlist("version")),
            "can_edit": can_edit_action(request.access, action),
            "restorable": restorable_names(),
        },
    )


def _compared(action, chosen):
    keys = sorted({int(pk) for pk in chosen if pk.isdecimal()})
    records = list(action.history.filter(pk__in=keys).order_by("history_id"))
    if len(records) != 2:
        return None
    old, new = records
    return {"old": old, "new": new, "changes": changes_between(old, new)}


@require_POST
def restore(request, code, version):
    """Without a field named, the whole sheet as it was in this version."""
    action = get_object_or_404(request.convention.actions, code=code)
    require(can_edit_action(request.access, action))
    kept = get_object_or_404(action.history, pk=version)
    name = request.POST.get("field")
    names = [name] if name else restorable_names()
    try:
        labels = restore_fields(action, kept, names=names, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Rétabli : {', '.join(labels)}." if labels else UNCHANGED)
    return redirect("actions:history", request.convention.slug, action.code)
