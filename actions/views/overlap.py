from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from actions.forms.overlap import MergeForm, NoteForm
from actions.models import Overlap
from actions.overlaps import services
from ctg.convention.rights import Right, require
from ctg.french import counted

STATES = {
    "a-examiner": ("À examiner", Overlap.State.FOUND),
    "liees": ("Liées", Overlap.State.LINKED),
    "fusionnees": ("Fusionnées", Overlap.State.MERGED),
    "ecartees": ("Écartées", Overlap.State.DISMISSED),
}


def overlaps(request):
    """The pairs that look alike, the most alike first, by what was decided of them."""
    require(request.access.has(Right.EDIT_PLAN))
    chosen = request.GET.get("etat") if request.GET.get("etat") in STATES else "a-examiner"
    found = _overlaps(request)
    state = STATES[chosen][1]
    shown = found.waiting() if state == Overlap.State.FOUND else found.filter(state=state)
    return render(
        request,
        "actions/overlap_list.html",
        {
            "page": Paginator(shown, 20).get_page(request.GET.get("page")),
            "states": [
                (label, f"?etat={slug}", slug == chosen) for slug, (label, _) in STATES.items()
            ],
            "chosen": chosen,
        },
    )


@require_POST
def look_for(request):
    require(request.access.has(Right.EDIT_PLAN))
    new = services.look_for(request.convention)
    said = counted(new, "nouvelle paire à examiner", "nouvelles paires à examiner")
    messages.success(request, f"{said}." if new else "Rien de nouveau ne se ressemble.")
    return redirect("actions:overlaps", request.convention.slug)


def overlap(request, pk):
    """Two sheets side by side, and what may be decided."""
    require(request.access.has(Right.EDIT_PLAN))
    pair = get_object_or_404(_overlaps(request), pk=pk)
    forms_shown = {"note_form": NoteForm(), "merge_form": MergeForm(pair=pair)}
    return _page(request, pair, **forms_shown)


@require_POST
def decide(request, pk, verb):
    require(request.access.has(Right.EDIT_PLAN))
    if verb not in VERBS:
        raise Http404("Cette décision n’existe pas.")
    pair = get_object_or_404(_overlaps(request), pk=pk)
    verb_service, done = VERBS[verb]
    form = MergeForm(request.POST, pair=pair) if verb == "fusionner" else NoteForm(request.POST)
    if form.is_valid():
        try:
            verb_service(pair, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, done.format(pair.first.code, pair.second.code))
            kept = form.cleaned_data.get("keep")
            return redirect(kept) if kept else redirect("actions:overlaps", request.convention.slug)
    shown = {"note_form": NoteForm(), "merge_form": MergeForm(pair=pair)}
    shown["merge_form" if verb == "fusionner" else "note_form"] = form
    return _page(request, pair, **shown)


def _reopen(pair, *, by, note=""):
    services.reopen(pair, by=by)


VERBS = {
    "lier": (services.link, "{} et {} sont liées : chaque fiche montre l’autre."),
    "ecarter": (services.dismiss, "{} et {} ne seront plus rapprochées."),
    "fusionner": (services.merge, "{} et {} sont réunies."),
    "reexaminer": (_reopen, "{} et {} sont de nouveau à examiner."),
}


def _overlaps(request):
    return Overlap.objects.of(request.convention).select_related(
        "first__convention", "second__convention", "kept", "decided_by"
    )


def _page(request, pair, *, note_form: forms.Form, merge_form: forms.Form):
    actions = request.convention.actions.with_plan().prefetch_related("communes", "audiences")
    found = {action.pk: action for action in actions.filter(pk__in=[pair.first_id, pair.second_id])}
    return render(
        request,
        "actions/overlap_detail.html",
        {
            "pair": pair,
            "sheets": [found[pair.first_id], found[pair.second_id]],
            "note_form": note_form,
            "merge_form": merge_form,
        },
    )
