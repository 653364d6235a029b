"""Addresses that mail servers refuse: at once, or by a report sent back later (RFC 3464)."""

from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from ctg.mail.models import Message, RefusedAddress


class Report(NamedTuple):
    """What a server says of one message that we sent."""

    message_id: str
    reason: str


@transaction.atomic
def refuse(message: Message, *, reason: str) -> None:
    """This message has not arrived, and the next ones to the same address would not."""
    message.sent_at, message.failed_at, message.error = None, timezone.now(), reason
    message.save()
    RefusedAddress.objects.update_or_create(
        address=message.address, defaults={"reason": reason, "refused_at": timezone.now()}
    )


def refused(addresses: Iterable[str]) -> set[str]:
    found = RefusedAddress.objects.filter(address__in=list(addresses))
    return set(found.values_list("address", flat=True))


def accept(addresses: Iterable[str]) -> int:
    """Somebody says that they work again; how many were refused."""
    return RefusedAddress.objects.filter(address__in=list(addresses)).delete()[0]


def receive(raw: bytes) -> list[str]:
    """The addresses that a report refuses for good.

    A report only counts for a message we remember having sent, by an identifier that nobody but
    its reader knows: a forged one closes no address.
    """
    report = read(raw)
    if report is None:
        return []
    sent = Message.objects.filter(message_id=report.message_id).exclude(sent_at=None)
    addresses = []
    for message in sent:
        refuse(message, reason=report.reason)
        addresses.append(message.address)
    return sorted(set(addresses))


def read(raw: bytes) -> Report | None:
    """None for another message than a report of failure, or one that names no message of ours."""
    report = message_from_bytes(raw, policy=policy.default)
    if report.get_content_type() != "multipart/report":
        return None
    reason, message_id = "", ""
    for part in report.iter_parts():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            reason = _failure(part)
        elif kind == "message/rfc822":
            message_id = _identifier(part.get_content())
        elif kind == "text/rfc822-headers":
            headers = message_from_bytes(part.get_payload(decode=True), policy=policy.default)
            message_id = _identifier(headers)
    return Report(message_id, reason) if reason and message_id else None


def _failure(status: EmailMessage) -> str:
    """What the server says of the first recipient it gave up; empty while it still tries."""
    for recipient in status.get_payload():
        if str(recipient.get("Action", "")).strip().lower() == "failed":
            said = recipient.get("Diagnostic-Code") or recipient.get("Status") or "failed"
            return " ".join(str(said).split(";", 1)[-1].split())
    return ""


def _identifier(message: EmailMessage) -> str:
    return str(message.get("Message-ID", "")).strip()
