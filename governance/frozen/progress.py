"""How far a rendering is: its row says it, and every step is a conditional change of that row.

A worker may be killed and its task given to another: each step looks at the row first, and the
chapters already drawn are found again.
"""

import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ctg.convention.journal import record
from ctg.pdf import PdfCancelled, PdfUnavailable
from governance.frozen.files import discard, put
from governance.frozen.models import FrozenDocument, Rendering

INTERRUPTED = "La mise en page s’est interrompue plusieurs fois ; le support en est averti."
Purpose, State = Rendering.Purpose, Rendering.State
logger = logging.getLogger(__name__)


def latest(document: FrozenDocument, purpose: Rendering.Purpose) -> Rendering | None:
    return document.renderings.filter(purpose=purpose).first()


def ready(document: FrozenDocument, purpose: Rendering.Purpose) -> Rendering | None:
    """The one that can be read now, even while another is being made."""
    return document.renderings.filter(purpose=purpose, state=State.DONE).first()


def cancel(document: FrozenDocument, purpose: Rendering.Purpose) -> bool:
    """False when there is nothing to cancel any more. The worker sees it at the next chapter."""
    live = document.renderings.live().filter(purpose=purpose)
    return bool(live.update(state=State.CANCELLED, heard_at=timezone.now()))


def begin(rendering_id: int) -> bool:
    """False when it is not wanted any more, or done already."""
    live = Rendering.objects.live().filter(pk=rendering_id)
    return bool(live.update(state=State.RUNNING, heard_at=timezone.now()))


def tell(rendering_id: int, done: int, total: int) -> None:
    """How far it is; PdfCancelled when it is not wanted any more."""
    running = Rendering.objects.filter(pk=rendering_id, state=State.RUNNING)
    if not running.update(chapters_done=done, chapters=total, heard_at=timezone.now()):
        raise PdfCancelled


def finish(rendering_id: int) -> None:
    """At the last moment, holding the row: who cancels now is told that it is too late."""
    running = Rendering.objects.filter(pk=rendering_id, state=State.RUNNING)
    if not running.update(state=State.DONE, heard_at=timezone.now()):
        raise PdfCancelled


def keep(rendering: Rendering, name: str, content: bytes, fingerprint: str = "") -> None:
    """The file of the rendering, which takes the place of those made before."""
    with transaction.atomic():
        finish(rendering.pk)
        put(rendering.file, f"{rendering.pk}-{name}", content)
        rendering.fingerprint = fingerprint
        rendering.save(update_fields=["file", "fingerprint"])
    older = rendering.document.renderings.filter(purpose=rendering.purpose, pk__lt=rendering.pk)
    for rendered in older:
        discard(rendered)


def discard_drafts(document: FrozenDocument) -> None:
    for draft in document.renderings.exclude(purpose=Purpose.PUBLICATION):
        discard(draft)


def fail(rendering: Rendering, error: Exception) -> None:
    if isinstance(error, ValidationError):
        failure = " ".join(error.messages)
    elif isinstance(error, PdfUnavailable):
        failure = str(error)
    elif isinstance(error, OSError):
        failure = f"Le PDF n’a pas pu être écrit sur le serveur : {error.strerror or error}."
    else:
        logger.exception("Mise en page %s", rendering.pk)
        failure = "Une erreur inattendue est survenue ; elle est notée."
    say_failed(rendering, failure)


@transaction.atomic
def say_failed(rendering: Rendering, failure: str) -> None:
    """Unless another worker finished it meanwhile."""
    live = Rendering.objects.live().filter(pk=rendering.pk)
    if live.update(state=State.FAILED, failure=failure, heard_at=timezone.now()):
        if rendering.purpose == Purpose.PUBLICATION:
            note(rendering, "failed", failure)


def note(rendering: Rendering, verb: str, summary: str) -> None:
    """In the journal, where a publication asked for leaves a trace."""
    document, by = rendering.document, rendering.asked_by
    record(
        f"{document.JOURNAL}.publication_{verb}",
        document,
        convention=document.convention,
        by=by,
        summary=summary,
    )
