"""The papers of a meeting and the register, made when they are asked for."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from ctg.convention.rights import Right, require
from ctg.pdf import PdfUnavailable
from ctg.spreadsheets import FORMATS, download
from governance import exports
from governance.filters import DecisionFilter
from governance.models import Decision
from governance.papers import PAPERS, filename, render_paper, render_register
from governance.views.meetings import find

# What is drawn while somebody waits; a register of a whole convention is far below.
AT_MOST = 500
TOO_MANY = (
    f"Un PDF imprime au plus {AT_MOST} décisions : choisissez une année ou un comité, ou prenez "
    "le tableur, qui les a toutes."
)


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
    decisions = list(filters.qs[: AT_MOST + 1])
    if not decisions or len(decisions) > AT_MOST:
        messages.info(request, TOO_MANY if decisions else "Aucune décision à imprimer.")
        page = reverse("governance:decisions", args=[request.convention.slug])
        return redirect(f"{page}?{request.GET.urlencode()}")
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
