"""The whole convention as one file: asked for, followed, downloaded by those who lead it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from ctg.convention.rights import Right, require
from governance.archive import services

WHO = "Les chef·fes de projet seuls emportent toute la convention."


@require_http_methods(["GET", "POST"])
def archive(request):
    require(request.access.has(Right.MANAGE_CONVENTION), WHO)
    if request.method == "POST":
        try:
            services.request_archive(request.convention, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("archive:archive", request.convention.slug)
    archives = request.convention.archives
    context = {"asked": archives.first(), "ready": archives.ready().first()}
    template = "archive/archive.html" + ("#state" if request.htmx else "")
    return render(request, template, context)


@require_GET
def download(request):
    require(request.access.has(Right.MANAGE_CONVENTION), WHO)
    ready = request.convention.archives.ready().first()
    if ready is None:
        return redirect("archive:archive", request.convention.slug)
    try:
        file = ready.file.open("rb")
    except FileNotFoundError:
        messages.error(request, "Cette archive manque sur le serveur : demandez-la de nouveau.")
        return redirect("archive:archive", request.convention.slug)
    name = f"archive-{request.convention.slug}-{ready.asked_at:%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name)
