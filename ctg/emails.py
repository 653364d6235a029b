from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django_tasks import task


def make_message(
    name: str, *, to: Sequence[str], context: Mapping[str, Any]
) -> EmailMultiAlternatives:
    """One message from ``emails/<name>``: ``.subject.txt`` (one line), ``.txt`` and ``.html``."""

    def part(kind: str) -> str:
        return render_to_string(f"emails/{name}.{kind}", dict(context))

    subject = " ".join(part("subject.txt").splitlines()).strip()
    message = EmailMultiAlternatives(subject, part("txt"), to=to)
    message.attach_alternative(part("html"), "text/html")
    return message


@task()
def deliver(name: str, *, to: str, context: dict[str, Any]) -> None:
    make_message(name, to=[to], context=context).send()


def send_on_commit(name: str, *, to: str, context: dict[str, Any]) -> None:
    """Hand one message to the worker when the transaction is committed.

    The context travels as JSON: words and figures only, no row.
    """
    transaction.on_commit(partial(deliver.enqueue, name, to=to, context=context), robust=True)
