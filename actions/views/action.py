from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import push_url, reselect, reswap, retarget

from actions import services
from actions.addresses import moved_to
from actions.forms.moves import MOVES
from actions.forms.sheet import SECTIONS, SheetForms
from actions.models import Action
from actions.rights import can_edit_action
from actions.sheet import build_sheet
from ctg.convention.rights import Right, require
from ctg.numbers import whole_number


def detail(request, code):
    actions = request.convention.actions.with_lateness(timezone.localdate()).with_plan()
    action = actions.select_related("publication").filter(code=code).first()
    now = moved_to(request.convention, code, action)
    if now and "ancienne" not in request.GET:
        return redirect(now)
    if action is None:
        raise Http404("Aucune action de cette convention ne porte ce code.")
    can_edit = can_edit_action(request.access, action)
    return render(
        request,
        "actions/action_detail.html",
        {
            "action": action,
            "sheet": build_sheet(action, request.access),
            "can_edit": can_edit,
            "moves": [
                (verb, move) for verb, move in MOVES.items() if can_edit and move.suits(action)
            ],
        },
    )


def create(request):
    require(request.access.has(Right.EDIT_PLAN))
    action = Action(code=services.next_code(request.convention))
    action.operational_objective_id = whole_number(request.GET.get("objectif", ""))
    return _edit(request, action)


def edit(request, code, section=""):
    """The whole sheet, or one section of it in its place on the page."""
    if section and section not in SECTIONS:
        raise Http404("Cette partie de la fiche n’existe pas.")
    if request.method != "POST":
        return _edit(request, _to_edit(request, request.convention.actions, code), section)
    with transaction.atomic():  # nobody else saves between what is read here and what is written
        actions = request.convention.actions.select_for_update()
        return _edit(request, _to_edit(request, actions, code), section)


def _to_edit(request, actions, code):
    action = get_object_or_404(actions, code=code)
    require(
        can_edit_action(request.access, action),
        "Seuls la cheffe ou le chef de projet et l’organisme pilote modifient cette fiche.",
    )
    return action


def _edit(request, action, section=""):
    heading, code = action.heading, action.code
    chosen = [SECTIONS[section]] if section else SECTIONS.values()
    sheet = SheetForms(
        request.POST or None, action=action, convention=request.convention, sections=chosen
    )
    if request.method == "POST" and sheet.is_valid():
        action = sheet.save(by=request.user)
        messages.success(request, _saved(action, sheet.merged))
        return redirect(action)
    context = {
        "action": action,
        "heading": heading,
        "code": code,
        "sheet": sheet,
        "form": sheet.form,
        "section": section,
    }
    if not section:
        return render(request, "actions/action_form.html", context)
    template = "actions/action_section.html" + ("#form" if request.htmx else "")
    return _in_place(request, render(request, template, context), section)


def _in_place(request, response, section):
    """A refused section stays where it is on the sheet, instead of the page it asked for."""
    if not (request.htmx and request.method == "POST"):
        return response
    card = f"#carte-{section}"
    return push_url(reselect(retarget(reswap(response, "outerHTML"), card), card), False)


def _saved(action, merged):
    said = f"La fiche {action.code} est enregistrée."
    if merged:
        said += f" Ce que quelqu’un d’autre venait d’y changer est gardé : {', '.join(merged)}."
    return said


def move(request, code, verb):
    """Change the status: a GET asks for what the move requires, a POST makes it."""
    action = get_object_or_404(request.convention.actions, code=code)
    require(can_edit_action(request.access, action))
    if verb not in MOVES:
        raise Http404("Ce changement de statut n’existe pas.")
    chosen = MOVES[verb]
    if not chosen.suits(action):
        messages.error(
            request,
            f"Une action « {action.get_status_display()} » ne peut pas changer ainsi de statut.",
        )
        return redirect(action)
    form = chosen.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.act(action, partial(chosen.make, **form.cleaned_data), by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(
                request, f"{action.code} est maintenant « {action.get_status_display()} »."
            )
            return redirect(action)
    return render(
        request, "actions/action_move.html", {"action": action, "form": form, "move": chosen}
    )


@require_POST
def archive(request, code):
    require(request.access.has(Right.EDIT_PLAN))
    action = get_object_or_404(request.convention.actions, code=code)
    services.archive(action, convention=request.convention, by=request.user)
    messages.success(request, f"{action.code} est archivée : elle reste dans les archives.")
    return redirect("actions:plan", request.convention.slug)


@require_POST
def restore(request, code):
    require(request.access.has(Right.EDIT_PLAN))
    action = get_object_or_404(request.convention.actions, code=code)
    services.restore(action, convention=request.convention, by=request.user)
    messages.success(request, f"{action.code} est de retour dans le plan.")
    return redirect(action)
