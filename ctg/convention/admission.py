"""Verbs by which a person enters a convention: invited by a lead, or asking to be let in."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import (
    AccessRequest,
    Convention,
    Invitation,
    Membership,
    Organization,
)
from ctg.convention.rights import Role
from ctg.french import french_date
from ctg.mail.kinds import Kind
from ctg.mail.services import send

SALT = "invitation"


class InvitationRefused(Exception):
    """The link opens nothing (any more); the message says so in French."""


@transaction.atomic
def invite(
    convention: Convention,
    *,
    email: str,
    first_name: str,
    organization: Organization,
    role: str,
    by: User,
) -> Invitation:
    """Offer a role by mail, for thirty days.

    ValidationError when the person acts for this organisation already, or is invited already.
    """
    email = email.strip().lower()
    if convention.memberships.filter(user__email=email, organization=organization).exists():
        raise ValidationError({"email": "Cette personne représente déjà cet organisme."})
    invitation = Invitation(
        convention=convention,
        email=email,
        first_name=first_name,
        organization=organization,
        role=role,
    )
    invitation.full_clean()
    invitation.save()
    _write_to(invitation)
    _record("membership.invited", invitation, by, "Invitation")
    return invitation


@transaction.atomic
def send_again(invitation: Invitation, *, by: User) -> None:
    """The former link opens nothing from now on."""
    invitation.sent_at = timezone.now()
    invitation.save(update_fields=["sent_at"])
    _write_to(invitation)
    _record("membership.invited", invitation, by, "Invitation renvoyée")


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    _record("membership.withdrawn", invitation, by, "Invitation retirée")


def link_of(invitation: Invitation) -> str:
    token = signing.dumps([invitation.pk, invitation.sent_at.isoformat()], salt=SALT)
    return reverse("invitation", args=[token])


def invitation_of(token: str) -> Invitation:
    """Raises InvitationRefused for a forged, old, withdrawn or used link."""
    try:
        pk, sent_at = signing.loads(token, salt=SALT)
    except signing.BadSignature as forged:
        raise InvitationRefused("Ce lien n’est pas complet : recopiez-le en entier.") from forged
    invitation = Invitation.objects.select_related("convention", "organization").get(pk=pk)
    if invitation.sent_at != datetime.fromisoformat(sent_at):
        raise InvitationRefused("Un message plus récent vous a été envoyé : ouvrez son lien.")
    if invitation.accepted_at:
        raise InvitationRefused("Cette invitation a déjà été acceptée : connectez-vous.")
    if not invitation.is_open:
        raise InvitationRefused(
            "Cette invitation n’est plus valable. Demandez-en une autre à la personne qui pilote "
            "la convention."
        )
    return invitation


@transaction.atomic
def accept(invitation: Invitation) -> User:
    """Open the account when there is none, and give the role; the person of the invitation."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_open:
        raise InvitationRefused("Cette invitation a déjà servi : connectez-vous.")
    person = User.objects.filter(email=invitation.email).first() or User.objects.create_user(
        invitation.email, first_name=invitation.first_name
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    _admit(person, invitation.convention, invitation.organization, invitation.role, by=person)
    return person


@transaction.atomic
def ask_access(convention: Convention, organization: Organization, *, by: User) -> None:
    """Once; the leads of the convention are told. ValidationError for another employer."""
    if not organization.siren or organization.siren != by.siren:
        raise ValidationError("ProConnect ne dit pas que vous travaillez pour cet organisme.")
    request, is_new = AccessRequest.objects.get_or_create(
        convention=convention, user=by, organization=organization
    )
    if is_new:
        for lead in User.objects.filter(
            memberships__convention=convention, memberships__role=Role.LEAD
        ):
            send(
                Kind.ACCESS_ASKED,
                to=lead,
                context=_words(
                    convention,
                    person=str(by),
                    organization=str(organization),
                    url=settings.SITE_URL + reverse("convention:members", args=[convention.slug]),
                ),
            )


@transaction.atomic
def grant_access(request: AccessRequest, *, role: str, by: User) -> None:
    _admit(request.user, request.convention, request.organization, role, by=by)
    send(
        Kind.ACCESS_GRANTED,
        to=request.user,
        context=_words(
            request.convention,
            role=Role(role).label,
            url=settings.SITE_URL + request.convention.get_absolute_url(),
        ),
    )
    request.delete()


@transaction.atomic
def decline_access(request: AccessRequest, *, by: User) -> None:
    record(
        "access.declined",
        request.convention,
        convention=request.convention,
        by=by,
        summary=f"Demande d’accès refusée pour {request.organization}",
    )
    send(Kind.ACCESS_DECLINED, to=request.user, context=_words(request.convention))
    request.delete()


def _admit(
    person: User, convention: Convention, organization: Organization, role: str, *, by: User
) -> None:
    membership, _ = Membership.objects.update_or_create(
        convention=convention, user=person, organization=organization, defaults={"role": role}
    )
    record(
        "membership.accepted",
        membership,
        convention=convention,
        by=by,
        summary=f"Nouveau membre : {Role(role).label} pour {organization}",
    )


def _write_to(invitation: Invitation) -> None:
    context = _words(
        invitation.convention,
        role=Role(invitation.role).label,
        organization=str(invitation.organization),
        until=french_date(invitation.expires_at),
        url=settings.SITE_URL + link_of(invitation),
    )
    send(Kind.INVITATION, to=invitation.email, context=context)


def _words(convention: Convention, **words: str) -> dict[str, Any]:
    return {"convention": str(convention), **words}


def _record(verb: str, invitation: Invitation, by: User, act: str) -> None:
    record(
        verb,
        invitation,
        convention=invitation.convention,
        by=by,
        summary=f"{act} : {Role(invitation.role).label} pour {invitation.organization}",
    )
