from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from actions import answering, campaigns
from actions.answers import AnswerFilter, beside_previous
from actions.consolidation import proposed_review, roll_up, to_review
from actions.forms.answer import CorrectionForm
from actions.forms.campaign import ReturnForm
from actions.forms.review import ActionReviewForm
from actions.models import Contribution
from actions.overview import totals
from actions.views.answer import find
from actions.views.campaign import opened_campaign, tabs
from ctg.convention.rights import Right, require
from ctg.french import counted, french_date
from ctg.numbers import whole_numbers

PER_PAGE = 20
YEAR_PER_PAGE = 50
ONLY_LEAD = "Seuls la cheffe ou le chef de projet valident et consolident les réponses."


def queue(request):
    """Answers sent and not judged yet, each beside the facts; a POST validates those ticked."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    waiting = Contribution.objects.filter(
        campaign__convention=request.convention
    ).waiting_for_validation()
    if request.method == "POST":
        chosen = request.POST.getlist("answer") or request.POST.get("page", "").split()
        _validate_many(request, waiting.filter(pk__in=whole_numbers(chosen)))
        return redirect(request.get_full_path())
    found = waiting.select_related("campaign", "action", "organization", "submitted_by").order_by(
        "-campaign__year", "action__position", "action__code", "organization__name"
    )
    filters = AnswerFilter(request.GET, found, convention=request.convention)
    page = Paginator(filters.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "progress/queue.html",
        {
            "tabs": tabs(request, "queue"),
            "filters": filters,
            "page": page,
            "answers": beside_previous(page),
            "pks": " ".join(str(contribution.pk) for contribution in page),
        },
    )


def _validate_many(request, answers):
    count = answering.validate_many(answers, by=request.user)
    if count:
        words = counted(count, "réponse est validée", "réponses sont validées")
        messages.success(request, f"{words}.")
    else:
        messages.warning(request, "Cochez au moins une réponse à valider.")


@require_POST
def validate(request, pk):
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    contribution = find(request, pk)
    try:
        answering.validate(contribution, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{_name(contribution)} : réponse validée.")
    return _back(request)


def return_(request, pk):
    """Ask for a correction; a GET, or a POST without a comment, shows the form."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    contribution = find(request, pk)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answering.return_for_correction(
                contribution, comment=form.cleaned_data["comment"], by=request.user
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"{_name(contribution)} : réponse renvoyée, à corriger.")
            return _back(request)
    return render(
        request,
        "progress/return_form.html",
        {
            "answer": beside_previous([contribution])[0],
            "contribution": contribution,
            "form": form,
            "next": request.POST.get("next") or request.GET.get("next", ""),
        },
    )


def correct(request, pk):
    """Change a sent answer and validate it, its author told."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    contribution = find(request, pk)
    beside = beside_previous([contribution])[0]
    form = CorrectionForm(request.POST or None, answer=beside, by=request.user)
    if form.is_valid():
        comment = form.cleaned_data["comment"]
        try:
            answering.correct(contribution, figures=form.figures, comment=comment, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, f"{_name(contribution)} : réponse corrigée et validée.")
            return redirect("progress:read", request.convention.slug, pk)
    context = {"answer": beside, "contribution": contribution, "form": form}
    return render(request, "progress/correct_form.html", context)


def _name(contribution):
    return f"{contribution.action.code}, {contribution.organization}"


def _back(request):
    """To the list the person came from, never out of the site."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return redirect(address)
    return redirect("progress:queue", request.convention.slug)


def year(request, year):
    """The campaign of a year, and the actions whose judgement is still to be written."""
    require(
        request.access.has(Right.FOLLOW_CAMPAIGN),
        "Le suivi d’une campagne se lit par les personnes qui la suivent.",
    )
    campaign = opened_campaign(request, year)
    actions = to_review(campaign)
    left = actions.filter(is_reviewed=False).count()
    done = actions.filter(is_reviewed=True).count()
    shown = request.GET.get("voir", "reste" if left else "faites")
    chosen = actions.filter(is_reviewed=shown == "faites")
    return render(
        request,
        "progress/year.html",
        {
            "campaign": campaign,
            "heading": f"Campagne {year}",
            "state_words": _state_words(campaign),
            "totals": totals(campaign),
            "left": left,
            "done": done,
            "consolidated_of": f"sur {left + done}",
            "choices": [
                (f"À consolider ({left})", "?voir=reste", shown != "faites"),
                (f"Consolidées ({done})", "?voir=faites", shown == "faites"),
            ],
            "page": Paginator(chosen, YEAR_PER_PAGE).get_page(request.GET.get("page")),
        },
    )


def _state_words(campaign):
    if campaign.is_open:
        return f"Ouverte depuis le {french_date(campaign.opened_at)}"
    return f"Close le {french_date(campaign.closed_at)}"


def consolidate(request, year, code):
    """The lead’s judgement on one action, beside what the organisations reported."""
    require(request.access.has(Right.MANAGE_CAMPAIGN), ONLY_LEAD)
    campaign = opened_campaign(request, year)
    action = get_object_or_404(to_review(campaign), code=code)
    roll = roll_up(action, campaign)
    review = action.reviews.filter(year=year).first() or proposed_review(action, year, roll)
    form = ActionReviewForm(request.POST or None, instance=review, figures=roll.figures)
    if form.is_valid():
        campaigns.consolidate(form.instance, figures=form.figures, by=request.user)
        messages.success(request, f"{action.code} : le bilan {year} est enregistré.")
        following = _neighbours(campaign, action)[1]
        if following and "next" in request.POST:
            return redirect("progress:consolidate", request.convention.slug, year, following)
        return redirect("progress:year", request.convention.slug, year)
    before, after = _neighbours(campaign, action)
    return render(
        request,
        "progress/consolidate.html",
        {
            "action": action,
            "campaign": campaign,
            "roll": roll,
            "form": form,
            "campaign_label": f"Bilan {year}",
            "last_year": year - 1,
            "before_label": f"Bilan {roll.before.year}" if roll.before else "",
            "version": review.consolidated_at.isoformat() if review.consolidated_at else "",
            "before": before,
            "after": after,
        },
    )


def _neighbours(campaign, action):
    """Codes of the nearest actions without a judgement, before and after in plan order."""
    lines = list(to_review(campaign).values_list("pk", "code", "is_reviewed"))
    place = [pk for pk, _, _ in lines].index(action.pk)
    before = [code for _, code, reviewed in lines[:place] if not reviewed]
    after = [code for _, code, reviewed in lines[place + 1 :] if not reviewed]
    return before[-1] if before else None, (after or before or [None])[0]
