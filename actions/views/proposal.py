from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from actions import proposals as verbs
from actions.forms.proposal import AcceptForm, DeclineForm, ProposalForm
from ctg.convention.rights import Right, require


def proposals(request):
    require(request.access.has(Right.PROPOSE_ACTION))
    found = verbs.visible_to(request.access, request.convention)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "actions/proposal_list.html", {"page": page})


def create(request):
    require(request.access.has(Right.PROPOSE_ACTION))
    form = ProposalForm(
        request.POST or None,
        convention=request.convention,
        organizations=verbs.proposers(request.access),
    )
    if form.is_valid():
        with transaction.atomic():
            verbs.propose(form.save(commit=False), by=request.user)
            form.save_m2m()
        messages.success(request, "Votre proposition est transmise : vous recevrez la réponse.")
        return redirect("actions:proposals", request.convention.slug)
    return render(request, "actions/proposal_form.html", {"form": form})


def proposal(request, pk):
    require(request.access.has(Right.PROPOSE_ACTION))
    found = get_object_or_404(verbs.visible_to(request.access, request.convention), pk=pk)
    return _page(request, found)


@require_POST
def decide(request, pk, verb):
    """The lead’s answer: « accepter » makes an action of it, « decliner » says why not."""
    require(request.access.has(Right.EDIT_PLAN))
    found = get_object_or_404(verbs.visible_to(request.access, request.convention), pk=pk)
    if verb not in ("accepter", "decliner"):
        raise Http404("Cette réponse n’existe pas.")
    if verb == "accepter":
        form = AcceptForm(request.POST, convention=request.convention)
        act = verbs.accept
    else:
        form, act = DeclineForm(request.POST), verbs.decline
    if form.is_valid():
        try:
            action = act(found, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "La réponse est envoyée.")
            return redirect(action or found)
    return _page(request, found, **{verb: form})


def _page(request, found, *, accepter=None, decliner=None):
    return render(
        request,
        "actions/proposal_detail.html",
        {
            "proposal": found,
            "accept_form": accepter or AcceptForm(convention=request.convention),
            "decline_form": decliner or DeclineForm(),
        },
    )
