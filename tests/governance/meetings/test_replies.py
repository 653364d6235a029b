import pytest
from django.core import signing
from django.core.exceptions import ValidationError

from ctg.convention.models import JournalEntry
from governance.models import Attendance, Meeting
from governance.notifications import REPLY_SALT
from governance.services import meetings
from tests.factories.governance import (
    make_attendance,
)
from tests.governance.meetings.pages import NOW, State, said


def test_a_member_replies_from_the_page(client_of, url, convened, cast):
    person = convened.attendances.get()
    sacha = client_of("sacha")  # acts for Labège

    assert "dire si vous venez" in said(sacha.get(url("governance:meeting", convened.pk)))
    answer = {"answer": "represented", "represented_by": "Le CCAS"}
    sacha.post(url("governance:reply", convened.pk, person.pk), answer)

    person.refresh_from_db()
    assert (person.reply, person.represented_by, person.replied_at) == (
        "represented",
        "Le CCAS",
        NOW,
    )
    assert JournalEntry.objects.get(verb="meeting.replied").by == cast["sacha"]


def test_nobody_replies_for_another_organisation(client_of, url, convened):
    person = convened.attendances.get()

    assert (
        client_of("malik").get(url("governance:reply", convened.pk, person.pk)).status_code == 403
    )


def test_where_her_address_is_known_a_person_replies_for_herself_only(
    client_of, cast, url, convened, labege
):
    mine = make_attendance(convened, labege, state="")
    mine.email = cast["sacha"].email
    mine.save()

    page = client_of("sacha").get(url("governance:meeting", convened.pk))

    assert page.context["mine"] == [mine]


def test_the_link_of_the_convocation_replies_without_account(client, convened):
    person = convened.attendances.get()
    address = f"/reunion/{signing.dumps(person.pk, salt=REPLY_SALT)}/"

    assert "Comité stratégique" in said(client.get(address))
    page = said(client.post(address, {"answer": "excused"}, follow=True))

    person.refresh_from_db()
    assert person.reply == "excused"
    assert "Réponse notée : excusé" in page.replace("\u00a0", " ")
    assert JournalEntry.objects.get(verb="meeting.replied").by is None


@pytest.mark.parametrize("token", ["nimporte", "MQ:faux:signature"])
def test_a_forged_link_does_not_exist(client, convened, token):
    assert client.get(f"/reunion/{token}/").status_code == 404


def test_a_link_made_for_something_else_does_not_exist(client, convened):
    token = signing.dumps(convened.attendances.get().pk, salt="autre")

    assert client.get(f"/reunion/{token}/").status_code == 404


def test_a_reply_that_says_by_whom_is_asked(client, convened):
    address = f"/reunion/{signing.dumps(convened.attendances.get().pk, salt=REPLY_SALT)}/"

    page = said(client.post(address, {"answer": "represented", "represented_by": " "}))

    assert "Dites par qui" in page
    assert convened.attendances.get().reply == ""


@pytest.mark.parametrize(
    "change", [{"state": State.CANCELLED}, {"state": State.HELD}, {"starts_at": NOW}]
)
def test_too_late_to_reply(convened, change):
    Meeting.objects.update(**change)
    person = Attendance.objects.select_related("meeting").get()

    with pytest.raises(ValidationError):
        meetings.reply(person, answer="present", by=None)
