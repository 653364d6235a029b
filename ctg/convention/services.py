"""Verbs of the pact and its people."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention, Membership, Organization
from ctg.convention.rights import Role
from ctg.mail.kinds import Kind
from ctg.mail.services import send


@transaction.atomic
def invite(
    convention: Convention,
    *,
    email: str,
    first_name: str,
    organization: Organization,
    role: str,
    by: User,
) -> Membership:
    """Give a role to a person, whose account is opened when she has none, and write to her.

    ValidationError when she already acts for this organisation here.
    """
    email = email.strip().lower()
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, first_name=first_name)
    if convention.memberships.filter(user=person, organization=organization).exists():
        raise ValidationError({"email": "Cette personne représente déjà cet organisme."})
    membership = Membership.objects.create(
        convention=convention, user=person, organization=organization, role=role
    )
    record(
        "membership.invited",
        membership,
        convention=convention,
        by=by,
        summary=f"Invitation : {Role(role).label} pour {organization}",
    )
    send(
        Kind.INVITATION,
        to=person,
        context={
            "convention": convention.name,
            "short_name": convention.short_name,
            "period": convention.period_label,
            "role": Role(role).label,
            "url": settings.SITE_URL + convention.get_absolute_url(),
        },
    )
    return membership


@transaction.atomic
def remove_member(membership: Membership, *, by: User) -> None:
    """End a role; the last lead of a convention stays, so that somebody can always invite."""
    leads = membership.convention.memberships.filter(role=Role.LEAD).exclude(pk=membership.pk)
    if membership.role == Role.LEAD and not leads.exists():
        raise ValidationError("La convention garde au moins un ou une chef·fe de projet.")
    record(
        "membership.removed",
        membership,
        convention=membership.convention,
        by=by,
        summary=f"Fin du rôle : {membership.get_role_display()} pour {membership.organization}",
    )
    membership.delete()


@transaction.atomic
def set_thresholds(convention: Convention, *, untouched_days: int, by: User) -> None:
    convention.untouched_days = untouched_days
    convention.save(update_fields=["untouched_days"])
    record(
        "convention.thresholds",
        convention,
        convention=convention,
        by=by,
        summary=f"Seuil : une action est signalée après {untouched_days} jours sans modification",
    )
