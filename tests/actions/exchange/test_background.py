"""A long import, written by the worker while the person goes on with her day."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django_tasks import TaskResultStatus

from actions.exchange import background, services
from actions.models import Overlap, PlanImport
from tests.factories.actions import make_action

pytestmark = pytest.mark.django_db
State = PlanImport.State


@pytest.fixture(autouse=True)
def nothing_runs_by_itself(settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    monkeypatch.setattr(PlanImport, "LONG", 1)


@pytest.fixture
def sent(send):
    return send(["Action", "Pilote"], ["Forum", "Caf"], ["Salon", "Caf"])


def work(sent):
    background.write_in_background.func(sent.pk)
    sent.refresh_from_db()


def test_a_long_import_is_announced_followed_and_written(camille, cast, territory, sent, url):
    address = url("actions:import", sent.pk)
    page = camille.post(url("actions:import_confirm", sent.pk), follow=True).content.decode()
    assert "Il va commencer" in page and "Voir où il en est" in page  # a link, without script
    assert "Écrire dans le plan" not in page
    assert not territory.actions.exists()

    fragment = camille.get(address, headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode() and "Abandonner" in fragment.content.decode()
    work(sent)

    assert camille.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "Import fait" in camille.get(address).content.decode()
    assert (sent.state, sent.applied_by) == (State.APPLIED, cast["camille"])
    assert territory.actions.count() == 2
    work(sent)  # given to a second worker: nothing more to do
    assert territory.actions.count() == 2


def test_a_short_one_is_written_at_once(camille, territory, send, url):
    short = send(["Action", "Pilote"], ["Forum", "Caf"])
    camille.post(url("actions:import_confirm", short.pk))
    assert territory.actions.count() == 1


def test_it_is_asked_for_once(cast, sent):
    background.confirm_later(sent, by=cast["camille"])
    with pytest.raises(ValidationError, match="déjà fait"):
        background.confirm_later(sent, by=cast["camille"])


def test_dropped_before_the_worker_came(cast, territory, sent):
    background.confirm_later(sent, by=cast["camille"])
    services.drop(sent, by=cast["camille"])
    work(sent)
    assert sent.state == State.DROPPED and not territory.actions.exists()


def test_a_plan_that_moved_is_given_back_to_read_over(camille, cast, territory, sent, url):
    background.confirm_later(sent, by=cast["camille"])
    make_action(territory, title="Forum")
    work(sent)
    assert (sent.state, sent.failure) == (State.DRAFT, services.MOVED)
    assert sent.preview["counts"]["changed"] == 1
    assert "Le plan a changé" in camille.get(url("actions:import", sent.pk)).content.decode()

    background.confirm_later(sent, by=cast["camille"])
    work(sent)
    assert (sent.state, sent.failure) == (State.APPLIED, "")


def test_what_nobody_foresaw_leaves_nothing_half_written(cast, territory, sent, monkeypatch):
    background.confirm_later(sent, by=cast["camille"])
    monkeypatch.setattr(services, "record", lambda *args, **fields: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work(sent)
    sent.refresh_from_db()
    assert (sent.state, sent.failure) == (State.DRAFT, background.UNEXPECTED)
    assert not territory.actions.exists()


def test_workers_that_die_are_noticed(cast, sent):
    background.confirm_later(sent, by=cast["camille"])
    result = SimpleNamespace(
        task=background.write_in_background, status=TaskResultStatus.FAILED, args=[sent.pk]
    )
    background.notice_the_dead(None, result)
    sent.refresh_from_db()
    assert (sent.state, sent.failure) == (State.DRAFT, background.INTERRUPTED)


def test_overlaps_are_looked_for_afterwards(
    cast, send, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    same = ["Ouvrir un café des parents", "Caf", "Des rencontres de parents chaque mois"]
    header = ["Action", "Pilote", "Description", "Enjeu"]
    one = send(header, [*same, "Enfance"], [*same, "Jeunesse"])
    with django_capture_on_commit_callbacks(execute=True):
        services.confirm(one, by=cast["camille"])
    assert Overlap.objects.get().first.title == same[0]
