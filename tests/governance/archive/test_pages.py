"""The pages of the archive, which open from the disk, and its page on the site."""

import re
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from types import SimpleNamespace
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from django_tasks import TaskResultStatus
from freezegun import freeze_time

from ctg.operations.retention import purge
from governance.archive import services
from governance.models import Archive
from governance.reviews.build import build_review
from tests.factories.actions import make_action
from tests.factories.governance import make_committee, make_decision, make_meeting, make_review
from tests.factories.reviews import make_plan

pytestmark = pytest.mark.django_db
IMMEDIATE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
NEVER = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


class Links(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found, self.anchors, self.scripts = [], set(), 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.found += [attrs[name] for name in ("href", "src") if attrs.get(name)]
        self.anchors.add(attrs.get("id"))
        self.scripts += tag == "script" or any(name.startswith("on") for name in attrs)


@pytest.fixture
def pages(convention, cast, archived, monkeypatch):
    monkeypatch.setattr("governance.archive.reviews.render_review", lambda data: b"%PDF/A")
    plan = make_plan(convention)
    plan.done.documents.create(
        convention=convention, title="Règlement", file=ContentFile(b"%PDF-1.7", "règlement 1.pdf")
    )
    make_action(convention, code="Z-9", title="Retirée", archived_at=timezone.now())
    make_decision(
        make_meeting(make_committee(convention)), text="Ouvrir le lieu", actions=[plan.done]
    )
    data = build_review(convention, 2022).to_json()
    file = ContentFile(b"%PDF-1.7", "bilan.pdf")
    make_review(convention, published_by=cast["camille"], data=data, file=file)
    with ZipFile(archived(convention)) as archive:
        names = archive.namelist()
        return {name: archive.read(name) for name in names}


def test_every_link_leads_somewhere_in_the_archive(pages):
    html = {name: Links(text.decode()) for name, text in pages.items() if name.endswith(".html")}
    broken = []
    for name, page in html.items():
        for link in page.found:
            path, _, anchor = link.partition("#")
            target = normpath(join(dirname(name), unquote(path))) if path else name
            if target not in pages or (anchor and anchor not in html[target].anchors):
                broken.append(f"{name} → {link}")
    assert broken == []
    assert sum(page.scripts for page in html.values()) == 0


def test_the_pages_tell_the_plan_the_decisions_and_the_reviews(pages, convention):
    action = convention.actions.filter(archived_at=None).first()
    assert action.title in pages["plan.html"].decode()
    assert "Retirée" in pages["plan.html"].decode()
    assert action.title in pages[f"fiches/{action.pk}.html"].decode()
    assert "Ouvrir le lieu" in pages["gouvernance.html"].decode()
    assert "Règlement" in pages["documents.html"].decode()
    assert "L’essentiel" in pages["bilans/bilan-2022.html"].decode()
    assert pages["bilans/bilan-2022-archives.pdf"] == b"%PDF/A"
    assert "convention.invitation" not in pages["tables.html"].decode()
    assert re.search(r"Invitations.*ne vaut que sur le site", pages["tables.html"].decode(), re.S)


def made(convention, **fields):
    fields = {"state": Archive.State.DONE, "file": ContentFile(b"PK", "a.zip")} | fields
    return Archive.objects.create(convention=convention, **fields)


def test_camille_asks_follows_and_downloads(
    camille, url, convention, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = IMMEDIATE
    make_action(convention, code="A-1")
    page = camille.get(url("archive:archive")).content.decode()
    assert "Préparer l’archive" in page and "Télécharger" not in page

    with django_capture_on_commit_callbacks(execute=True):
        camille.post(url("archive:archive"))

    page = camille.get(url("archive:archive")).content.decode()
    assert "Archive prête" in page and "Télécharger l’archive" in page
    archive = Archive.objects.get()
    assert archive.done == archive.total > 0
    assert archive.sha256 in page
    file = camille.get(url("archive:download"))
    assert "attachment" in file["Content-Disposition"]
    assert len(b"".join(file)) == archive.size
    assert convention.journal.get(verb="convention.archived").by.first_name == "Camille"


def test_a_second_request_waits_for_the_first(convention, cast, settings):
    settings.TASKS = NEVER
    services.request_archive(convention, by=cast["camille"])

    with pytest.raises(ValidationError, match="en préparation"):
        services.request_archive(convention, by=cast["camille"])

    Archive.objects.update(heard_at=timezone.now() - Archive.PATIENCE)
    services.request_archive(convention, by=cast["camille"])
    assert [archive.state for archive in convention.archives.all()] == ["waiting", "failed"]


def test_the_page_shows_progress_and_asks_again_by_itself(camille, url, convention):
    made(convention, state=Archive.State.RUNNING, file="", done=3, total=12)

    page = camille.get(url("archive:archive"), headers={"HX-Request": "true"}).content.decode()

    assert 'value="25"' in page and 'hx-trigger="every 2s"' in page
    assert "Voir où elle en est" in page  # a link, for who has no script
    assert "<html" not in page


def test_the_new_archive_takes_the_place_of_the_former(convention, cast, settings):
    settings.TASKS = NEVER
    old = made(convention)
    asked = services.request_archive(convention, by=cast["camille"])

    services.archive_in_background.func(asked.pk)

    assert convention.archives.get() == asked
    assert not old.file.storage.exists(old.file.name)
    services.archive_in_background.func(asked.pk)  # given to a second worker: nothing more to do
    assert convention.archives.get().state == "done"


def test_a_failure_is_said_and_leaves_no_file(convention, cast, settings, monkeypatch, tmp_path):
    settings.TASKS = NEVER

    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(services, "write_archive", full)
    asked = services.request_archive(convention, by=cast["camille"])

    with pytest.raises(OSError, match="space"):
        services.archive_in_background.func(asked.pk)

    asked.refresh_from_db()
    assert (asked.state, "No space left" in asked.failure) == ("failed", True)
    assert not list((tmp_path / "media").rglob("*.zip"))


def test_a_worker_that_died_is_noticed(convention):
    asked = made(convention, state=Archive.State.RUNNING, file="")
    result = SimpleNamespace(
        task=services.archive_in_background, status=TaskResultStatus.FAILED, args=[asked.pk]
    )

    services.notice_the_dead(None, result)

    asked.refresh_from_db()
    assert asked.failure == services.INTERRUPTED


def test_archives_are_kept_seven_days(convention):
    with freeze_time("2026-11-01"):
        old = made(convention)
    with freeze_time("2026-11-05"):
        recent = made(convention)

    with freeze_time("2026-11-09"):
        purge.func()

    assert convention.archives.get() == recent
    assert not old.file.storage.exists(old.file.name)


def test_a_lost_file_is_asked_for_again(camille, url, convention):
    archive = made(convention)
    archive.file.storage.delete(archive.file.name)

    answer = camille.get(url("archive:download"), follow=True)

    assert "demandez-la de nouveau" in answer.content.decode()
