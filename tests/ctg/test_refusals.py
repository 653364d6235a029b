"""What comes back: refusals of mail servers, and reports as RFC 3464 writes them."""

from io import BytesIO, StringIO, TextIOWrapper
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.management import call_command

from ctg.mail import refusals, services
from ctg.mail.kinds import Kind
from ctg.mail.models import Message, RefusedAddress
from tests.ctg.test_mail import CONTEXT, broken, sacha

__all__ = ["broken", "sacha"]

REPORT = """\
From: MAILER-DAEMON@mail.example.org
To: ctg@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limit"

--limit
Content-Type: text/plain; charset=utf-8

Je suis désolé, votre message n'a pas pu être remis.

--limit
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address
    rejected: User unknown

--limit
Content-Type: {kind}

Message-ID: {message_id}
Subject: où en sont vos actions ?

--limit--
"""


@pytest.fixture
def message(sacha, mailoutbox):
    sent = services.send(Kind.CAMPAIGN_OPENED, to=sacha, context=CONTEXT)
    services.deliver_due()
    sent.refresh_from_db()
    return sent


def report(message, **changes):
    parts = {
        "address": message.address,
        "action": "failed",
        "kind": "text/rfc822-headers",
        "message_id": message.message_id,
    }
    return REPORT.format(**parts | changes).encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_of_failure_closes_the_address(message, mailoutbox, kind):
    assert mailoutbox[0].extra_headers["Message-ID"] == message.message_id

    assert refusals.receive(report(message, kind=kind)) == ["sacha@example.org"]

    message.refresh_from_db()
    assert (message.sent_at, message.failed_at is not None) == (None, True)
    said = RefusedAddress.objects.get(address="sacha@example.org").reason
    assert said == "550 5.1.1 <sacha@example.org>: Recipient address rejected: User unknown"


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "delayed"},
        {"message_id": "<forged@example.org>"},
        {"message_id": ""},
        {"kind": "text/plain"},
    ],
    ids=["still tried", "forged", "names no message", "without our headers"],
)
def test_what_is_no_failure_of_ours_closes_nothing(message, changes):
    assert refusals.receive(report(message, **changes)) == []
    assert not RefusedAddress.objects.exists()
    assert Message.objects.get().sent_at


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"Subject: Bonjour\n\nJe suis absente."])
def test_ordinary_mail_is_left_alone(db, raw):
    assert refusals.receive(raw) == []


def test_the_command_reads_its_input(message, monkeypatch):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(report(message))))
    out = StringIO()

    call_command("bounced", stdout=out)

    assert out.getvalue() == "Adresse refusée\u00a0: sacha@example.org\n"


def test_a_refused_address_is_not_written_to_but_by_what_opens_a_door(message, sacha):
    refusals.refuse(message, reason="550")

    assert services.send(Kind.REMINDER, to=sacha, context=CONTEXT) is None
    assert services.send(Kind.INVITATION, to=sacha, context=CONTEXT) is not None

    assert refusals.accept([sacha.email]) == 1
    assert services.send(Kind.REMINDER, to=sacha, context=CONTEXT) is not None


def test_a_server_that_says_later_closes_nothing(sacha, broken):
    """Greylisting answers 450 to a first attempt."""
    broken(SMTPRecipientsRefused({"sacha@example.org": (450, b"come back later")}))
    message = services.send(Kind.CAMPAIGN_OPENED, to=sacha, context=CONTEXT)

    services.deliver_due()

    message.refresh_from_db()
    assert (message.attempts, message.failed_at) == (1, None)
    assert not RefusedAddress.objects.exists()
