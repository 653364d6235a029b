"""What a person may ask of her data: a copy of it, and its erasure."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.serializers import serialize
from django.db import models, transaction
from django.utils import timezone

from actions.models import PersonalLink, Reminder, SavedView
from ctg.accounts.models import User
from ctg.convention.models import AccessRequest, ApiToken, Invitation, Organization
from ctg.convention.rights import Role
from ctg.mail.models import KeptMail, Message, MutedKind, RefusedAddress
from governance.models import Attendance, CalendarFeed, CommitteeMember

ERASED = "Personne effacée"
SECRET_FIELDS = {"password", "data", "session_key", "token_hash"}
UNUSED = timedelta(days=3 * 365)
# Rows that know a person by her address alone: those that go with her, those that stay without it.
GOING = [
    (Message, "address"),
    (MutedKind, "address"),
    (RefusedAddress, "address"),
    (KeptMail, "to"),
    (Invitation, "email"),
]
STAYING = [
    (CommitteeMember, "email"),
    (Attendance, "email"),
    (Organization, "contact_email"),
    (PersonalLink, "address"),
    (Reminder, "address"),
]
# Rows that are of no use to anybody else.
HERS = [
    (EmailAddress, "user"),
    (Authenticator, "user"),
    (SocialAccount, "user"),
    (UserSession, "user"),
    (ApiToken, "user"),
    (AccessRequest, "user"),
    (CalendarFeed, "person"),
]


def personal_data(person: User) -> dict[str, Any]:
    """Every row that points to the person, by French name of its kind, whatever the app."""
    found = {"personne": _rows([person])}
    for model, field in GOING + STAYING:
        rows = _rows(model._base_manager.filter(**{field: person.email}))
        if rows:
            found[str(model._meta.verbose_name)] = rows
    for relation in person._meta.get_fields(include_hidden=True):
        if (
            isinstance(relation, models.ManyToOneRel)
            and not relation.related_model._meta.auto_created
        ):
            model, field = relation.related_model, relation.field.name
            rows = _rows(model._base_manager.filter(**{field: person}))
            if rows:
                label = f"{model._meta.verbose_name} ({relation.field.verbose_name})"
                found.setdefault(label, []).extend(rows)
    return found


def _rows(rows: Any) -> list[dict[str, Any]]:
    return [
        {
            name: value
            for name, value in row["fields"].items()
            if name not in SECRET_FIELDS and value not in (None, "")
        }
        for row in serialize("python", rows)
    ]


@transaction.atomic
def erase(person: User) -> None:
    """Her name and address go everywhere; what she did stays, under her function.

    ValidationError when she is the last lead of a convention, which somebody must keep.
    """
    for membership in person.memberships.filter(role=Role.LEAD):
        others = membership.convention.memberships.filter(role=Role.LEAD).exclude(user=person)
        if not others.exists():
            raise ValidationError(
                f"Vous êtes seul·e à piloter « {membership.convention} » : "
                "invitez d’abord la personne qui vous suit."
            )
    PersonalLink.objects.filter(address=person.email, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    for model, field in GOING:
        model._base_manager.filter(**{field: person.email}).delete()
    for model, field in STAYING:
        model._base_manager.filter(**{field: person.email}).update(**{field: ""})
    for model, field in HERS:
        model._base_manager.filter(**{field: person}).delete()
    SavedView.objects.filter(owner=person, is_shared=False).delete()
    person.memberships.all().delete()
    person.first_name, person.last_name = ERASED, ""
    person.email = f"efface-{person.pk}@invalid.example"
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()


def erase_unused() -> int:
    """Accounts without any role, and not opened for three years; how many."""
    since = timezone.now() - UNUSED
    unused = User.objects.filter(is_active=True, memberships=None, is_staff=False).filter(
        models.Q(last_login__lt=since) | models.Q(last_login=None, joined_at__lt=since)
    )
    for person in unused:
        erase(person)
    return len(unused)
