"""The papers of a meeting and the register, made when they are asked for."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from ctg.convention.rights import Right, require
from ctg.pdf import PdfUnavailable
from ctg.spreadsheets import FORMATS, download
from governance import exports
from governance.filters import DecisionFilter
from governance.models import Decision
from governance.papers import PAPERS, filename, render_paper, render_register
from governance.views.meetings import find


def paper(request, pk, kind):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    meeting = find(request, pk)
    if kind not in PAPERS:
        raise Http404("Ce document n’existe pas.")
    return pdf_answer(request, lambda: render_paper(meeting, kind), filename(meeting, kind))


def register(request):
    """The decisions as the page shows them, with its filters."""
    require(request.access.has(Right.VIEW_GOVERNANCE))
    filters = _chosen(request)
    decisions = list(filters.qs)
    if not decisions:
        messages.info(request, "Aucune décision à imprimer.")
        return redirect("governance:decisions", request.convention.slug)
    note = "choisies par les filtres de la page" if filters.form.changed_data else ""
    return pdf_answer(
        request,
        lambda: render_register(request.convention, decisions, note),
        f"registre-des-decisions-{timezone.localdate():%Y-%m-%d}.pdf",
    )


def register_sheet(request, form):
    """The same, for a spreadsheet."""
    require(request.access.has(Right.VIEW_GOVERNANCE))
    if form not in FORMATS:
        raise Http404("Ce format n’existe pas.")
    name = f"registre-des-decisions-{timezone.localdate():%Y-%m-%d}"
    return download(form, name, exports.register_sheet(_chosen(request).qs))


def _chosen(request) -> DecisionFilter:
    decisions = Decision.objects.of(request.convention).for_list(timezone.localdate())
    return DecisionFilter(request.GET, decisions, convention=request.convention)


def pdf_answer(request, make, name):
    try:
        content = make()
    except PdfUnavailable as lack:
        return render(request, "frozen/pdf_unavailable.html", {"lack": lack}, status=503)
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
