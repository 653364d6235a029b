"""What breaks around the site: full disk, database away, mail server down, clock set wrong.

Each says how much was tried; nothing may be lost, doubled, or half written.
"""

import errno
import socket
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError, connection, transaction
from django.test import Client
from django_tasks_db.models import DBTaskResult
from freezegun import freeze_time

from ctg.convention.models import Document
from ctg.mail.kinds import Kind
from ctg.mail.models import Message
from ctg.mail.services import deliver_due, send
from ctg.operations import worker
from ctg.operations.models import WorkerBeat
from tests.factories.actions import make_action, make_campaign, make_contribution
from tests.factories.ctg import make_user
from tests.factories.financing import make_facility

OURS = ("accounts", "mail", "convention", "actions", "financing", "governance")
MONDAY = datetime(2023, 1, 16, 9, tzinfo=UTC)


class FullDisk(FileSystemStorage):
    """Half of the file is written when the disk refuses the rest."""

    def _save(self, name, content):
        whole = content.read()
        super()._save(name, ContentFile(whole[: len(whole) // 2]))
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def camille(cast):
    """A browser shows the page of an error; the test client would raise it."""
    client = Client(raise_request_exception=False)
    client.force_login(cast["camille"])
    return client


def test_a_full_disk_is_said_and_leaves_no_row(camille, convention, url, settings, tmp_path, tell):
    settings.MEDIA_ROOT = tmp_path
    facility = make_facility(convention)
    pdf = b"%PDF-1.7\n" + b"x" * 2000
    agreement = {"starts_on": "2022-01-01", "ends_on": "2022-12-31"}
    sent = [
        (url("actions:imports"), {}, "plan.csv", b"Action\n" + b"Forum\n" * 300),
        (url("financing:agreement_create", facility.pk), agreement, "cof.pdf", pdf),
    ]
    rows = [convention.plan_imports, Document.objects, facility.agreements]

    def hand_in(address, fields, name, content):
        file = BytesIO(content)
        file.name = name
        return camille.post(address, fields | {"file": file})

    ready = settings.STORAGES["default"]
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": f"{FullDisk.__module__}.{FullDisk.__qualname__}"}
    }
    refused = [hand_in(*one) for one in sent]
    left = [kind.count() for kind in rows]
    settings.STORAGES = settings.STORAGES | {"default": ready}
    admitted = [hand_in(*one) for one in sent]

    tell(f"  disque plein : {len(sent)} dépôts, {sum(left)} ligne à moitié, repris ensuite")
    assert [answer.status_code for answer in refused] == [503, 503]
    assert all("plus de place" in answer.content.decode() for answer in refused)
    assert refused[0]["Retry-After"]
    assert left == [0, 0, 0]
    assert [answer.status_code for answer in admitted] == [302, 302]
    assert [kind.count() for kind in rows] == [1, 1, 1]


class Away:
    """The database answers so many queries, then no more; what is not committed is undone."""

    def __init__(self, queries):
        self.left = queries

    def __call__(self, execute, sql, *arguments):
        if "SAVEPOINT" not in sql:
            if self.left == 0:
                raise OperationalError("server closed the connection unexpectedly")
            self.left -= 1
        return execute(sql, *arguments)


def everything():
    """How many rows of each kind there are."""
    return {
        model._meta.label: model._base_manager.count()
        for app in OURS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    }


def test_a_database_that_goes_away_leaves_nothing_half_done(camille, convention, labege, url, tell):
    action = make_action(convention, pilot=convention.epci, communes=[labege])
    answer = make_contribution(make_campaign(convention), action, labege)
    said = {"status": "ongoing", "done": "Trois permanences.", "difficulty": ""}
    acts = [
        (url("progress:answer", answer.pk), said),
        (url("actions:move", action.code, "abandonner"), {"reason": "Faute de local"}),
        (url("convention:settings"), {"untouched_days": "90"}),
    ]
    before, tried = everything(), 0

    for address, fields in acts:
        seen = []
        while not seen or seen[-1][0] != "whole":
            away = Away(len(seen))
            with transaction.atomic():
                with connection.execute_wrapper(away):
                    status = camille.post(address, fields).status_code
                seen.append(("whole" if away.left else status, everything()))
                transaction.set_rollback(True)
        *cut, (_, done) = seen
        tried += len(cut)
        assert done != before
        assert all(rows == done for status, rows in cut if status == 302), "said done, and is"
        assert all(rows in (before, done) for _, rows in cut)
        assert {status for status, _ in cut} <= {302, 503}

    tell(f"  base absente : {tried} coupures en plein acte, 0 acte à moitié")


def test_mail_waits_for_its_server(db, settings, mailoutbox, tell):
    people = [make_user() for _ in range(20)]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = probe.getsockname()[1]
    locmem = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", nobody

    with freeze_time(MONDAY) as clock:
        for person in people:
            send(Kind.TRIAL, to=person, context={})
        while_down = [deliver_due()]
        clock.tick(timedelta(minutes=2))
        while_down.append(deliver_due())
        settings.EMAIL_BACKEND = locmem
        clock.tick(timedelta(minutes=11))
        sent = deliver_due()

    tell(f"  courrier absent : {len(people)} courriels retenus, {sent} partis, 0 perdu")
    assert while_down == [0, 0]
    assert sorted(message.to[0] for message in mailoutbox) == sorted(p.email for p in people)
    assert not Message.objects.waiting().exists()


JUMPS = [timedelta(hours=-2), timedelta(hours=2), timedelta(days=-1), timedelta(days=1)]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_clock_set_wrong_delays_at_most(db, settings, mailoutbox, jump, tell):
    """Wrong for a while, then right again: each message once, each day’s tasks, no dead worker."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.DAILY_TASKS = {"ctg.operations.retention.purge": 3}
    people = [make_user() for _ in range(5)]

    with freeze_time(MONDAY + jump) as clock:
        worker.beat("wrong")
        worker.start_the_day()
        for person in people:
            send(Kind.TRIAL, to=person, context={})
        Message.objects.update(claimed_at=MONDAY + jump)  # its worker died in the middle
        clock.move_to(MONDAY)
        ran = DBTaskResult.objects.count()
        assert not WorkerBeat.objects.alive().exists()
        worker.start_the_day()
        worker.start_the_day()
        today = DBTaskResult.objects.count() - ran
        clock.move_to(MONDAY + abs(jump) + timedelta(hours=1))
        deliver_due()

    tell(f"  horloge {jump} : {len(people)} courriels, {len(mailoutbox)} partis, 0 double")
    assert today == (0 if abs(jump) < timedelta(days=1) else 1)
    assert sorted(message.to[0] for message in mailoutbox) == sorted(p.email for p in people)
