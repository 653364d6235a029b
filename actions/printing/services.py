"""Verbs of printing: a few sheets at once, many in the background."""

import logging
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from actions.models import SheetPrint
from actions.printing.sheets import render_sheets
from ctg.accounts.models import User
from ctg.convention.models import Convention
from ctg.pdf import PdfUnavailable

logger = logging.getLogger(__name__)


def printable(convention: Convention, codes: Sequence[str]):
    """The current actions of these codes, as a printed sheet needs them."""
    return (
        convention.actions.current()
        .filter(code__in=codes)
        .with_lateness(timezone.localdate())
        .with_communes_count()
        .in_plan_order()
    )


@transaction.atomic
def request_print(convention: Convention, *, codes: Sequence[str], by: User) -> SheetPrint:
    """Takes the place of what the person printed before: a PDF is made again at will."""
    for former in convention.sheet_prints.filter(by=by):
        transaction.on_commit(lambda file=former.file: file and file.storage.delete(file.name))
        former.delete()
    asked = SheetPrint.objects.create(convention=convention, by=by, codes=list(codes))
    transaction.on_commit(lambda: print_sheets.enqueue(asked.pk))
    return asked


@task()
def print_sheets(print_id: int) -> None:
    """Nothing left to do when it is made already, or was replaced by another request."""
    asked = SheetPrint.objects.select_related("convention__epci").filter(pk=print_id).first()
    if asked is None or not asked.is_running:
        return

    def on_progress(done: int, total: int) -> None:
        SheetPrint.objects.filter(pk=print_id).update(done=done, total=total)

    try:
        pdf = render_sheets(
            asked.convention,
            printable(asked.convention, asked.codes),
            at=asked.at,
            on_progress=on_progress,
        )
    except PdfUnavailable as lack:
        SheetPrint.objects.filter(pk=print_id).update(failure=str(lack)[:300])
    except Exception:
        logger.exception("Tirage de fiches %s", print_id)
        failure = "Une erreur inattendue est survenue ; elle est notée."
        SheetPrint.objects.filter(pk=print_id).update(failure=failure)
    else:
        _keep(print_id, pdf)


@transaction.atomic
def _keep(print_id: int, pdf: bytes) -> None:
    asked = SheetPrint.objects.select_for_update().filter(pk=print_id).first()
    if asked and asked.is_running:
        asked.file.save(f"fiches-{asked.convention.slug}.pdf", ContentFile(pdf))
