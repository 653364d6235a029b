"""Publishing the evaluation, and its files."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ctg.convention.rights import Right, require
from governance import file_pages
from governance.evaluation.build import build_evaluation
from governance.evaluation.editions import edition_to_read, latest
from governance.evaluation.render import evaluation_context
from governance.evaluation.views import WHO_EVALUATES
from governance.file_pages import FilePage, PreparedFile
from governance.frozen import progress
from governance.models import Rendering

Purpose = Rendering.Purpose
DRAFT, ARCHIVE = "projet", "archives"
FILES = {
    DRAFT: PreparedFile(
        Purpose.DRAFT,
        "PDF du projet d’évaluation",
        "Le projet se met en page comme l’évaluation publiée, avec la mention « Projet » sur "
        "chaque page. Comptez quelques secondes.",
        "Mettre en page le projet",
        right=Right.VIEW_DRAFT_REVIEW,
    ),
    ARCHIVE: PreparedFile(
        Purpose.ARCHIVE,
        "Édition pour les archives",
        "Les mêmes pages que l’évaluation publiée, au format PDF/A-3 que demandent les archives, "
        "avec les chiffres en tableaux CSV joints. Comptez quelques secondes.",
        "Préparer l’édition pour les archives",
    ),
}


@require_GET
def pdf(request):
    """What was published, byte for byte; for a draft, the last one made."""
    edition = edition_to_read(request.convention, request.access, request.GET.get("edition", ""))
    if edition.is_published:
        return file_pages.stored(edition.file, edition.file.name.rpartition("/")[2])
    return file_pages.opened(_page(request, DRAFT))


@require_http_methods(["GET", "POST"])
def file(request, name):
    page = _page(request, name)
    is_draft = page.file.purpose == Purpose.DRAFT
    if is_draft == page.document.is_published:
        return redirect(page.document)
    return file_pages.follow(request, page)


@require_POST
def file_cancel(request, name):
    page = _page(request, name)
    return file_pages.cancel(request, page.document, page.file.purpose, page.url)


@require_GET
def file_open(request, name):
    return file_pages.opened(_page(request, name))


def _page(request, name):
    file = FILES.get(name)
    if file is None:
        raise Http404("Aucun fichier ne se prépare à cette adresse.")
    require(file.right is None or request.access.has(file.right), file_pages.WHO)
    if name == DRAFT:
        edition = latest(request.convention)
    else:
        asked = request.GET.get("edition", "")
        edition = edition_to_read(request.convention, request.access, asked)

    def address(view):
        path = reverse(f"evaluation:{view}", args=[request.convention.slug, name])
        return f"{path}?edition={edition.edition}"

    return FilePage(
        file=file,
        document=edition,
        url=address("file"),
        cancel_url=address("file_cancel"),
        open_url=address("file_open"),
        build=lambda: build_evaluation(request.convention),
    )


@require_http_methods(["GET", "POST"])
def publish(request):
    """As for a review."""
    require(request.access.has(Right.PREPARE_REVIEW), WHO_EVALUATES)
    edition = latest(request.convention)
    if edition.is_published:
        return file_pages.published(request, edition, "L’évaluation globale est publiée.")
    if request.method == "POST":
        return file_pages.ask(request, edition, Purpose.PUBLICATION, request.path)
    asked = progress.latest(edition, Purpose.PUBLICATION)
    context = {"edition": edition, "asked": asked}
    if request.htmx:
        return render(request, "evaluation/evaluation_publish.html#state", context)
    if not (asked and asked.is_running):
        context |= evaluation_context(build_evaluation(request.convention))
    return render(request, "evaluation/evaluation_publish.html", context)


@require_POST
def publish_cancel(request):
    require(request.access.has(Right.PREPARE_REVIEW), WHO_EVALUATES)
    edition = latest(request.convention)
    page = reverse("evaluation:publish", args=[request.convention.slug])
    return file_pages.cancel(request, edition, Purpose.PUBLICATION, page)
