"""Personal links: one organisation’s answers to one campaign, without an account."""

import secrets
from datetime import datetime, time, timedelta
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from actions.models import Campaign, PersonalLink
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Organization

SIGNER = Signer(salt="actions.personal-link", sep="~")
AT_LEAST = timedelta(days=14)

UNKNOWN = "Ce lien n’est pas reconnu. Il a peut-être été coupé par votre messagerie."
EXPIRED = "Ce lien a expiré."
REVOKED = "Ce lien a été désactivé."
CLOSED = "La campagne de ce lien est close : les réponses ne se modifient plus."


class LinkRefused(Exception):
    """Carries the sentence to show, which names nobody."""


def issue(campaign: Campaign, organization: Organization, *, address: str) -> str:
    """The address of a new link; its token is in this address and nowhere else."""
    token = SIGNER.sign(secrets.token_urlsafe(24))
    PersonalLink.objects.create(
        campaign=campaign,
        organization=organization,
        address=address,
        token_hash=_hash(token),
        expires_at=_expiry(campaign),
    )
    return settings.SITE_URL + reverse("link:mine", args=[token])


def find(token: str) -> PersonalLink:
    """LinkRefused when forged, revoked, expired, or of a closed campaign."""
    try:
        SIGNER.unsign(token)
        link = PersonalLink.objects.select_related("campaign__convention", "organization").get(
            token_hash=_hash(token)
        )
    except (BadSignature, PersonalLink.DoesNotExist):
        raise LinkRefused(UNKNOWN) from None
    if link.revoked_at:
        raise LinkRefused(REVOKED)
    if link.expires_at <= timezone.now():
        raise LinkRefused(EXPIRED)
    if not link.campaign.takes_answers_of(link.organization_id):
        raise LinkRefused(CLOSED)
    return link


@transaction.atomic
def revoke(campaign: Campaign, organization: Organization, *, by: User) -> int:
    """Close every running link of an organisation: it is sent a new one with the next message."""
    running = campaign.links.filter(organization=organization, revoked_at=None)
    count = running.update(revoked_at=timezone.now(), revoked_by=by)
    if not count:
        raise ValidationError("Cet organisme n’a pas de lien en cours.")
    record(
        "campaign.links_revoked",
        campaign,
        convention=campaign.convention,
        by=by,
        summary=f"Liens personnels désactivés : {organization}",
        organization=organization.pk,
    )
    return count


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _expiry(campaign: Campaign) -> datetime:
    day = max(campaign.validates_on, timezone.localdate() + AT_LEAST)
    return datetime.combine(day, time.max, timezone.get_current_timezone())
