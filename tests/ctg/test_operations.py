import json
import zipfile
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from freezegun import freeze_time

from actions.models import Action
from ctg.convention.models import Document
from ctg.mail.models import Message
from ctg.mail.services import deliver, deliver_due
from ctg.operations import checks, worker
from ctg.operations.backup import BackupRefused, models_to_keep, restore_backup, write_backup
from ctg.operations.models import Backup, DailyRun, WorkerBeat
from ctg.operations.retention import purge
from tests.factories.actions import make_action

DATABASE_QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def queue(db, settings):
    settings.TASKS = DATABASE_QUEUE
    return DBTaskResult.objects


def one_mail(queue, worker_ids=(), status="READY"):
    sent = deliver.enqueue(0)
    queue.filter(pk=sent.id).update(worker_ids=list(worker_ids), status=status)
    return queue.get(pk=sent.id)


def test_a_task_of_a_dead_worker_goes_back_to_the_queue(queue):
    left = one_mail(queue, ["dead"], "RUNNING")

    assert worker.relieve_the_dead() == 1

    left.refresh_from_db()
    assert left.status == "READY"


def test_a_task_of_a_living_worker_is_left_to_it(queue):
    worker.beat("alive")
    held = one_mail(queue, ["dead", "alive"], "RUNNING")

    assert worker.relieve_the_dead() == 0

    held.refresh_from_db()
    assert held.status == "RUNNING"


def test_a_task_that_outlived_three_workers_is_failed(queue):
    hopeless = one_mail(queue, ["a", "b", "c"], "RUNNING")

    worker.relieve_the_dead()

    hopeless.refresh_from_db()
    assert hopeless.status == "FAILED"
    assert hopeless.exception_class_path == "ctg.operations.worker.WorkerDied"


def test_a_silent_worker_is_held_for_dead_after_a_minute(db):
    with freeze_time("2022-03-01 10:00"):
        worker.beat("first")
    with freeze_time("2022-03-01 10:00:50"):
        assert [beat.worker_id for beat in WorkerBeat.objects.alive()] == ["first"]
    with freeze_time("2022-03-01 10:01:10"):
        assert not WorkerBeat.objects.alive()


def test_the_days_work_starts_once_after_its_hour(queue, settings):
    settings.DAILY_TASKS = {"ctg.operations.retention.purge": 7}

    for moment in ("05:30", "06:30", "07:30", "22:30"):  # UTC; Paris is an hour ahead
        with freeze_time(f"2022-03-01 {moment}"):
            worker.start_the_day()
    with freeze_time("2022-03-02 06:30"):
        worker.start_the_day()

    assert queue.count() == 2
    assert DailyRun.objects.get().on.isoformat() == "2022-03-02"


def test_ended_tasks_are_forgotten_after_a_month(queue):
    old, recent = one_mail(queue, status="SUCCESSFUL"), one_mail(queue, status="SUCCESSFUL")
    queue.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=31))
    queue.filter(pk=recent.pk).update(finished_at=timezone.now() - timedelta(days=29))

    purge.func()

    assert queue.get() == recent


def test_the_process_and_its_database_say_that_they_are_well(client, db):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "database": True, "migrations": True}


def test_a_lost_database_takes_the_process_out_of_service(client, db, monkeypatch):
    monkeypatch.setattr(checks, "database_answers", lambda: False)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["database"]) == (503, False)


def test_metrics_are_for_who_holds_the_token(client, queue, settings):
    settings.METRICS_TOKEN = "jeton"
    one_mail(queue)
    worker.beat("alive")

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer autre"}).status_code == 404
    page = client.get("/metrics", headers={"Authorization": "Bearer jeton"}).content.decode()

    assert 'ctg_tasks{status="ready"} 1.0' in page
    assert "ctg_workers 1.0" in page
    assert "django_http_requests_latency_seconds" in page


def test_without_token_there_are_no_metrics(client, db):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_service_page_says_what_to_look_at(camille, url, queue):
    page = camille.get(url("operations:service")).content.decode()

    assert "relancez le service" in page  # no worker gives a sign of life
    assert "Aucun envoi encore" in page
    assert "Programmez" in page

    worker.beat("alive")
    Backup.objects.create(name="ctg.zip", size=1234, sha256="0" * 64)
    page = camille.get(url("operations:service")).content.decode()

    assert "relancez le service" not in page
    assert "ctg.zip" in page


