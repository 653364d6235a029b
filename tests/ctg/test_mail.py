from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from freezegun import freeze_time

from ctg.mail import preferences, services
from ctg.mail.backend import KeepingBackend
from ctg.mail.kinds import Kind
from ctg.mail.models import KeptMail, Message, MutedKind
from tests.factories.ctg import make_user

NOW = datetime(2023, 1, 16, 8, tzinfo=UTC)
CONTEXT = {
    "first_name": "Sacha",
    "convention": "CTG",
    "year": 2022,
    "actions": "5 actions",
    "closes_on": "31 janvier 2023",
    "url": "https://ctg.example.org/a-saisir/",
}
RETURNED = {
    "first_name": "Sacha",
    "convention": "CTG",
    "year": 2022,
    "action": "A-1 · Crèche",
    "of_organization": "de Labège",
    "comment": "Combien ?",
    "by": "Camille",
    "closes_on": "31 janvier 2023",
    "url": "https://ctg.example.org/reponses/1/",
}


@pytest.fixture(autouse=True)
def morning():
    with freeze_time(NOW) as clock:
        yield clock


@pytest.fixture
def sacha(db):
    return make_user("Sacha", email="sacha@example.org")


@pytest.fixture
def broken(monkeypatch):
    """broken(error): the mail server answers with it."""

    def fail_with(error):
        def send_messages(self, messages):
            raise error

        backend = "django.core.mail.backends.locmem.EmailBackend.send_messages"
        monkeypatch.setattr(backend, send_messages)

    return fail_with


