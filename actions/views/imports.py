"""A spreadsheet into the plan: sent, read over, confirmed, undone."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from actions.exchange import services
from actions.exchange.background import confirm_later
from actions.exchange.preview import OUTCOMES
from actions.exchange.report import report
from actions.forms.imports import MeaningForm, UploadForm
from actions.models import PlanImport
from ctg.convention.rights import Right, require
from ctg.french import counted
from ctg.spreadsheets import FORMATS, download

DOUBTFUL = "a-relire"


def import_list(request):
    require(request.access.has(Right.EDIT_PLAN))
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sent = services.receive(request.convention, file, file.name, by=request.user)
        except ValidationError as refusal:
            form.add_error("file", refusal)
        else:
            return redirect("actions:import", request.convention.slug, sent.pk)
    past = request.convention.plan_imports.select_related("sent_by").defer("preview", "written")
    page = Paginator(past, 20).get_page(request.GET.get("page"))
    return render(request, "actions/import_list.html", {"form": form, "page": page})


def import_detail(request, pk):
    sent = _import(request, pk)
    if request.htmx:  # only the page of an import being written asks again
        waits = render(request, "actions/import_detail.html#state", {"sent": sent})
        return waits if sent.is_live else HttpResponseClientRefresh()
    is_draft = sent.state == PlanImport.State.DRAFT
    form = MeaningForm(request.POST or None, preview=sent.preview, convention=request.convention)
    if is_draft and form.is_valid():
        sent = services.explain(sent, form.said())
        messages.success(request, "C’est retenu, et le fichier est relu ainsi.")
        return redirect("actions:import", request.convention.slug, sent.pk)
    chosen = request.GET.get("voir", "")
    lines = [line for line in sent.preview.get("lines", ()) if _is_shown(line, chosen)]
    page = Paginator(lines, 50).get_page(request.GET.get("page"))
    context = {"sent": sent, "is_draft": is_draft, "form": form, "page": page}
    context |= {"tabs": _tabs(sent.preview, chosen), "counts": sent.preview.get("counts", {})}
    context |= {"summary": _summary(sent.preview), "formats": FORMATS.items()}
    return render(request, "actions/import_detail.html", context)


def _is_shown(line, chosen):
    if chosen == DOUBTFUL:
        return line["problem"] or any(cell.get("problem") for cell in line["cells"])
    return chosen not in OUTCOMES or line["outcome"] == chosen


def _tabs(preview, chosen):
    """(label, address, current) of each kind of line there is."""
    lines = preview.get("lines", [])
    tabs = [("Toutes", "?", chosen not in (*OUTCOMES, DOUBTFUL), len(lines))]
    for outcome, (_, plural) in OUTCOMES.items():
        count = preview["counts"][outcome]
        tabs.append((plural.capitalize(), f"?voir={outcome}", chosen == outcome, count))
    doubtful = sum(bool(_is_shown(line, DOUBTFUL)) for line in lines)
    tabs.append(("À relire", f"?voir={DOUBTFUL}", chosen == DOUBTFUL, doubtful))
    return [(f"{label} ({count})", url, is_on) for label, url, is_on, count in tabs if count]


def _summary(preview):
    """« 12 créées, 3 modifiées, 1 refusée »."""
    counts = preview.get("counts", {})
    said = [counted(counts[name], *words) for name, words in OUTCOMES.items() if counts.get(name)]
    return ", ".join(said)


@require_POST
def import_confirm(request, pk):
    if _import(request, pk).to_write > PlanImport.LONG:
        return _act(request, pk, confirm_later, "L’import est demandé.")
    return _act(request, pk, services.confirm, "Le plan est à jour.")


@require_POST
def import_drop(request, pk):
    return _act(request, pk, services.drop, "L’import est abandonné : rien n’a été écrit.")


@require_POST
def import_undo(request, pk):
    return _act(request, pk, services.undo, "L’import est annulé.")


def _act(request, pk, verb, done):
    sent = _import(request, pk)
    try:
        verb(sent, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)
    return redirect("actions:import", request.convention.slug, pk)


def import_report(request, pk, extension):
    sent = _import(request, pk)
    if extension not in FORMATS:
        raise Http404("Ce format de rapport n’existe pas.")
    return download(extension, f"rapport-import-{sent.pk}", report(sent))


def _import(request, pk) -> PlanImport:
    require(request.access.has(Right.EDIT_PLAN))
    return get_object_or_404(
        request.convention.plan_imports.select_related("sent_by", "applied_by", "undone_by"), pk=pk
    )
