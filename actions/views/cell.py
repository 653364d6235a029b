from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django_htmx.http import trigger_client_event

from actions.forms.cell import cell_form
from actions.rights import can_edit_action
from ctg.convention.rights import require


def cell(request, code, cell):
    """One cell of the table: a small form in its place, or a page of its own without htmx."""
    if request.method != "POST":
        return _cell(request, request.convention.actions, code, cell)
    with transaction.atomic():  # nobody else saves between what is read here and what is written
        return _cell(request, request.convention.actions.select_for_update(), code, cell)


def _cell(request, actions, code, name):
    action = get_object_or_404(actions, code=code, archived_at=None)
    require(can_edit_action(request.access, action), "Votre organisme ne pilote pas cette action.")
    heading = action.heading
    try:
        form = cell_form(name, request.POST or None, action=action, convention=request.convention)
    except KeyError:
        raise Http404("Cette case ne se modifie pas.") from None
    if request.method == "POST" and form.is_valid() and _save(form, request.user):
        said = f"{action.code} : {form.legend.lower()} enregistré."
        if request.htmx:
            return trigger_client_event(HttpResponse(status=204), "ctg:cell", {"said": said})
        messages.success(request, said)
        return redirect(f"{reverse('actions:plan', args=[request.convention.slug])}?vue=tableau")
    return render(
        request,
        "actions/cell_form.html" + ("#form" if request.htmx else ""),
        {"action": action, "heading": heading, "code": code, "cell": name, "form": form},
    )


def _save(form, by):
    try:
        form.save(by=by)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True
