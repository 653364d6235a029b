import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from actions import campaigns
from actions.answers import beside_previous
from actions.forms.answer import AnswerForm
from actions.models import Contribution
from actions.rights import can_answer, can_view_contribution
from actions.views.campaign import deadline
from ctg.convention.rights import require
from ctg.french import french_date, french_day


def find(request, pk) -> Contribution:
    """Through the convention: another territory’s answer does not exist here."""
    found = Contribution.objects.filter(
        campaign__convention=request.convention, campaign__opened_at__isnull=False
    ).select_related("campaign", "organization", "submitted_by", "validated_by")
    return get_object_or_404(
        found.select_related("action__operational_objective__strategic_objective__stake"), pk=pk
    )


@never_cache
def answer(request, pk):
    """The form of one action; typed drafts arrive here too, by htmx."""
    contribution = find(request, pk)
    require(
        can_answer(request.access, contribution),
        f"Cette réponse est celle de {contribution.organization} : seules les personnes qui "
        "représentent cet organisme la saisissent.",
    )
    beside = beside_previous([contribution])[0]
    if request.method == "POST":
        return _receive(request, beside)
    if not contribution.can_change:
        return redirect("progress:read", request.convention.slug, pk)
    return _page(request, beside, AnswerForm(answer=beside, by=request.user))


def _receive(request, beside):
    is_draft = bool(request.htmx) or "later" in request.POST
    form = AnswerForm(request.POST, answer=beside, by=request.user, is_draft=is_draft)
    form.is_valid()
    try:
        return _draft(request, beside, form) if is_draft else _send(request, beside, form)
    except ValidationError:
        return _locked(request, beside, form)


def _page(request, beside, form, **context):
    contribution = beside.contribution
    siblings = _siblings(contribution)
    rank = next(i for i, s in enumerate(siblings, 1) if s.pk == contribution.pk)
    return render(
        request,
        "progress/answer.html" + ("#saved" if request.htmx else ""),
        {
            "answer": beside,
            "contribution": contribution,
            "form": form,
            "version": _version(contribution),
            "saved_at": contribution.saved_at,
            "saved_words": _saved_words(contribution),
            "deadline": deadline(contribution.campaign),
            "rank_words": f"action {rank} sur {len(siblings)}",
            "sent": [s.pk for s in siblings if s.is_sent],
            **context,
        },
    )


def _version(contribution):
    """Changes each time the server keeps something: draft.js compares it with its own copy."""
    return contribution.saved_at.isoformat() if contribution.saved_at else ""


def _saved_words(contribution):
    """« à 10:42 » today, « le 12 janvier » before."""
    if contribution.saved_at is None:
        return ""
    at = timezone.localtime(contribution.saved_at)
    return f"à {at:%H:%M}" if at.date() == timezone.localdate() else f"le {french_day(at)}"


def _draft(request, beside, form):
    """Keep what is understood, say what is not; nothing over what somebody else just saved."""
    if not form.conflicts:
        campaigns.save_draft(beside.contribution, figures=form.figures)
    if request.htmx:
        response = _page(request, beside, form)
        if not form.conflicts:
            detail = {"version": _version(beside.contribution), "whole": not form.errors}
            response.headers["HX-Trigger"] = json.dumps({"ctg:saved": detail})
        return response
    if form.errors:
        return _page(request, beside, form, kept=not form.conflicts)
    messages.success(request, "Votre brouillon est enregistré.")
    return redirect("progress:mine", request.convention.slug)


def _send(request, beside, form):
    """What cannot be sent yet is kept as a draft."""
    if not form.errors:
        campaigns.submit(beside.contribution, figures=form.figures, by=request.user)
        return _next(request, beside.contribution)
    if not form.conflicts:
        campaigns.save_draft(beside.contribution, figures=form.figures)
    return _page(request, beside, form, kept=not form.conflicts)


def _locked(request, beside, form):
    """Sent or closed meanwhile: a second click, the back button, a draft behind the sending."""
    if request.htmx:
        return _page(request, beside, form, locked=True)
    if beside.contribution.is_sent and not set(form.changed_data) - {"seen"}:
        return _next(request, beside.contribution)
    form.add_error(None, "Cette réponse ne peut plus être modifiée : rien n’a été enregistré.")
    return _page(request, beside, form, locked=True)


def _next(request, contribution):
    """The next action of the same list, from the one just sent and round to the first."""
    messages.success(request, f"Votre avancement sur {contribution.action.code} est envoyé.")
    siblings = _siblings(contribution)
    place = next(i for i, s in enumerate(siblings) if s.pk == contribution.pk)
    for sibling in siblings[place + 1 :] + siblings[:place]:
        if not sibling.is_sent:
            return redirect("progress:answer", request.convention.slug, sibling.pk)
    return redirect("progress:mine", request.convention.slug)


def _siblings(contribution):
    """What the same organisation is asked in the same campaign."""
    return list(
        Contribution.objects.filter(
            campaign=contribution.campaign_id, organization=contribution.organization_id
        )
        .only("pk", "state")
        .order_by("action__position", "action__code")
    )


def read(request, pk):
    contribution = find(request, pk)
    require(
        can_view_contribution(request.access, contribution),
        f"Cette réponse est celle de {contribution.organization} ; elle se lit par cet organisme "
        "et par les personnes qui suivent la campagne.",
    )
    return render(
        request,
        "progress/answer_detail.html",
        {
            "answer": beside_previous([contribution])[0],
            "contribution": contribution,
            "campaign_label": f"Campagne {contribution.campaign.year}",
            "can_answer": contribution.can_change and can_answer(request.access, contribution),
            "state_words": _state_words(contribution),
        },
    )


def _state_words(contribution):
    """Who sent and validated, when; or why nothing is to be expected any more."""
    words = []
    if contribution.submitted_at:
        by = f" par {contribution.submitted_by}" if contribution.submitted_by else ""
        words.append(f"envoyée le {french_date(contribution.submitted_at)}{by}")
    if contribution.validated_at:
        words.append(f"validée le {french_date(contribution.validated_at)}")
    if not contribution.campaign.is_open:
        words.append("campagne close")
    elif contribution.state == Contribution.State.SUBMITTED:
        words.append("elle ne se modifie plus, sauf si elle est renvoyée")
    return ", ".join(words)
