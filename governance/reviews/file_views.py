"""The files of a review: drawn in the background when they are long, stored when published."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ctg.convention.rights import Right, require
from governance import file_pages
from governance.file_pages import FilePage, PreparedFile
from governance.models import Rendering
from governance.reviews.build import build_review
from governance.reviews.editions import draft_to_write, edition_to_read
from governance.reviews.extracts import SHEETS

Purpose = Rendering.Purpose
DRAFT, ARCHIVE, COMMUNES = "projet", "archives", "communes"
OF_PUBLISHED = (ARCHIVE, COMMUNES)
FILES = {
    DRAFT: PreparedFile(
        Purpose.DRAFT,
        "PDF du projet de bilan",
        "Le projet se met en page comme le bilan publié, avec la mention « Projet » sur chaque "
        "page. Comptez quelques secondes.",
        "Mettre en page le projet",
        right=Right.VIEW_DRAFT_REVIEW,
    ),
    SHEETS: PreparedFile(
        Purpose.SHEETS,
        "Les actions une à une",
        "Une fiche par action, dans l’ordre du plan, avec ses indicateurs et ce que les communes "
        "en disent. Comptez quelques secondes.",
        "Mettre en page les fiches",
    ),
    ARCHIVE: PreparedFile(
        Purpose.ARCHIVE,
        "Édition pour les archives",
        "Les mêmes pages que le bilan publié, au format PDF/A-3 que demandent les archives, avec "
        "les chiffres en tableaux CSV joints. Comptez quelques secondes.",
        "Préparer l’édition pour les archives",
    ),
    COMMUNES: PreparedFile(
        Purpose.COMMUNES,
        "Les extraits de toutes les communes",
        "Un PDF par commune, dans un seul fichier ZIP : à envoyer à chaque mairie. La préparation "
        "prend une à deux minutes ; elle continue si vous fermez cette page.",
        "Préparer les extraits",
        open="Télécharger le ZIP",
        right=Right.PREPARE_REVIEW,
    ),
}


@require_GET
def pdf(request, year):
    """What was published, byte for byte; for a draft, the last one made."""
    asked = request.GET.get("edition", "")
    review = edition_to_read(request.convention, request.access, year, asked)
    if review.is_published:
        return file_pages.stored(review.file, review.file.name.rpartition("/")[2])
    return file_pages.opened(_page(request, year, DRAFT))


@require_http_methods(["GET", "POST"])
def file(request, year, name):
    page = _page(request, year, name)
    if page.file.purpose == Purpose.DRAFT and page.document.is_published:
        return redirect(page.document)
    if name in OF_PUBLISHED and not page.document.is_published:
        messages.info(request, "Ce fichier se prépare après la publication.")
        return redirect("reviews:list", request.convention.slug)
    return file_pages.follow(request, page)


@require_POST
def file_cancel(request, year, name):
    page = _page(request, year, name)
    return file_pages.cancel(request, page.document, page.file.purpose, page.url)


@require_GET
def file_open(request, year, name):
    return file_pages.opened(_page(request, year, name))


def _page(request, year, name):
    """The file of the edition asked for; of the draft, there is one edition at most."""
    file = FILES.get(name)
    if file is None:
        raise Http404("Aucun fichier ne se prépare à cette adresse.")
    require(file.right is None or request.access.has(file.right), file_pages.WHO)
    if name == DRAFT:
        review = draft_to_write(request.convention, year)
    else:
        asked = request.GET.get("edition", "")
        review = edition_to_read(request.convention, request.access, year, asked)

    def address(view):
        path = reverse(f"reviews:{view}", args=[request.convention.slug, year, name])
        return f"{path}?edition={review.edition}"

    return FilePage(
        file=file,
        document=review,
        url=address("file"),
        cancel_url=address("file_cancel"),
        open_url=address("file_open"),
        build=lambda: build_review(request.convention, year),
    )