def test_a_message_leaves_after_the_transaction_and_only_once(
    sacha, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        sent = services.send(Kind.CAMPAIGN_OPENED, to=sacha, context=CONTEXT)
    queued = DBTaskResult.objects.get()
    assert (queued.task_path, mailoutbox) == ("ctg.mail.services.deliver", [])

    for _ in range(2):
        services.deliver.call(*queued.args_kwargs["args"])

    assert [message.to for message in mailoutbox] == [["sacha@example.org"]]
    sent.refresh_from_db()
    assert (sent.sent_at, sent.context) == (NOW, {})
    assert sent.subject == mailoutbox[0].subject


def test_text_html_and_the_ways_to_stop_it(sacha, mailoutbox):
    services.send(Kind.CAMPAIGN_OPENED, to=sacha, context=CONTEXT | {"convention": "CTG & co"})
    services.deliver_due()

    message = mailoutbox[0]
    html = message.alternatives[0].content
    stop = preferences.unsubscribe_url(Kind.CAMPAIGN_OPENED, "sacha@example.org")
    assert "CTG & co" in message.subject
    assert "CTG &amp; co" in html
    assert stop in html and stop in message.body
    assert message.extra_headers["List-Unsubscribe"] == f"<{stop}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nobody_is_written_to_against_her_will(sacha):
    preferences.mute(Kind.CAMPAIGN_OPENED, sacha.email)
    assert services.send(Kind.CAMPAIGN_OPENED, to=sacha, context=CONTEXT) is None

    sacha.is_active = False
    assert services.send(Kind.REMINDER, to=sacha, context=CONTEXT) is None
    assert not Message.objects.exists()


def test_what_comes_in_bursts_leaves_as_one_message(sacha, mailoutbox, morning):
    for action in ("A-1 · Crèche", "A-2 · Relais", "A-3 · Ludothèque"):
        services.send(Kind.ANSWER_RETURNED, to=sacha, context=RETURNED | {"action": action})
        morning.tick(timedelta(minutes=4))
    assert services.deliver_due() == 0, "la première attend encore"

    morning.tick(timedelta(minutes=5))
    assert services.deliver_due() == 1

    body = mailoutbox[0].body
    assert mailoutbox[0].subject == "3 nouvelles vous concernent dans la convention"
    assert all(word in body for word in ("Crèche", "Relais", "Ludothèque", "Combien ?"))
    assert not Message.objects.waiting().exists()


def test_one_alone_is_written_in_full(sacha, mailoutbox, morning):
    services.send(Kind.ANSWER_RETURNED, to=sacha, context=RETURNED)
    morning.tick(services.GATHER_FOR)

    services.deliver_due()

    assert "est à compléter" in mailoutbox[0].subject


def test_a_server_that_is_down_is_tried_again_then_given_up(sacha, broken, morning):
    broken(SMTPServerDisconnected("au revoir"))
    message = services.send(Kind.CAMPAIGN_OPENED, to=sacha, context=CONTEXT)

    delays = []
    for _ in range(5):
        assert services.deliver_due() == 0
        message.refresh_from_db()
        delays.append((message.due_at - NOW).total_seconds() // 60)
        morning.move_to(message.due_at)

    assert delays == [1, 11, 71, 431, 431]
    assert message.failed_at == NOW + timedelta(minutes=431)
    assert message.error == "SMTPServerDisconnected : au revoir"


def test_a_refused_address_is_given_up_at_once(sacha, broken):
    broken(SMTPRecipientsRefused({"sacha@example.org": (550, b"unknown")}))
    services.send(Kind.CAMPAIGN_OPENED, to=sacha, context=CONTEXT)

    services.deliver_due()

    assert Message.objects.failed().get().attempts == 1


def test_a_message_being_sent_elsewhere_is_left_alone(sacha, mailoutbox):
    message = services.send(Kind.CAMPAIGN_OPENED, to=sacha, context=CONTEXT)
    Message.objects.update(claimed_at=NOW - timedelta(minutes=1))
    services.deliver.call(message.pk)
    assert mailoutbox == []

    Message.objects.update(claimed_at=NOW - timedelta(minutes=11))
    services.deliver_late.call()
    assert len(mailoutbox) == 1


def test_preferences_stop_and_start_again(sacha):
    client = Client()
    client.force_login(sacha)
    address = reverse("mail:preferences")
    assert client.get(address).content.decode().count("checked") == len(preferences.SWITCHABLE)

    client.post(address, {"wanted": [Kind.REMINDER]})
    assert preferences.muted(sacha.email) == set(preferences.SWITCHABLE) - {Kind.REMINDER}

    client.post(address, {"wanted": preferences.SWITCHABLE})
    assert not MutedKind.objects.exists()


def test_the_link_of_a_message_asks_before_it_stops(client, sacha):
    link = preferences.unsubscribe_url(Kind.REMINDER, sacha.email).removeprefix(
        "http://127.0.0.1:8000"
    )

    assert "Ne plus recevoir ces messages" in client.get(link).content.decode()
    assert not MutedKind.objects.exists()

    scanner = Client(enforce_csrf_checks=True)
    assert "C’est fait" in scanner.post(link, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert preferences.muted(sacha.email) == {Kind.REMINDER}


@pytest.mark.parametrize("token", ["reminder:sacha@example.org", "reminder:x@y.fr~faux", "~"])
def test_a_forged_link_stops_nothing(client, db, token):
    answer = client.post(reverse("mail:unsubscribe", args=[token]))

    assert answer.status_code == 404
    assert "Ce lien n’est pas reconnu" in answer.content.decode()
    assert not MutedKind.objects.exists()


def test_the_demonstration_shows_instead_of_sending(client, db):
    message = django_mail.EmailMultiAlternatives("Bonjour", "Texte", to=["sacha@demo.example"])
    message.attach_alternative("<p style='color:red'>Texte</p>", "text/html")
    message.attach("invitation.ics", "BEGIN", "text/calendar")

    assert KeepingBackend().send_messages([message]) == 1

    page = client.get(reverse("demo_mails")).content.decode()
    assert "Bonjour" in page and "invitation.ics" in page
    html = client.get(reverse("demo_mail_html", args=[KeptMail.objects.get().pk]))
    assert "<p style" in html.content.decode()
    assert "style-src 'unsafe-inline'" in html.headers["Content-Security-Policy"]
