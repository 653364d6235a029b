"""Files made in the background, of a review or of an evaluation: asked for, then made once."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django_tasks import TaskResultStatus, task
from django_tasks.signals import task_finished

from ctg.accounts.models import User
from ctg.pdf import PdfCancelled
from ctg.pdf.document import Progress
from governance.evaluation.making import MAKERS as OF_EVALUATIONS
from governance.frozen import progress
from governance.frozen.models import FrozenDocument, Rendering
from governance.frozen.publishing import refuse_published
from governance.models import AnnualReview, FinalEvaluation
from governance.reviews.making import MAKERS as OF_REVIEWS

Purpose, State = Rendering.Purpose, Rendering.State
Makers = dict[Rendering.Purpose, Callable[[Rendering, Any, Progress], None]]
MAKERS: dict[type[FrozenDocument], Makers] = {
    AnnualReview: OF_REVIEWS,
    FinalEvaluation: OF_EVALUATIONS,
}
BEFORE, AFTER = (Purpose.DRAFT, Purpose.PUBLICATION), (Purpose.ARCHIVE, Purpose.COMMUNES)
AT_PUBLICATION = (Purpose.SHEETS, Purpose.ARCHIVE)  # long ones, which readers then find ready


@transaction.atomic
def request_rendering(
    document: FrozenDocument, purpose: Rendering.Purpose, *, by: User
) -> Rendering:
    """ValidationError when the state of the document does not allow it, or it is being made."""
    held = type(document).objects.select_for_update().get(pk=document.pk)
    if purpose in BEFORE:
        refuse_published(held)
    if purpose in AFTER and not held.is_published:
        raise ValidationError("Ce fichier se prépare après la publication.")
    current = progress.latest(held, purpose)
    if current and current.is_running:
        raise ValidationError("C’est déjà demandé : la mise en page est en cours.")
    lost = held.renderings.live().filter(purpose=purpose)
    lost.update(state=State.FAILED, failure=progress.INTERRUPTED)
    rendering = held.renderings.create(purpose=purpose, asked_by=by)
    if purpose == Purpose.PUBLICATION:
        progress.note(rendering, "requested", f"Publication demandée : {held}")
    render_in_background.enqueue(rendering.pk)
    return rendering


@task()
def render_in_background(rendering_id: int) -> None:
    """Raises what went wrong, after noting it for the person: the task is said failed too."""
    if not progress.begin(rendering_id):
        return
    rendering = Rendering.objects.with_document().get(pk=rendering_id)
    make = MAKERS[type(rendering.document)][Purpose(rendering.purpose)]
    try:
        make(rendering, rendering.document, partial(progress.tell, rendering_id))
    except PdfCancelled:
        return
    except Exception as error:
        progress.fail(rendering, error)
        raise
    if rendering.purpose == Purpose.PUBLICATION:
        progress.discard_drafts(rendering.document)
        prepare_long_files(rendering.document, by=rendering.asked_by)


def prepare_long_files(document: FrozenDocument, *, by: User) -> None:
    """Those of a published document that are neither ready nor asked for."""
    for purpose in AT_PUBLICATION:
        known = document.renderings.filter(purpose=purpose, state__in=[*Rendering.LIVE, State.DONE])
        if purpose in MAKERS[type(document)] and not known.exists():
            request_rendering(document, purpose, by=by)


@receiver(task_finished)
def notice_the_dead(sender: Any, task_result: Any, **kwargs: Any) -> None:
    """A task given up because its workers died never reached its own end."""
    if task_result.task.func is not render_in_background.func:
        return
    if task_result.status == TaskResultStatus.FAILED:
        for rendering in Rendering.objects.live().filter(pk=task_result.args[0]):
            progress.say_failed(rendering, progress.INTERRUPTED)
