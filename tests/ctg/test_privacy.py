"""A copy of one's data, and its erasure: what is hers goes, what the territory did stays."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from actions import links, services
from actions.models import PersonalLink, Reminder
from ctg.accounts.models import User
from ctg.convention.models import JournalEntry, Organization
from ctg.convention.rights import Role
from ctg.mail.kinds import Kind
from ctg.mail.models import Message, RefusedAddress
from ctg.mail.preferences import mute
from ctg.operations.privacy import ERASED, erase, personal_data
from ctg.operations.retention import purge
from governance.models import CalendarFeed
from tests.factories.actions import make_action, make_campaign
from tests.factories.ctg import make_member, make_user
from tests.factories.governance import make_committee, make_seat

OURS = ("accounts", "mail", "convention", "actions", "financing", "governance")


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


def known_by_address():
    """(model, field) of every column that holds an address."""
    return [
        (model, field.name)
        for model in apps.get_models()
        if not model.__module__.startswith(("django", "allauth"))
        for field in model._meta.local_fields
        if isinstance(field, models.EmailField)
    ]


def test_no_column_keeps_the_address_of_an_erased_person(convention, cast, labege):
    alix = cast["alix"]
    campaign = make_campaign(convention)
    seat = make_seat(make_committee(convention), labege, email=alix.email)
    links.issue(campaign, labege, address=alix.email)
    reminder = Reminder.objects.create(campaign=campaign, organization=labege, address=alix.email)
    Organization.objects.filter(pk=labege.pk).update(contact_email=alix.email)
    RefusedAddress.objects.create(address=alix.email)
    Message.objects.create(address=alix.email, kind=Kind.TRIAL)
    mute(Kind.REMINDER, alix.email)
    CalendarFeed.objects.create(person=alix)
    copy = personal_data(alix)

    erase(alix)

    assert {"courriel", "relance", "lien personnel", "membre de comité"} <= copy.keys()
    for model, field in known_by_address():
        kept = model._base_manager.filter(**{f"{field}__icontains": "alix"})
        assert not kept.exists(), f"{model._meta.label}.{field}"
    assert PersonalLink.objects.get().revoked_at
    assert not CalendarFeed.objects.exists()
    assert {type(seat).objects.get().email, Reminder.objects.get(pk=reminder.pk).address} == {""}


def test_the_register_names_every_kind_of_row_about_a_person():
    register = (Path(settings.BASE_DIR) / "docs/registre.md").read_text()
    about = {model for model, _ in known_by_address()} | {
        relation.related_model
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    }
    ours = {model for model in about if model._meta.app_label in OURS}
    named = {
        str(model._meta.verbose_name)
        for model in ours
        if not (model._meta.auto_created or model.__name__.startswith("Historical"))
    }

    assert {name for name in named if f"« {name} »" not in register} == set()


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
