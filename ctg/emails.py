from collections.abc import Mapping, Sequence
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


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
