import pytest

from governance.services import meetings
from tests.factories.governance import (
    make_agenda_item,
    make_committee,
    make_meeting,
    make_seat,
)
from tests.governance.meetings.pages import AHEAD, NOW


@pytest.fixture(autouse=True)
def today(monkeypatch, settings):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def committee(convention):
    return make_committee(convention, name="Comité stratégique")


@pytest.fixture
def meeting(committee):
    made = make_meeting(committee, starts_at=AHEAD, place="Belberaud")
    make_agenda_item(made, title="Bilan 2022", minutes=30)
    return made


@pytest.fixture
def by(cast):
    return cast["camille"]


@pytest.fixture
def convened(meeting, committee, labege, by):
    make_seat(committee, labege, title="Délégation", email="elue@labege.example")
    meetings.convene(meeting, by=by)
    return meeting
