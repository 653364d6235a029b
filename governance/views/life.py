"""The life of the convention: its timeline, its poster, and the lead’s forms for both."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from ctg.convention import life as services
from ctg.convention.models import Amendment
from ctg.convention.rights import Right, require
from governance.forms.life import (
    AmendmentForm,
    MilestoneFormSet,
    PrincipleFormSet,
    SignatureFormSet,
)
from governance.poster import build_poster, render_poster
from governance.timeline import build_timeline
from governance.views.papers import pdf_answer


def timeline(request):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    signatures = list(request.convention.signatures.select_related("organization"))
    return render(
        request,
        "governance/life.html",
        {
            "years": build_timeline(request.convention),
            "signed": [s for s in signatures if s.signed_on],
            "unsigned": [s for s in signatures if not s.signed_on],
            "amendments": request.convention.amendments.prefetch_related("organizations"),
        },
    )


def poster(request):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    context = {"poster": build_poster(request.convention)}
    return render(request, "governance/poster.html", context)


def poster_pdf(request):
    require(request.access.has(Right.VIEW_GOVERNANCE))
    return pdf_answer(
        request,
        lambda: render_poster(request.convention),
        f"affiche-{request.convention.slug}.pdf",
    )


@dataclass(frozen=True)
class Part:
    title: str
    formset: Callable
    adding: str
    saved: str


PARTS = {
    "signatures": Part(
        "Signatures", SignatureFormSet, "Ajouter un signataire", "Les signatures sont enregistrées."
    ),
    "jalons": Part("Jalons", MilestoneFormSet, "Ajouter un jalon", "Les jalons sont enregistrés."),
    "fondements": Part(
        "Principes et valeurs",
        PrincipleFormSet,
        "Ajouter une ligne",
        "Les fondements sont enregistrés.",
    ),
}


def edit(request, part):
    require(request.access.has(Right.MANAGE_CONVENTION))
    if part not in PARTS:
        raise Http404("Cette partie de la convention n’existe pas.")
    chosen = PARTS[part]
    rows = chosen.formset(request.POST or None, instance=request.convention)
    if request.method == "POST" and rows.is_valid():
        _save(request, part, rows)
        messages.success(request, chosen.saved)
        return redirect("governance:life", request.convention.slug)
    return render(
        request, "governance/life_form.html", {"part": part, "chosen": chosen, "rows": rows}
    )


@transaction.atomic
def _save(request, part, rows):
    if part == "signatures":
        changed = rows.save(commit=False)
        services.record_signatures(request.convention, changed, by=request.user)
        return
    changed = rows.save()
    services.record_rewritten(
        request.convention,
        what=PARTS[part].title,
        changed=[*changed, *rows.deleted_objects],
        by=request.user,
    )


def amendment(request, pk=None):
    require(request.access.has(Right.MANAGE_CONVENTION))
    convention = request.convention
    found = get_object_or_404(convention.amendments, pk=pk) if pk else _next(convention)
    form = AmendmentForm(request.POST or None, instance=found, convention=convention)
    if form.is_valid():
        joining = form.cleaned_data["organizations"]
        try:
            services.save_amendment(found, organizations=joining, by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"L’avenant n° {found.number} est enregistré.")
            return redirect("governance:life", convention.slug)
    context = {"amendment": found, "form": form}
    return render(request, "governance/amendment_form.html", context)


def _next(convention) -> Amendment:
    last = convention.amendments.order_by("number").last()
    return Amendment(convention=convention, number=last.number + 1 if last else 1)
