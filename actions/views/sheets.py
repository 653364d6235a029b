"""Sheets as PDF: one, those ticked in the table, or all that match the filters."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from actions.filters import ActionFilter
from actions.printing.services import printable, request_print
from actions.printing.sheets import render_sheets
from ctg.pdf import PdfUnavailable

AT_ONCE = 6


def sheet_pdf(request, code):
    get_object_or_404(request.convention.actions.current(), code=code)
    return _at_once(request, [code], f"fiche-{code}.pdf")


def sheets(request):
    """``action``: codes ticked; or ``all`` with ``query``, the filters of the address.

    A few come at once; many are announced, and made in the background once asked for.
    """
    asked = request.POST if request.method == "POST" else request.GET
    codes = _codes(request.convention, asked)
    if not codes:
        messages.error(request, "Cochez au moins une action, puis demandez les fiches.")
        return redirect("actions:plan", request.convention.slug)
    if len(codes) <= AT_ONCE:
        return _at_once(request, codes, f"fiches-{request.convention.slug}.pdf")
    if request.method == "POST":
        print_ = request_print(request.convention, codes=codes, by=request.user)
        return redirect("actions:sheet_print", request.convention.slug, print_.pk)
    return render(
        request, "actions/sheets_confirm.html", {"fields": _fields(asked), "count": len(codes)}
    )


def _fields(asked):
    names = ("action", "all", "query")
    return [(name, value) for name in names for value in asked.getlist(name)]


def _codes(convention, asked):
    actions = convention.actions.current().with_lateness(timezone.localdate())
    if asked.get("all"):
        actions = ActionFilter(QueryDict(asked.get("query", "")), actions, convention=convention).qs
    else:
        actions = actions.filter(code__in=asked.getlist("action"))
    return list(actions.in_plan_order().values_list("code", flat=True))


def _at_once(request, codes, name):
    try:
        pdf = render_sheets(
            request.convention, printable(request.convention, codes), at=timezone.now()
        )
    except PdfUnavailable as lack:
        messages.error(request, str(lack))
        return redirect("actions:plan", request.convention.slug)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def sheet_print(request, pk):
    """Where it stands; htmx asks again for the fragment until it is ready."""
    asked = get_object_or_404(request.convention.sheet_prints.filter(by=request.user), pk=pk)
    template = "actions/sheet_print.html" + ("#state" if request.htmx else "")
    return render(request, template, {"print": asked})


def sheet_print_file(request, pk):
    mine = request.convention.sheet_prints.filter(by=request.user).exclude(file="")
    asked = get_object_or_404(mine, pk=pk)
    name = f"fiches-{request.convention.slug}.pdf"
    return FileResponse(asked.file.open(), as_attachment=True, filename=name)
