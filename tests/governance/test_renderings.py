"""PDFs made in the background: progress, cancelling, failures, workers that die."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tasks import TaskResultStatus, default_task_backend
from freezegun import freeze_time

from ctg.convention.models import JournalEntry
from ctg.pdf import PdfUnavailable
from governance import renderings
from governance.frozen import progress
from governance.models import AnnualReview, Rendering
from governance.reviews import making, services
from tests.factories.reviews import make_plan, make_written_review

pytestmark = pytest.mark.django_db
Purpose, State = Rendering.Purpose, Rendering.State


@pytest.fixture(autouse=True)
def nothing_runs_by_itself(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def draft(convention):
    return make_written_review(make_plan(convention))


def work(rendering):
    renderings.render_in_background.func(rendering.pk)
    rendering.refresh_from_db()


def renders(monkeypatch, chapters=(), content=b"%PDF", error=None):
    """What runs between two chapters, what comes out, or what goes wrong."""

    def render(data, *, on_progress, draft=False):
        on_progress(0, len(chapters))
        for done, between in enumerate(chapters, 1):
            between()
            on_progress(done, len(chapters))
        if error:
            raise error
        return content

    monkeypatch.setattr(services, "render_review", render)
    monkeypatch.setattr(making, "render_review", render)
    monkeypatch.setattr(making, "render_archive", lambda *_, **__: b"%PDF archives")
    monkeypatch.setattr(making, "render_extract", lambda *_, **__: b"%PDF fiches")


def test_draft_is_made_with_its_progress(draft, lead, monkeypatch):
    rendering = renderings.request_rendering(draft, Purpose.DRAFT, by=lead)
    seen = []

    def look():
        seen.append(Rendering.objects.values_list("state", "chapters_done").get())

    renders(monkeypatch, [look, look])

    work(rendering)

    assert seen == [("running", 0), ("running", 1)]
    assert (rendering.state, rendering.chapters_done, rendering.chapters) == (State.DONE, 2, 2)
    assert progress.ready(draft, Purpose.DRAFT) == rendering


def test_new_draft_replaces_the_former(draft, lead, monkeypatch):
    renders(monkeypatch)
    for _ in range(2):
        work(renderings.request_rendering(draft, Purpose.DRAFT, by=lead))

    assert draft.renderings.count() == 1
    assert len(default_storage.listdir("mises-en-page")[1]) == 1


def test_failed_draft_leaves_the_former_readable(draft, lead, monkeypatch):
    renders(monkeypatch)
    former = renderings.request_rendering(draft, Purpose.DRAFT, by=lead)
    work(former)
    renders(monkeypatch, error=PdfUnavailable("Il manque une police."))

    with pytest.raises(PdfUnavailable):
        work(renderings.request_rendering(draft, Purpose.DRAFT, by=lead))

    assert progress.ready(draft, Purpose.DRAFT) == former


@pytest.mark.parametrize("purpose", [Purpose.DRAFT, Purpose.PUBLICATION])
def test_cancelled_between_two_chapters_leaves_nothing(draft, lead, monkeypatch, purpose):
    rendering = renderings.request_rendering(draft, purpose, by=lead)
    renders(monkeypatch, [lambda: None, lambda: progress.cancel(draft, purpose)])

    work(rendering)

    assert (rendering.state, rendering.file.name) == (State.CANCELLED, "")
    assert not AnnualReview.objects.published().exists()
    assert not default_storage.exists("bilans") and not default_storage.exists("mises-en-page")


def test_cancelled_before_it_begins_is_never_made(draft, lead, monkeypatch):
    rendering = renderings.request_rendering(draft, Purpose.DRAFT, by=lead)
    assert progress.cancel(draft, Purpose.DRAFT)
    renders(monkeypatch, error=AssertionError)

    work(rendering)

    assert rendering.state == State.CANCELLED
    assert not progress.cancel(draft, Purpose.DRAFT)


def test_publication_is_done_and_drops_the_drafts(draft, lead, monkeypatch):
    renders(monkeypatch)
    work(renderings.request_rendering(draft, Purpose.DRAFT, by=lead))

    work(renderings.request_rendering(draft, Purpose.PUBLICATION, by=lead))

    assert AnnualReview.objects.published().get() == draft
    assert default_storage.listdir("mises-en-page")[1] == []
    assert progress.latest(draft, Purpose.PUBLICATION).state == State.DONE


def test_task_given_to_a_second_worker_publishes_once(draft, lead, monkeypatch):
    """The first one was only slow: both come to the end."""
    rendering = renderings.request_rendering(draft, Purpose.PUBLICATION, by=lead)
    renders(monkeypatch)
    slow = services.render_review

    def overtaken(data, **options):
        monkeypatch.setattr(services, "render_review", slow)
        work(rendering)
        return b"other"

    monkeypatch.setattr(services, "render_review", overtaken)

    with pytest.raises(ValidationError, match="il ne change plus"):
        work(rendering)

    rendering.refresh_from_db()
    assert rendering.state == State.DONE
    assert default_storage.listdir("bilans")[1] == ["bilan-2022-sicoval-2020-2024.pdf"]
    assert JournalEntry.objects.filter(verb="review.published").count() == 1


def test_worker_killed_before_the_end_is_taken_over(draft, lead, monkeypatch):
    rendering = renderings.request_rendering(draft, Purpose.PUBLICATION, by=lead)
    renders(monkeypatch, [lambda: None], error=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        work(rendering)
    rendering.refresh_from_db()
    assert rendering.state == State.RUNNING

    renders(monkeypatch)
    work(rendering)

    assert rendering.state == State.DONE
    assert len(default_storage.listdir("bilans")[1]) == 1


def test_task_given_up_is_said_failed(draft, lead):
    rendering = renderings.request_rendering(draft, Purpose.PUBLICATION, by=lead)
    given_up = SimpleNamespace(
        task=renderings.render_in_background,
        status=TaskResultStatus.FAILED,
        args=[rendering.pk],
    )

    renderings.notice_the_dead(sender=type(default_task_backend), task_result=given_up)

    rendering.refresh_from_db()
    assert (rendering.state, rendering.failure) == (State.FAILED, progress.INTERRUPTED)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PdfUnavailable("Il manque une police."), "Il manque une police."),
        (ValidationError("Déjà fait."), "Déjà fait."),
        (OSError(28, "No space left on device"), "écrit sur le serveur : No space left on device."),
        (RuntimeError("secret"), "Une erreur inattendue est survenue ; elle est notée."),
    ],
)
def test_failure_is_told_and_one_may_ask_again(draft, lead, monkeypatch, caplog, error, said):
    rendering = renderings.request_rendering(draft, Purpose.PUBLICATION, by=lead)
    renders(monkeypatch, error=error)

    with pytest.raises(type(error)):
        work(rendering)

    rendering.refresh_from_db()
    assert rendering.state == State.FAILED and rendering.failure.endswith(said)
    assert JournalEntry.objects.first().verb == "review.publication_failed"
    assert ("secret" in caplog.text) == isinstance(error, RuntimeError)
    assert renderings.request_rendering(draft, Purpose.PUBLICATION, by=lead).is_running


def test_one_at_a_time_until_news_stop(draft, lead):
    with freeze_time("2023-03-01 10:00") as clock:
        first = renderings.request_rendering(draft, Purpose.DRAFT, by=lead)
        with pytest.raises(ValidationError, match="déjà demandé"):
            renderings.request_rendering(draft, Purpose.DRAFT, by=lead)

        clock.tick(timedelta(minutes=16))
        first.refresh_from_db()
        assert first.is_lost
        assert renderings.request_rendering(draft, Purpose.DRAFT, by=lead).is_running
        first.refresh_from_db()
        assert (first.state, first.failure) == (State.FAILED, progress.INTERRUPTED)


def test_published_review_is_not_rendered_again(draft, lead, monkeypatch):
    renders(monkeypatch)
    services.publish(draft, by=lead)

    with pytest.raises(ValidationError, match="il ne change plus"):
        renderings.request_rendering(draft, Purpose.DRAFT, by=lead)


def test_progress_is_news(draft, lead):
    rendering = renderings.request_rendering(draft, Purpose.DRAFT, by=lead)
    long_ago = timezone.now() - timedelta(hours=1)
    Rendering.objects.update(state=State.RUNNING, heard_at=long_ago)

    progress.tell(rendering.pk, 3, 9)

    rendering.refresh_from_db()
    assert rendering.is_running and rendering.chapters_done == 3


def test_long_files_are_asked_for_at_publication(draft, lead, monkeypatch):
    renders(monkeypatch)

    work(renderings.request_rendering(draft, Purpose.PUBLICATION, by=lead))

    asked = draft.renderings.live().order_by("purpose")
    assert [rendering.purpose for rendering in asked] == [Purpose.ARCHIVE, Purpose.SHEETS]
    for rendering in asked:
        work(rendering)
    renderings.prepare_long_files(draft, by=lead)
    assert not draft.renderings.live().exists()
    ready = progress.ready(draft, Purpose.SHEETS)
    assert ready.download_name == "bilan-fiches-2022-sicoval-2020-2024.pdf"
    ready.file.close()


@pytest.mark.parametrize("purpose", [Purpose.ARCHIVE, Purpose.COMMUNES])
def test_files_of_a_published_review_wait_for_it(draft, lead, purpose):
    with pytest.raises(ValidationError, match="après la publication"):
        renderings.request_rendering(draft, purpose, by=lead)
