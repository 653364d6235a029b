"""Freeze the figures of a document, draw them, keep both with their hash: all or nothing."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ctg.accounts.models import User
from governance.frozen.data import FrozenData
from governance.frozen.files import put
from governance.frozen.models import FrozenDocument

Data = TypeVar("Data", bound=FrozenData)
ATTEMPTS = 3
FROZEN_FIELDS = ["data", "file", "file_sha256", "published_at", "published_by"]


def nothing_more() -> None:
    pass


def freeze(
    document: FrozenDocument,
    *,
    build: Callable[[], Data],
    render: Callable[[Data], bytes],
    name: Callable[[Data], str],
    confirm: Callable[[], None] = nothing_more,
    by: User,
) -> None:
    """The PDF is made from the frozen data before anything is written: it may take a while.

    If what ``build`` says changed meanwhile, it is made again. ``confirm`` is called in the
    transaction that publishes, after the last write; what it raises, or ``render``, stops
    everything. Raises PdfUnavailable, OSError, or ValidationError when it is published already.
    """
    for _ in range(ATTEMPTS):
        refuse_published(document)
        frozen = build()
        stored = json.loads(json.dumps(frozen.sealed(by=str(by))))
        read_back = frozen.from_json(stored)
        pdf = render(read_back)
        with transaction.atomic():
            hold(document)
            if build().fingerprint == frozen.fingerprint:
                document.data = stored
                document.published_at, document.published_by = timezone.now(), by
                document.file_sha256 = sha256(pdf).hexdigest()
                return _keep(document, name(read_back), pdf, confirm)
    raise ValidationError(
        "Le plan ou les textes changent pendant la mise en page : publiez à un moment plus calme."
    )


def _keep(document: FrozenDocument, name: str, pdf: bytes, confirm: Callable[[], None]) -> None:
    put(document.file, name, pdf)
    try:
        document.full_clean()
        document.save(update_fields=FROZEN_FIELDS)
        confirm()
    except BaseException:
        document.file.storage.delete(document.file.name)
        raise


def hold(document: FrozenDocument) -> None:
    """Lock the row; refuse when it was published meanwhile."""
    refuse_published(type(document).objects.select_for_update().get(pk=document.pk))


def refuse_published(document: FrozenDocument) -> None:
    if document.is_published:
        raise ValidationError(document.ALREADY_PUBLISHED)
