"""Messages from a verb to a reader: kept with the transaction, sent by the worker, tried again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid
from functools import partial
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import DNS_NAME, EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from ctg.accounts.models import User
from ctg.emails import make_message
from ctg.mail.kinds import ALWAYS_SENT, GATHERED, Kind
from ctg.mail.models import Message
from ctg.mail.preferences import is_muted, unsubscribe_url
from ctg.mail.refusals import refuse, refused

GATHER_FOR = timedelta(minutes=15)
CLAIM_LASTS = timedelta(minutes=10)
# After the first failure, then the second…; after the last the message is given up.
TRY_AGAIN_AFTER = [timedelta(minutes=m) for m in (1, 10, 60, 360)]

Attachment = tuple[str, str, str]


def send(
    kind: Kind,
    *,
    to: User | str,
    context: Mapping[str, Any],
    attachments: Sequence[Attachment] = (),
) -> Message | None:
    """Have one message sent once the transaction is committed; None when it is not wanted.

    The context is words and figures only, with ``url``, the page the message leads to. An
    attachment is (file name, text, MIME type).
    """
    if isinstance(to, User) and not to.is_active:
        return None
    address = (to.email if isinstance(to, User) else to).lower()
    if is_muted(kind, address) or (kind not in ALWAYS_SENT and refused([address])):
        return None
    now = timezone.now()
    due_at = now + GATHER_FOR if kind in GATHERED else now
    message = Message.objects.create(
        address=address,
        kind=kind,
        context=dict(context),
        attachments=[list(attachment) for attachment in attachments],
        created_at=now,
        due_at=due_at,
    )
    _enqueue(message)
    return message


@task()
def deliver(pk: int) -> None:
    """Safe to run twice: a message is taken by one run, and sent once."""
    message = Message.objects.waiting().filter(pk=pk).first()
    if message is not None:
        _deliver(message)


@task()
def deliver_late() -> int:
    """What a stopped worker left behind; the number of messages sent."""
    return deliver_due()


def deliver_due(at: datetime | None = None) -> int:
    """Send all that is due, oldest first; for tests, and for a worker that was stopped."""
    due = Message.objects.waiting().filter(due_at__lte=at or timezone.now())
    return sum(_deliver(message) for message in due.order_by("due_at", "pk"))


def _deliver(message: Message) -> bool:
    """Whether one e-mail left, with all that was gathered for the same reader."""
    together = [message]
    if message.kind in GATHERED:
        together = list(
            Message.objects.waiting()
            .filter(address=message.address, kind__in=GATHERED)
            .order_by("created_at", "pk")
        )
    taken = [one for one in together if _claim(one)]
    if not taken:
        return False
    try:
        email = _gathered(taken) if len(taken) > 1 else _single(taken[0])
        email.send()
    except Exception as error:
        for one in taken:
            _try_again(one, error)
        return False
    for one in taken:
        one.subject, one.sent_at = str(email.subject), timezone.now()
        one.message_id = email.extra_headers["Message-ID"]
        one.context, one.attachments, one.error = {}, [], ""
        one.save()
    return True


def _claim(message: Message) -> bool:
    now = timezone.now()
    held = Q(claimed_at__range=(now - CLAIM_LASTS, now + CLAIM_LASTS))
    free = Q(claimed_at=None) | ~held
    return bool(Message.objects.waiting().filter(free, pk=message.pk).update(claimed_at=now))


def _try_again(message: Message, error: Exception) -> None:
    message.attempts += 1
    message.claimed_at = None
    message.error = f"{type(error).__name__} : {error}"
    said = _refusal(error)
    if said:
        refuse(message, reason=said)
        return
    if message.attempts > len(TRY_AGAIN_AFTER):
        message.failed_at = timezone.now()
    else:
        message.due_at = timezone.now() + TRY_AGAIN_AFTER[message.attempts - 1]
        _enqueue(message)
    message.save()


def _refusal(error: Exception) -> str:
    """What the server answers for good; a code below 500 means later, as greylisting does."""
    if not isinstance(error, SMTPRecipientsRefused):
        return ""
    said = [f"{code} {words.decode(errors='replace')}" for code, words in error.recipients.values()]
    return "" if any(words < "5" for words in said) else " ; ".join(said)


def _enqueue(message: Message) -> None:
    run = deliver.using(run_after=message.due_at) if message.due_at > timezone.now() else deliver
    transaction.on_commit(partial(run.enqueue, message.pk), robust=True)


def _single(message: Message) -> EmailMultiAlternatives:
    kind = Kind(message.kind)
    email = make_message(
        kind.value, to=[message.address], context=message.context | _footer(kind, message.address)
    )
    for name, text, mimetype in message.attachments:
        if mimetype.startswith("text/calendar"):  # shown as an invitation to answer
            email.attach_alternative(text, mimetype)
        email.attach(name, text, mimetype)
    return _with_headers(email, kind)


def _gathered(messages: list[Message]) -> EmailMultiAlternatives:
    """Several messages in one: the subject of each, and where it leads."""
    first = messages[0]
    kind = Kind(first.kind)
    lines = [
        {
            "title": make_message(m.kind, to=[], context=m.context).subject,
            "url": m.context.get("url", ""),
            "comment": m.context.get("comment", ""),
        }
        for m in messages
    ]
    context = {"first_name": first.context.get("first_name", ""), "lines": lines}
    email = make_message(
        "gathered", to=[first.address], context=context | _footer(kind, first.address)
    )
    return _with_headers(email, kind)


def _footer(kind: Kind, address: str) -> dict[str, str]:
    if kind in ALWAYS_SENT:
        return {}
    return {
        "kind_label": kind.label,
        "unsubscribe_url": unsubscribe_url(kind, address),
        "preferences_url": settings.SITE_URL + reverse("mail:preferences"),
    }


def _with_headers(email: EmailMultiAlternatives, kind: Kind) -> EmailMultiAlternatives:
    if kind not in ALWAYS_SENT:
        email.extra_headers["List-Unsubscribe"] = f"<{unsubscribe_url(kind, email.to[0])}>"
        email.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email.extra_headers["Auto-Submitted"] = "auto-generated"
    email.extra_headers["Message-ID"] = make_msgid(domain=str(DNS_NAME))
    return email
