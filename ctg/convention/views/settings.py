from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render

from ctg.convention import services
from ctg.convention.forms import ThresholdsForm
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


def document(request, pk):
    """Always as an attachment: an uploaded file is never shown by our own address."""
    found = get_object_or_404(request.convention.documents.shared(), pk=pk)
    return FileResponse(found.file.open(), as_attachment=True)
