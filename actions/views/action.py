from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from actions import services
from actions.forms.action import (
    ActionForm,
    IndicatorFormSet,
    PartnerFormSet,
    PostponeForm,
    ReasonForm,
    StepFormSet,
)
from actions.history import remember
from actions.models import Action
from actions.rights import can_edit_action
from actions.sheet import build_sheet
from ctg.convention.rights import Right, require


def detail(request, code):
    action = get_object_or_404(
        request.convention.actions.with_lateness(timezone.localdate()).with_plan(), code=code
    )
    can_edit = can_edit_action(request.access, action)
    return render(
        request,
        "actions/action_detail.html",
        {
            "action": action,
            "sheet": build_sheet(action, request.access),
            "can_edit": can_edit,
            "moves": [
                (verb, move)
                for verb, move in MOVES.items()
                if can_edit
                and move.to in Action.MOVES[Action.Status(action.status)]
                and move.suits(action)
            ],
        },
    )


def create(request):
    require(request.access.has(Right.EDIT_PLAN))
    action = Action(code=services.next_code(request.convention))
    objective = request.GET.get("objectif", "")
    if objective.isdecimal():
        action.operational_objective_id = int(objective)
    return _edit(request, action)


def edit(request, code):
    action = get_object_or_404(request.convention.actions, code=code)
    require(
        can_edit_action(request.access, action),
        "Seuls la cheffe ou le chef de projet et l’organisme pilote modifient cette fiche.",
    )
    return _edit(request, action)


def _edit(request, action):
    created = action.pk is None
    form = ActionForm(request.POST or None, instance=action, convention=request.convention)
    formsets = [
        PartnerFormSet(request.POST or None, instance=action, convention=request.convention),
        StepFormSet(request.POST or None, instance=action),
        IndicatorFormSet(request.POST or None, instance=action),
    ]
    if request.method == "POST" and _all_valid(form, *formsets):
        with transaction.atomic():
            if not created:
                remember(action)
            action = form.save()
            for formset in formsets:
                formset.save()
            services.record_saved(
                action,
                convention=request.convention,
                created=created,
                changed=form.changed_labels + [_plural(f) for f in formsets if f.has_changed()],
                by=request.user,
            )
        messages.success(request, _saved(action, form.merged))
        return redirect(action)
    partners, steps, indicators = formsets
    return render(
        request,
        "actions/action_form.html",
        {
            "action": action,
            "created": created,
            "form": form,
            "partners": partners,
            "steps": steps,
            "indicators": indicators,
        },
    )


def _saved(action, merged):
    said = f"La fiche {action.code} est enregistrée."
    if merged:
        said += f" Ce que quelqu’un d’autre venait d’y changer est gardé : {', '.join(merged)}."
    return said


def _all_valid(*parts):
    """Ask every part, so that all messages show at once."""
    return {part.is_valid() for part in parts} == {True}


def _plural(formset):
    return str(formset.model._meta.verbose_name_plural)


@dataclass(frozen=True)
class Move:
    label: str
    title: str
    to: str
    verb: Callable[..., None]
    form: type[forms.Form] = forms.Form
    from_finished: bool = False

    def suits(self, action):
        """Reopening and starting both lead to « en cours »: which one depends on the status."""
        return self.from_finished == action.is_finished


MOVES = {
    "lancer": Move("Lancer", "Lancer l’action", Action.Status.ONGOING, services.start),
    "realiser": Move(
        "Déclarer réalisée", "Déclarer l’action réalisée", Action.Status.DONE, services.complete
    ),
    "reporter": Move(
        "Reporter", "Reporter l’action", Action.Status.POSTPONED, services.postpone, PostponeForm
    ),
    "abandonner": Move(
        "Abandonner",
        "Abandonner l’action",
        Action.Status.ABANDONED,
        services.abandon,
        ReasonForm,
    ),
    "rouvrir": Move(
        "Rouvrir",
        "Rouvrir l’action",
        Action.Status.ONGOING,
        services.reopen,
        ReasonForm,
        from_finished=True,
    ),
}


def move(request, code, verb):
    """Change the status: a GET asks for what the move requires, a POST makes it."""
    action = get_object_or_404(request.convention.actions, code=code)
    require(can_edit_action(request.access, action))
    if verb not in MOVES:
        raise Http404("Ce changement de statut n’existe pas.")
    chosen = MOVES[verb]
    if not chosen.suits(action) or chosen.to not in Action.MOVES[Action.Status(action.status)]:
        messages.error(
            request,
            f"Une action « {action.get_status_display()} » ne peut pas changer ainsi de statut.",
        )
        return redirect(action)
    form = chosen.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            chosen.verb(action, by=request.user, **form.cleaned_data)
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
