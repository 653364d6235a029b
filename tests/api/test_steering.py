from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from tests.api.conftest import pointers
from tests.factories.actions import make_action
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
    make_committee,
    make_decision,
    make_meeting,
    make_review,
    make_seat,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee(convention):
    return make_committee(convention)


@pytest.fixture
def meeting(committee):
    return make_meeting(committee, state="held")


def test_addresses_of_members_are_not_shown(program, committee, meeting, labege):
    make_seat(committee, email="elue@labege.example")
    attendance = make_attendance(meeting, labege)
    attendance.email = "elue@labege.example"
    attendance.save()

    shown = program("camille").get("committees/").content + program("alix").get("meetings/").content

    assert b"elue@" not in shown


def test_a_meeting_is_planned_convened_and_held(program, committee, labege):
    make_seat(committee, labege)
    camille = program("camille")
    day = timezone.localdate() + timedelta(days=20)
    body = {"committee": committee.pk, "day": str(day), "start": "14:00", "end": "16:00"}

    made = camille.post("meetings/", body)
    assert made.status_code == 201, made.json()
    address = f"meetings/{made.json()['id']}/"
    early = camille.post(f"{address}convene/")
    assert early.json()["detail"].startswith("Écrivez d’abord l’ordre du jour")
    make_agenda_item(committee.meetings.get())
    convened = camille.post(f"{address}convene/").json()
    moved = camille.patch(address, {"place": "Salle du conseil"}).json()

    assert convened["state"] == "convened"
    assert [one["organization"]["label"] for one in convened["attendances"]] == ["Labège"]
    assert (moved["place"], moved["starts_at"]) == ("Salle du conseil", convened["starts_at"])
    assert camille.post(f"{address}hold/").status_code == 409
    assert set(pointers(camille.post(f"{address}cancel/"))) == {"#/reason"}


def test_a_decision_is_taken_then_applied(program, convention, meeting):
    action = make_action(convention, code="A-01")
    camille = program("camille")
    body = {"meeting": meeting.pk, "kind": "stop", "text": "Arrêter", "actions": ["A-01"]}

    made = camille.post("decisions/", body)
    assert (made.status_code, made.json()["actions"]) == (201, ["A-01"])
    address = f"decisions/{made.json()['id']}/"
    other = {"effects": [{"action": "A-99", "status": "abandoned"}]}
    assert pointers(camille.post(f"{address}apply/", other)) == {
        "#/effects/0/action": "La décision ne cite pas cette action."
    }
    late = {"effects": [{"action": "A-01", "status": "postponed", "to": "2001-01-01"}]}
    assert pointers(camille.post(f"{address}apply/", late)) == {
        "#/effects/0/status": "La nouvelle date est déjà passée."
    }
    applied = camille.post(
        f"{address}apply/", {"effects": [{"action": "A-01", "status": "abandoned"}]}
    )

    assert applied.json()["state"] == "applied"
    action.refresh_from_db()
    assert action.status == "abandoned"


def test_applying_changes_only_what_is_said(program, convention, meeting):
    """The page proposes the usual effect; a program that says nothing changes nothing."""
    action = make_action(convention, code="A-01")
    decision = make_decision(meeting, kind="stop", actions=[action])

    program("camille").post(f"decisions/{decision.pk}/apply/", {"outcome": "Fait"})

    action.refresh_from_db()
    assert action.status == "todo"


def test_once_the_minutes_are_adopted(program, convention, meeting):
    decision = make_decision(meeting)
    camille, address = program("camille"), f"decisions/{decision.pk}/"
    camille.post(f"meetings/{meeting.pk}/adopt/")

    text = camille.patch(address, {"text": "Autre chose"})
    owner = camille.patch(address, {"owner": convention.caf.pk})

    assert text.status_code == 409
    assert owner.json()["owner"]["id"] == convention.caf.pk
    assert camille.post(f"{address}remove/").status_code == 409


def test_a_decision_typed_by_mistake_is_taken_back(program, meeting):
    decision = make_decision(meeting)

    answer = program("camille").post(f"decisions/{decision.pk}/remove/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert not meeting.decisions.exists()


def test_a_published_review_is_given_as_it_was_frozen(
    program, convention, cast, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    review = make_review(convention, 2021, published_by=cast["camille"], data={"year": 2021})
    review.file.save("bilan.pdf", ContentFile(b"%PDF-1.7"))
    make_review(convention, 2022)
    alix = program("alix")

    (found,) = alix.get("reviews/").json()["results"]
    pdf = alix.get(f"reviews/{found['id']}/pdf/", Accept="application/pdf")

    assert found["pdf_url"].endswith(f"/reviews/{review.pk}/pdf/")
    assert alix.get(f"reviews/{found['id']}/data/").json() == {"year": 2021}
    assert b"".join(pdf) == b"%PDF-1.7"
    assert program("malik").get("reviews/").json()["count"] == 2
