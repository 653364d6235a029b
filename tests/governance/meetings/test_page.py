import re
from datetime import timedelta

import pytest
from django.utils import timezone

from ctg.mail.models import RefusedAddress
from governance.models import Meeting
from tests.factories.ctg import make_organization
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
)
from tests.governance.meetings.pages import said


@pytest.mark.parametrize("count", (1, 3))
def test_meeting_page_query_count(camille, url, convened, count, django_assert_num_queries):
    for _ in range(count):
        make_attendance(convened, make_organization(), "")
        make_agenda_item(convened, title="Autre")

    with django_assert_num_queries(13):
        camille.get(url("governance:meeting", convened.pk))


def test_timezone_of_the_page(camille, url, meeting):
    assert timezone.localtime(meeting.starts_at).hour == 14
    assert "<dd>14\u00a0h</dd>" in said(camille.get(url("governance:meeting", meeting.pk)))


def test_a_refused_address_is_said_on_the_page_of_the_meeting(camille, url, convened):
    reached = convened.attendances.exclude(email="").first()
    RefusedAddress.objects.create(address=reached.email.lower())

    said = camille.get(url("governance:meeting", convened.pk)).content.decode()

    assert f"à prévenir autrement : {reached.label}" in re.sub(r"\s+", " ", said)


def test_a_meeting_still_to_come_is_not_offered_as_held(camille, url, convened):
    ahead = camille.get(url("governance:meeting", convened.pk)).content.decode()
    Meeting.objects.filter(pk=convened.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    begun = camille.get(url("governance:meeting", convened.pk)).content.decode()

    assert "Marquer tenue" not in ahead
    assert "Marquer tenue" in begun
