"""A copy of one's data, and its erasure: what is hers goes, what the territory did stays."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from actions import services
from ctg.accounts.models import User
from ctg.convention.models import JournalEntry
from ctg.convention.rights import Role
from ctg.operations.privacy import ERASED, erase, personal_data
from ctg.operations.retention import purge
from tests.factories.actions import make_action
from tests.factories.ctg import make_member, make_user


@pytest.fixture
def done(convention, cast):
    action = make_action(convention, pilot=convention.epci)
    services.start(action, by=cast["camille"])
    return action


def test_the_copy_holds_what_points_to_the_person(cast, done):
    copy = personal_data(cast["camille"])

    assert copy["personne"][0]["email"] == cast["camille"].email
    assert copy["membre (personne)"][0]["role"] == Role.LEAD
    assert any("summary" in entry for entry in copy["ligne du journal (par)"])


def test_the_copy_holds_no_secret(cast):
    cast["camille"].set_password("pourquoi-pas-42")
    cast["camille"].save()

    assert "password" not in json.dumps(personal_data(cast["camille"]), default=str)


def test_the_copy_is_downloaded_after_a_recent_sign_in(client_of, cast):
    alix = client_of("alix")

    answer = alix.get(reverse("my_data"))

    assert answer["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    assert answer.json()["personne"][0]["email"] == cast["alix"].email


@pytest.mark.parametrize("name", ["my_data", "erase"])
def test_a_screen_left_open_is_not_enough(client_of, cast, name):
    alix = client_of("alix")

    with freeze_time(timezone.now() + timedelta(minutes=31)):
        answer = alix.post(reverse(name))

    assert answer.url.startswith(reverse("account_logout"))
    cast["alix"].refresh_from_db()
    assert cast["alix"].is_active


def test_erasing_keeps_the_acts_and_drops_the_name(client_of, cast, convention, done):
    make_member(convention, Role.LEAD, first_name="Dominique")
    entries = JournalEntry.objects.filter(by=cast["camille"]).count()

    answer = client_of("camille").post(reverse("erase"))

    person = User.objects.get(pk=cast["camille"].pk)
    assert answer.url == reverse("account_request_login_code")
    assert (person.full_name, person.is_active) == (ERASED, False)
    assert "camille" not in person.email
    assert not person.memberships.exists()
    assert JournalEntry.objects.filter(by=person).count() == entries > 0


def test_the_last_lead_is_not_erased(client_of, cast):
    page = client_of("camille").post(reverse("erase")).content.decode()

    assert "invitez d’abord la personne qui vous suit" in page
    with pytest.raises(ValidationError):
        erase(cast["camille"])


def test_accounts_long_unused_are_erased(db):
    unused = make_user("Ancien", joined_at=timezone.now() - timedelta(days=1100))
    recent = make_user("Récent")

    purge.func()

    assert [User.objects.get(pk=user.pk).is_active for user in (unused, recent)] == [False, True]
