"""Verbs of the pact."""

from collections.abc import Iterable, Sequence
from itertools import chain, count

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention, Membership, Theme
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


@transaction.atomic
def describe(convention: Convention, *, changed: Sequence[str], by: User) -> None:
    """Keep what a form has put on the convention; ``changed`` names the fields, in French."""
    convention.full_clean()
    convention.save()
    if changed:
        record(
            "convention.described",
            convention,
            convention=convention,
            by=by,
            summary=f"Convention modifiée : {', '.join(changed)}",
        )


@transaction.atomic
def set_themes(
    convention: Convention, *, kept: Iterable[Theme], removed: Iterable[Theme], by: User
) -> None:
    """``kept``: new or changed. A new one takes its code from its label, once for all."""
    removed, kept = list(removed), list(kept)
    for theme in removed:
        theme.delete()
    for theme in kept:
        theme.convention = convention
        theme.code = theme.code or _free_code(theme)
        theme.full_clean()
        theme.save()
    said = [str(theme) for theme in kept] + [f"{theme} retirée" for theme in removed]
    if said:
        record(
            "convention.themes",
            convention,
            convention=convention,
            by=by,
            summary=f"Thématiques : {', '.join(said)}"[:500],
        )


def _free_code(theme: Theme) -> str:
    code = slugify(theme.label)[:40] or "theme"
    taken = set(theme.convention.themes.values_list("code", flat=True))
    numbered = (f"{code}-{number}" for number in count(2))
    return next(free for free in chain([code], numbered) if free not in taken)
