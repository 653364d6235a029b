from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render

from ctg.convention import services
from ctg.convention.forms.pact import FactsForm, ThemeFormSet, ThresholdsForm
from ctg.convention.models import Convention
from ctg.convention.rights import Right, require


def settings_page(request):
    """The convention as it is known, and from when its pages call something late."""
    require(request.access.has(Right.MANAGE_CONVENTION))
    form = ThresholdsForm(request.POST or None, instance=request.convention)
    if form.is_valid():
        services.set_thresholds(request.convention, by=request.user, **form.cleaned_data)
        messages.success(request, "Les seuils sont enregistrés.")
        return redirect("convention:settings", request.convention.slug)
    return render(request, "convention/settings.html", {"form": form})


def facts(request):
    """What the convention is: its name, its period, its partners, its diagnosis."""
    require(request.access.has(Right.MANAGE_CONVENTION))
    edited = get_object_or_404(Convention, pk=request.convention.pk)
    form = FactsForm(request.POST or None, instance=edited)
    if form.is_valid():
        changed = [form.fields[name].label.lower() for name in form.changed_data]
        services.describe(edited, changed=changed, by=request.user)
        messages.success(request, "La convention est enregistrée.")
        return redirect("convention:settings", edited.slug)
    return render(request, "convention/facts_form.html", {"form": form})


def themes(request):
    """The fields that the convention covers: every list and filter of the site follows."""
    require(request.access.has(Right.MANAGE_CONVENTION))
    rows = ThemeFormSet(request.POST or None, instance=request.convention)
    if request.method == "POST" and rows.is_valid():
        rows.save(commit=False)
        kept = [*rows.new_objects, *(theme for theme, _ in rows.changed_objects)]
        services.set_themes(
            request.convention, kept=kept, removed=rows.deleted_objects, by=request.user
        )
        messages.success(request, "Les thématiques sont enregistrées.")
        return redirect("convention:themes", request.convention.slug)
    return render(request, "convention/themes_form.html", {"rows": rows})


def document(request, pk):
    """Always as an attachment: an uploaded file is never shown by our own address."""
    found = get_object_or_404(request.convention.documents.shared(), pk=pk)
    return FileResponse(found.file.open(), as_attachment=True)
