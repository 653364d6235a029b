"""Verbs of the pact."""

from django.core.exceptions import ValidationError
from django.db import transaction

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention, Membership
from ctg.convention.rights import Role
from ctg.mail.kinds import Kind
from ctg.mail.services import send


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
    send(
        Kind.ROLE_ENDED,
        to=membership.user,
        context={
            "convention": str(membership.convention),
            "role": Role(membership.role).label,
            "organization": str(membership.organization),
        },
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