def test_a_refused_message_shows_on_the_service_page(db):
    message = Message.objects.create(address="camille@example.org", kind="trial", attempts=1)
    assert not checks.mail().is_fine

    message.sent_at = timezone.now()
    message.save()

    assert checks.mail().is_fine


def test_tasks_that_wait_too_long_show_on_the_service_page(queue):
    worker.beat("alive")
    one_mail(queue)
    assert checks.worker().is_fine

    queue.update(enqueued_at=timezone.now() - timedelta(hours=1))

    assert not checks.worker().is_fine


def test_an_old_backup_is_no_backup(db):
    Backup.objects.create(
        name="ctg.zip", size=1, sha256="0" * 64, at=timezone.now() - timedelta(days=3)
    )

    assert not checks.backup().is_fine


def test_trial_message_is_sent_to_who_asks(camille, cast, url, mailoutbox):
    camille.post(url("operations:send_trial"))
    deliver_due()

    assert [message.to for message in mailoutbox] == [[cast["camille"].email]]


@pytest.fixture
def filled(convention, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_action(convention, pilot=convention.epci)
    Document.objects.create(
        convention=convention, title="Convention", file=ContentFile(b"%PDF-1.7", "convention.pdf")
    )
    return convention


def everything():
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in models_to_keep()
        if model is not Backup
    }


def test_a_backup_holds_rows_files_and_their_digests(filled, tmp_path):
    backup = write_backup(tmp_path / "ctg.zip")

    with zipfile.ZipFile(tmp_path / "ctg.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = set(archive.namelist())
    assert manifest["rows"]["actions.Action"] == 1
    assert set(manifest["sha256"]) | {"manifest.json"} == names
    assert any(name.startswith("files/documents/") for name in names)
    assert backup.size == (tmp_path / "ctg.zip").stat().st_size


@pytest.mark.django_db(transaction=True)
def test_drill_what_was_lost_comes_back_whole(filled, settings, tmp_path):
    before = everything()
    write_backup(tmp_path / "ctg.zip")
    call_command("flush", interactive=False, verbosity=0)
    settings.MEDIA_ROOT = tmp_path / "new"

    call_command("restore", str(tmp_path / "ctg.zip"), stdout=StringIO())

    assert everything() == before
    with Document.objects.get().file.open() as restored:
        assert restored.read() == b"%PDF-1.7"
    make_action(filled, code="after")  # the sequences go on after the last row
    assert Action.objects.count() == 2


def test_restore_refuses_a_base_that_is_not_new(filled, tmp_path):
    write_backup(tmp_path / "ctg.zip")

    with pytest.raises(CommandError, match="base neuve"):
        call_command("restore", str(tmp_path / "ctg.zip"))


def altered(source, target, name, content):
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w") as copy:
        for member in whole.namelist():
            copy.writestr(member, content if member == name else whole.read(member))
    return target


def test_restore_refuses_a_damaged_file(filled, tmp_path):
    write_backup(tmp_path / "ctg.zip")
    damaged = altered(tmp_path / "ctg.zip", tmp_path / "b.zip", "rows.jsonl", b"{}\n")
    (tmp_path / "not.zip").write_bytes(b"PK but no archive")

    for path, reason in ((damaged, "empreinte"), (tmp_path / "not.zip", "lisible")):
        with pytest.raises(BackupRefused, match=reason):
            restore_backup(path)


@pytest.mark.parametrize(
    ("field", "value", "reason"), [("format", 9, "Format"), ("migrations", ["a.0002"], "version")]
)
def test_restore_refuses_another_version(filled, tmp_path, field, value, reason):
    write_backup(tmp_path / "ctg.zip")
    with zipfile.ZipFile(tmp_path / "ctg.zip") as archive:
        manifest = json.loads(archive.read("manifest.json")) | {field: value}
    other = altered(tmp_path / "ctg.zip", tmp_path / "b.zip", "manifest.json", json.dumps(manifest))

    with pytest.raises(BackupRefused, match=reason):
        restore_backup(other)


def test_a_full_disk_leaves_no_half_backup(filled, tmp_path, monkeypatch):
    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr("ctg.operations.backup._copy", full)

    with pytest.raises(CommandError, match="Sauvegarde impossible"):
        call_command("backup", str(tmp_path / "kept"))

    assert list((tmp_path / "kept").iterdir()) == []
    assert not Backup.objects.exists()
