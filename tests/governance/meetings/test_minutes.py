from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from governance.models import Meeting
from governance.services import agenda, meetings
from tests.factories.governance import (
    make_attendance,
)
from tests.governance.meetings.pages import NOW, State, said, verbs


def test_a_meeting_is_not_held_before_its_day(convened, by):
    with pytest.raises(ValidationError, match="n’a pas eu lieu"):
        meetings.hold(convened, by=by)


def test_from_held_to_adopted_and_back(camille, url, convened):
    Meeting.objects.update(starts_at=NOW - timedelta(hours=2))
    move = lambda verb, **data: camille.post(  # noqa: E731
        url("governance:meeting_move", convened.pk, verb), data
    )

    move("tenir")
    move("adopter")
    convened.refresh_from_db()
    assert (convened.state, convened.adopted_on) == (State.ADOPTED, date(2023, 3, 1))

    move("rouvrir", reason="Une présence oubliée")
    convened.refresh_from_db()
    assert (convened.state, convened.adopted_on) == (State.HELD, None)
    assert verbs()[-3:] == ["meeting.held", "meeting.adopted", "meeting.reopened"]


def test_minutes_adopted_twice_are_refused_with_words(camille, url, meeting):
    Meeting.objects.update(state=State.ADOPTED, adopted_on=date(2023, 2, 1))

    page = said(camille.post(url("governance:meeting_move", meeting.pk, "adopter")))

    assert "déjà adopté, le 1er février 2023" in page
    assert verbs() == []


def test_an_unknown_step_does_not_exist(camille, url, meeting):
    assert camille.get(url("governance:meeting_move", meeting.pk, "voter")).status_code == 404


def test_presence_is_noted_and_the_quorum_counts_organisations(
    camille, url, meeting, committee, convention, labege
):
    committee.quorum = 2
    committee.save()
    Meeting.objects.update(state=State.HELD)
    people = [
        make_attendance(meeting, organization, "")
        for organization in (labege, labege, convention.caf)
    ]
    states = dict(zip(people, ["present", "represented", "absent"], strict=True))

    camille.post(
        url("governance:session_presence", meeting.pk),
        {f"presence-{person.pk}": state for person, state in states.items()},
    )

    assert list(meeting.attendances.order_by("pk").values_list("state", flat=True)) == [
        "present",
        "represented",
        "absent",
    ]
    assert meetings.quorum_missing(meeting) == 1
    assert "Quorum non atteint" in said(camille.get(url("governance:meeting", meeting.pk)))


def test_a_guest_is_convened_with_the_others(
    camille, url, convened, convention, django_capture_on_commit_callbacks
):
    caf = convention.caf
    data = {"organization": caf.pk, "title": "Expertise", "email": "x@caf.example"}

    with django_capture_on_commit_callbacks(execute=True):
        camille.post(url("governance:guest", convened.pk), data)
    again = said(camille.post(url("governance:guest", convened.pk), data))

    assert [message.to for message in mail.outbox] == [["x@caf.example"]]
    assert convened.attendances.filter(told_version=0).count() == 2
    assert "déjà attendue à cette réunion" in again


def test_an_adopted_meeting_takes_nothing_more(camille, url, meeting, labege, by):
    item, person = meeting.agenda.get(), make_attendance(meeting, labege, "")
    Meeting.objects.update(state=State.ADOPTED)
    meeting.refresh_from_db()
    item.refresh_from_db()

    with pytest.raises(ValidationError):
        meetings.note_presence(meeting, states={person: "present"}, by=by)
    with pytest.raises(ValidationError):
        agenda.note_discussion(item, text="Après coup")
    assert "Le relevé est adopté" in said(
        camille.post(
            url("governance:decision_create", meeting.pk), {"kind": "other", "text": "Trop tard"}
        )
    )


def test_the_minutes_are_written_until_they_are_adopted(camille, url, meeting):
    address = url("governance:minutes", meeting.pk)

    camille.post(address, {"text": "Première ligne\r\nSeconde", "seen": ""})
    meeting.refresh_from_db()
    assert meeting.minutes.splitlines() == ["Première ligne", "Seconde"]
    camille.post(address, {"text": "Corrigé", "seen": "Première ligne\r\nSeconde"})
    meeting.refresh_from_db()
    assert meeting.minutes == "Corrigé"

    Meeting.objects.update(state=State.ADOPTED)
    page = said(camille.post(address, {"text": "Trop tard", "seen": "Corrigé"}))
    assert "Trop tard" in page
    assert Meeting.objects.get().minutes == "Corrigé"


def test_minutes_of_another_person_are_shown_not_erased(camille, url, meeting):
    Meeting.objects.update(minutes="Écrit par une autre")
    address = url("governance:minutes", meeting.pk)

    page = camille.post(address, {"text": "Le mien", "seen": ""})

    assert "Quelqu’un d’autre vient d’écrire" in said(page)
    assert "Le mien" in said(page)
    assert Meeting.objects.get().minutes == "Écrit par une autre"
    camille.post(address, {"text": "Les deux", "seen": "Écrit par une autre"})
    assert Meeting.objects.get().minutes == "Les deux"
