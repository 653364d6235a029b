"""Budgets of the actions: by year and funder, and their totals over the plan."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from actions.rights import can_edit_action
from ctg.convention.rights import Right, require
from financing.budget import GROUPINGS, build_budget, build_totals
from financing.forms.budget import BudgetFormSet
from financing.models import BudgetLine
from financing.views.facility import WHO_READS
from financing.views.overview import year_of

WHO_EDITS = (
    "Le budget est saisi par le ou la chef·fe de projet et par l’organisme pilote de l’action."
)


def action(request, code):
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    found = get_object_or_404(request.convention.actions.with_plan(), code=code)
    context = {
        "action": found,
        "budget": build_budget(found),
        "facilities": found.facilities.all(),
        "can_edit": can_edit_action(request.access, found),
    }
    return render(request, "financing/action_budget.html", context)


def edit(request, code):
    found = get_object_or_404(request.convention.actions, code=code)
    require(can_edit_action(request.access, found), WHO_EDITS)
    formset = BudgetFormSet(
        request.POST or None, instance=found, convention=request.convention, prefix="lignes"
    )
    if request.method == "POST" and formset.is_valid():
        formset.save_by(request.user)
        messages.success(request, f"Le budget de {found.code} est enregistré.")
        return redirect("financing:action", request.convention.slug, found.code)
    return render(
        request, "financing/action_budget_form.html", {"action": found, "formset": formset}
    )


def budgets(request):
    """Totals of the plan for one year or for all, by stake, theme, commune or funder."""
    require(request.access.has(Right.VIEW_FUNDING), WHO_READS)
    slug = request.GET.get("par", "")
    slug = slug if slug in GROUPINGS else "enjeu"
    whole = request.GET.get("annee") == "toutes"
    year = year_of(request)
    chosen = "toutes" if whole else str(year)
    years = [*map(str, request.convention.years), "toutes"]
    lines = BudgetLine.objects.all() if whole else BudgetLine.objects.filter(year=year)
    actions = request.convention.actions.current()
    context = {
        "year": year,
        "title": "de toutes les années" if whole else str(year),
        "years": [(one.capitalize(), f"?annee={one}&par={slug}", one == chosen) for one in years],
        "groupings": [
            (label, f"?annee={chosen}&par={name}", name == slug)
            for name, (label, *_) in GROUPINGS.items()
        ],
        "totals": build_totals(request.convention, None if whole else year, slug),
        "without": actions.exclude(pk__in=lines.values("action")).count(),
        "count": actions.count(),
    }
    return render(request, "financing/budgets.html", context)
