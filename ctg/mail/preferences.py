"""Which kinds of message a reader wants; an address is enough, with or without an account."""

from collections.abc import Iterable

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from ctg.mail.kinds import ALWAYS_SENT, SWITCHABLE, Kind
from ctg.mail.models import MutedKind

SIGNER = Signer(salt="ctg.mail.unsubscribe", sep="~")


def is_muted(kind: Kind, address: str) -> bool:
    return kind not in ALWAYS_SENT and MutedKind.objects.filter(kind=kind, address=address).exists()


def muted(address: str) -> set[str]:
    return set(MutedKind.objects.filter(address=address).values_list("kind", flat=True))


def mute(kind: Kind, address: str) -> MutedKind:
    return MutedKind.objects.get_or_create(kind=kind, address=address)[0]


@transaction.atomic
def choose(address: str, *, wanted: Iterable[str]) -> None:
    """Mute every kind but those wanted."""
    refused = set(SWITCHABLE) - set(wanted)
    MutedKind.objects.filter(address=address).exclude(kind__in=refused).delete()
    for kind in refused:
        mute(kind, address)


def unsubscribe_url(kind: Kind, address: str) -> str:
    token = SIGNER.sign(f"{kind.value}:{address}")
    return settings.SITE_URL + reverse("mail:unsubscribe", args=[token])


def read_token(token: str) -> tuple[Kind, str] | None:
    """The kind and the address it names; None when we did not sign it."""
    try:
        kind, address = SIGNER.unsign(token).split(":", 1)
    except BadSignature:
        return None
    return Kind(kind), address
