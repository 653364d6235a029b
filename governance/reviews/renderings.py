"""The PDF of a review in the background: asked, followed, cancelled, made once.

A worker may be killed and its task given to another: each step looks at the row first, and the
chapters already drawn are found again.
"""

import logging
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.signals import task_finished

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.pdf import PdfCancelled, PdfUnavailable
from ctg.pdf.document import Progress
from governance.frozen.files import discard, put
from governance.models import AnnualReview, Rendering
from governance.reviews import services
from governance.reviews.archive import archive_filename, communes_archive
from governance.reviews.build import build_review
from governance.reviews.data import ReviewData
from governance.reviews.render import filename, render_review

INTERRUPTED = "La mise en page s’est interrompue plusieurs fois ; le support en est averti."
State = Rendering.State
logger = logging.getLogger(__name__)


def latest(review: AnnualReview, purpose: Rendering.Purpose) -> Rendering | None:
    return review.renderings.filter(purpose=purpose).first()


def ready(review: AnnualReview, purpose: Rendering.Purpose) -> Rendering | None:
    """The one that can be read now, even while another is being made."""
    return review.renderings.filter(purpose=purpose, state=State.DONE).first()


def ready_draft(review: AnnualReview) -> Rendering | None:
    return ready(review, Rendering.Purpose.DRAFT)


@transaction.atomic
def request_rendering(review: AnnualReview, purpose: Rendering.Purpose, *, by: User) -> Rendering:
    """ValidationError when the state of the review does not allow it, or it is being made."""
    held = AnnualReview.objects.select_for_update().get(pk=review.pk)
    of_published = purpose == Rendering.Purpose.COMMUNES
    if held.is_published and not of_published:
        raise ValidationError(review.ALREADY_PUBLISHED)
    if of_published and not held.is_published:
        raise ValidationError("Les extraits des communes se préparent une fois le bilan publié.")
    current = latest(held, purpose)
    if current and current.is_running:
        raise ValidationError("C’est déjà demandé : la mise en page est en cours.")
    held.renderings.live().filter(purpose=purpose).update(state=State.FAILED, failure=INTERRUPTED)
    rendering = Rendering.objects.create(review=held, purpose=purpose, asked_by=by)
    if purpose == Rendering.Purpose.PUBLICATION:
        _journal(rendering, "requested", f"Publication du bilan {review.year} demandée")
    render_in_background.enqueue(rendering.pk)
    return rendering


def cancel(review: AnnualReview, purpose: Rendering.Purpose) -> bool:
    """False when there is nothing to cancel any more. The worker sees it at the next chapter."""
    live = review.renderings.live().filter(purpose=purpose)
    return bool(live.update(state=State.CANCELLED, heard_at=timezone.now()))


@task()
def render_in_background(rendering_id: int) -> None:
    """Raises what went wrong, after noting it for the person: the task is said failed too."""
    live = Rendering.objects.live().filter(pk=rendering_id)
    if not live.update(state=State.RUNNING, heard_at=timezone.now()):
        return
    rendering = Rendering.objects.select_related(
        "asked_by", "review__convention__epci", "review__convention__caf"
    ).get(pk=rendering_id)
    make = MAKERS[Rendering.Purpose(rendering.purpose)]
    try:
        make(rendering, partial(_progress, rendering_id))
    except PdfCancelled:
        return
    except Exception as error:
        _fail(rendering, error)
        raise


def _progress(rendering_id: int, done: int, total: int) -> None:
    """Tell how far it is; PdfCancelled when it is not wanted any more."""
    running = Rendering.objects.filter(pk=rendering_id, state=State.RUNNING)
    if not running.update(chapters_done=done, chapters=total, heard_at=timezone.now()):
        raise PdfCancelled


def _finish(rendering_id: int) -> None:
    """At the last moment, holding the row: who cancels now is told that it is too late."""
    running = Rendering.objects.filter(pk=rendering_id, state=State.RUNNING)
    if not running.update(state=State.DONE, heard_at=timezone.now()):
        raise PdfCancelled


def _make_draft(rendering: Rendering, on_progress: Progress) -> None:
    review = rendering.review
    data = build_review(review.convention, review.year)
    pdf = render_review(data, draft=True, on_progress=on_progress)
    with transaction.atomic():
        _finish(rendering.pk)
        put(rendering.file, f"{rendering.pk}-{filename(data, draft=True)}", pdf)
        rendering.fingerprint = data.fingerprint
        rendering.save(update_fields=["file", "fingerprint"])
    for older in review.renderings.filter(purpose=Rendering.Purpose.DRAFT, pk__lt=rendering.pk):
        discard(older)


def _make_publication(rendering: Rendering, on_progress: Progress) -> None:
    services.publish(
        rendering.review,
        by=rendering.asked_by,
        on_progress=on_progress,
        confirm=partial(_finish, rendering.pk),
    )
    for draft in rendering.review.renderings.filter(purpose=Rendering.Purpose.DRAFT):
        discard(draft)


def _make_communes(rendering: Rendering, on_progress: Progress) -> None:
    """Of a published review: its data are frozen, the same files every time."""
    data = ReviewData.from_json(rendering.review.data or {})
    archive = communes_archive(data, on_progress=on_progress)
    with transaction.atomic():
        _finish(rendering.pk)
        put(rendering.file, f"{rendering.pk}-{archive_filename(data)}", archive)
        rendering.save(update_fields=["file"])
    purpose = Rendering.Purpose.COMMUNES
    for older in rendering.review.renderings.filter(purpose=purpose, pk__lt=rendering.pk):
        discard(older)


MAKERS = {
    Rendering.Purpose.DRAFT: _make_draft,
    Rendering.Purpose.PUBLICATION: _make_publication,
    Rendering.Purpose.COMMUNES: _make_communes,
}


def _fail(rendering: Rendering, error: Exception) -> None:
    if isinstance(error, ValidationError):
        failure = " ".join(error.messages)
    elif isinstance(error, PdfUnavailable):
        failure = str(error)
    elif isinstance(error, OSError):
        failure = f"Le PDF n’a pas pu être écrit sur le serveur : {error.strerror or error}."
    else:
        logger.exception("Mise en page %s", rendering.pk)
        failure = "Une erreur inattendue est survenue ; elle est notée."
    _say_failed(rendering, failure)


@transaction.atomic
def _say_failed(rendering: Rendering, failure: str) -> None:
    """Unless another worker finished it meanwhile."""
    live = Rendering.objects.live().filter(pk=rendering.pk)
    if live.update(state=State.FAILED, failure=failure, heard_at=timezone.now()):
        if rendering.purpose == Rendering.Purpose.PUBLICATION:
            _journal(rendering, "failed", failure)


@receiver(task_finished)
def notice_the_dead(sender: Any, task_result: Any, **kwargs: Any) -> None:
    """A task given up because its workers died never reached its own end."""
    if task_result.task.func is not render_in_background.func:
        return
    if task_result.status == TaskResultStatus.FAILED:
        for rendering in Rendering.objects.live().filter(pk=task_result.args[0]):
            _say_failed(rendering, INTERRUPTED)


def _journal(rendering: Rendering, verb: str, summary: str) -> None:
    review, by = rendering.review, rendering.asked_by
    record(
        f"review.publication_{verb}", review, convention=review.convention, by=by, summary=summary
    )
