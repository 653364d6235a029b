from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ctg.convention.rights import Right, require
from governance.evaluation import services
from governance.evaluation.build import build_evaluation
from governance.evaluation.editions import data_of, edition_to_read, latest
from governance.evaluation.forms import EvaluationForm, FollowUpsForm
from governance.evaluation.render import evaluation_context
from governance.models import FinalEvaluation
from governance.reviews.forms import CorrectionForm

WHO_EVALUATES = "L’évaluation est préparée et publiée par la personne qui pilote la convention."


@require_GET
def detail(request):
    edition = edition_to_read(request.convention, request.access, request.GET.get("edition", ""))
    data = data_of(edition)
    context = {
        "edition": edition,
        "correction": FinalEvaluation.objects.published().filter(corrects=edition).first(),
        "address": request.build_absolute_uri(request.path),
        "renewal": getattr(request.convention, "renewal", None),
    }
    if data:
        context |= evaluation_context(data)
    return render(request, "evaluation/evaluation_detail.html", context)


@require_POST
def create(request):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_EVALUATES)
    try:
        services.start(request.convention, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("evaluation:prepare", request.convention.slug)


@require_http_methods(["GET", "POST"])
def prepare(request):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_EVALUATES)
    edition = latest(request.convention)
    if edition.is_published:
        return _refuse_published(request, edition)
    only = request.POST if request.htmx else None
    form = EvaluationForm(request.POST or None, instance=edition, only=only)
    if form.is_valid():
        services.save_texts(edition, form.cleaned_data)
    if request.htmx and request.method == "POST":
        return _saved(request, form)
    if form.is_bound and form.is_valid():
        messages.success(request, "Les textes de l’évaluation sont enregistrés.")
        return redirect("evaluation:prepare", request.convention.slug)
    data = build_evaluation(request.convention)
    questions = [(form[question.key], question) for question in data.questions]
    context = {"edition": edition, "form": form, "questions": questions}
    return render(request, "evaluation/evaluation_prepare.html", evaluation_context(data) | context)


@require_http_methods(["GET", "POST"])
def follow_ups(request):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_EVALUATES)
    edition = latest(request.convention)
    if edition.is_published:
        return _refuse_published(request, edition)
    known = {follow_up.action_id: follow_up for follow_up in edition.follow_ups.all()}
    only = request.POST if request.htmx else None
    form = FollowUpsForm(
        request.POST or None, convention=request.convention, known=known, only=only
    )
    if form.is_valid():
        services.decide(edition, form.decisions)
    if request.htmx and request.method == "POST":
        return _saved(request, form)
    if form.is_bound and form.is_valid():
        messages.success(request, "Les suites des actions sont enregistrées.")
        return redirect("evaluation:prepare", request.convention.slug)
    data = build_evaluation(request.convention)
    stakes = [
        (stake.result, [(outcome, form.fields_of(outcome.code)) for outcome in stake.actions])
        for stake in data.stakes
        if stake.actions
    ]
    context = {"edition": edition, "form": form, "stakes": stakes}
    return render(request, "evaluation/follow_ups.html", evaluation_context(data) | context)


def _saved(request, form):
    context = {"form": form, "now": timezone.localtime()}
    answer = render(request, "evaluation/evaluation_prepare.html#saved", context)
    if form.is_valid():
        answer["HX-Trigger"] = "ctg:saved"
    return answer


def _refuse_published(request, edition):
    messages.info(request, edition.ALREADY_PUBLISHED)
    return redirect(edition)


@require_http_methods(["GET", "POST"])
def correct(request):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_EVALUATES)
    edition = latest(request.convention)
    if not edition.is_published:
        messages.info(request, "Une édition de l’évaluation est déjà en préparation.")
        return redirect("evaluation:prepare", request.convention.slug)
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        note = form.cleaned_data["correction_note"]
        services.open_correction(edition, note=note, by=request.user)
        return redirect("evaluation:prepare", request.convention.slug)
    return render(request, "evaluation/evaluation_correct.html", {"edition": edition, "form": form})
