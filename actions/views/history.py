from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from actions.history.restoring import restore as restore_sheet
from actions.history.states import records_of
from actions.history.versions import compare, versions
from actions.rights import can_edit_action
from actions.sheet import journal_of
from ctg.convention.rights import require
from ctg.numbers import whole_numbers

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
        },
    )


def _compared(action, chosen):
    records = list(records_of(action).filter(pk__in={*whole_numbers(chosen)}))
    if len(records) != 2:
        return None
    new, old = records
    return {"old": old, "new": new, "changes": compare(action, old, new)}


@require_POST
def restore(request, code, version):
    """Without a field or rows named, the whole sheet as it was in this version."""
    with transaction.atomic():  # nobody else saves between what is read here and what is written
        actions = request.convention.actions.select_for_update()
        action = get_object_or_404(actions, code=code)
        require(can_edit_action(request.access, action))
        kept = get_object_or_404(records_of(action), pk=version)
        _restore(request, action, kept)
    return redirect("actions:history", request.convention.slug, action.code)


def _restore(request, action, kept):
    name = request.POST.get("field")
    try:
        done = restore_sheet(action, kept, only=[name] if name else (), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        action.refresh_from_db(fields=["code"])
        return
    labels = ", ".join(done.labels)
    messages.success(request, f"Rétabli : {labels}." if labels else UNCHANGED)
    if done.left_aside:
        messages.warning(request, f"Laissé de côté : {' '.join(done.left_aside)}")
