"""A file that is long to make: the page where one asks for it, follows it, cancels it, opens it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render

from ctg.convention.rights import Right, require
from governance import renderings
from governance.frozen import progress
from governance.frozen.data import FrozenData
from governance.frozen.models import FrozenDocument, Rendering

WHO = "Ce fichier est réservé aux personnes qui préparent ou suivent les bilans."


@dataclass(frozen=True)
class PreparedFile:
    """One kind of file, as its page speaks of it; ``right`` is asked beside reading."""

    purpose: Rendering.Purpose
    title: str
    offer: str
    ask: str
    open: str = "Ouvrir le PDF"
    right: Right | None = None


@dataclass(frozen=True)
class FilePage:
    """``build`` gives what the document says now, while it is prepared."""

    file: PreparedFile
    document: FrozenDocument
    url: str
    cancel_url: str
    open_url: str
    build: Callable[[], FrozenData]

    @property
    def asked(self) -> Rendering | None:
        return progress.latest(self.document, self.file.purpose)

    @property
    def ready(self) -> Rendering | None:
        return progress.ready(self.document, self.file.purpose)


def follow(request, page):
    """Asked for by POST; htmx asks again how far it is."""
    if request.method == "POST":
        return ask(request, page.document, page.file.purpose, page.url)
    context = {"page": page, "edition": page.document, "asked": page.asked, "ready": page.ready}
    if page.ready and not page.document.is_published and not page.asked.is_running:
        context["is_stale"] = page.build().fingerprint != page.ready.fingerprint
    return render(request, "frozen/file.html" + ("#state" if request.htmx else ""), context)


def ask(request, document, purpose, url):
    try:
        renderings.request_rendering(document, purpose, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(url)


def cancel(request, document, purpose, url):
    """By the person who asked for it, or by who leads."""
    asked = progress.latest(document, purpose)
    mine = asked is not None and asked.asked_by == request.user
    require(
        mine or request.access.has(Right.PREPARE_REVIEW),
        "Une mise en page s’annule par la personne qui l’a demandée.",
    )
    if progress.cancel(document, purpose):
        messages.info(request, "La mise en page est annulée.")
    else:
        messages.info(request, "Il n’y avait plus rien à annuler.")
    return redirect(url)


def opened(page):
    """The file made last; before there is one, the page where it is asked for."""
    ready = page.ready
    if ready is None:
        return redirect(page.url)
    return stored(ready.file, ready.download_name)


def stored(file, name):
    try:
        return FileResponse(file.open("rb"), filename=name)
    except FileNotFoundError:
        raise Http404("Ce fichier manque sur le serveur : prévenez-en le support.") from None


def published(request, document, words):
    """The page to publish from, once it is done: the person who follows is sent to the document."""
    if request.method == "POST":
        messages.error(request, document.ALREADY_PUBLISHED)
    else:
        messages.success(request, words)
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": document.get_absolute_url()})
    return redirect(document)
