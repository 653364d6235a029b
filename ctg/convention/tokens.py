"""Verbs of the tokens by which a person lets a program use the API in her name."""

import secrets
from datetime import date, timedelta
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import ApiToken, Convention
from ctg.french import NBSP, french_date
from ctg.mail.kinds import Kind
from ctg.mail.services import send

PREFIX = "ctg_"  # so that a token left in a file is recognised by those who look for secrets
USUAL, LONGEST = timedelta(days=90), timedelta(days=365)


@transaction.atomic
def create_token(
    person: User,
    *,
    name: str,
    scope: str,
    expires_on: date,
    convention: Convention | None = None,
) -> str:
    """The token, to be shown now: it cannot be read again. ValidationError by field."""
    today = timezone.localdate()
    if not today < expires_on <= today + LONGEST:
        raise ValidationError({"expires_on": "Choisissez une date entre demain et dans un an."})
    if convention and not person.memberships.filter(convention=convention).exists():
        raise ValidationError({"convention": "Vous n’êtes pas membre de cette convention."})
    written = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user=person,
        name=name,
        scope=scope,
        convention=convention,
        token_hash=_hash(written),
        expires_on=expires_on,
    )
    token.full_clean()
    token.save()
    _journal(token, "created", "créé")
    _tell(token)
    return written


@transaction.atomic
def revoke_token(token: ApiToken) -> None:
    """Twice is once."""
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        _journal(token, "revoked", "retiré")


def token_of(written: str) -> ApiToken | None:
    """None for one that is unknown, expired, taken back, or of a closed account."""
    live = ApiToken.objects.live(timezone.localdate()).select_related("user")
    return live.filter(token_hash=_hash(written)).first()


def note_use(token: ApiToken) -> None:
    """The day is enough to tell a token that serves from one that was forgotten."""
    today = timezone.localdate()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)


def opened_conventions(token: ApiToken):
    conventions = Convention.objects.visible_to(token.user)
    return conventions.filter(pk=token.convention_id) if token.convention_id else conventions


def _hash(written: str) -> str:
    return sha256(written.encode()).hexdigest()


def _journal(token: ApiToken, verb: str, said: str) -> None:
    """In each convention that it opens: a lead may want to know."""
    for convention in opened_conventions(token):
        record(
            f"api_token.{verb}",
            token,
            convention=convention,
            by=token.user,
            summary=f"Jeton d’API {said}, pour {token.get_scope_display()}{NBSP}: {token.name}",
        )


def _tell(token: ApiToken) -> None:
    send(
        Kind.API_TOKEN_CREATED,
        to=token.user,
        context={
            "first_name": token.user.first_name,
            "name": token.name,
            "scope": token.get_scope_display(),
            "convention": str(token.convention or ""),
            "until": french_date(token.expires_on),
            "url": settings.SITE_URL + reverse("api_tokens"),
        },
    )
