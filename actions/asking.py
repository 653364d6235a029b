"""Verbs on who owes what: ask one more, ask no longer, let in after the end."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions import answering
from actions.models import Action, Campaign, Contribution, ExceptionalAccess
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Organization
from ctg.french import french_date

WITHDRAWN = "Retirée de la campagne"


@transaction.atomic
def ask(
    campaign: Campaign, action: Action, *, organizations: Iterable[Organization], by: User
) -> int:
    """Ask these organisations about an action too; the number newly asked."""
    if not campaign.is_open:
        raise ValidationError("On ne demande une réponse que pendant une campagne ouverte.")
    asked = 0
    for organization in organizations:
        contribution, is_new = Contribution.objects.get_or_create(
            campaign=campaign, action=action, organization=organization
        )
        if contribution.state == Contribution.State.SET_ASIDE:
            contribution.state, is_new = Contribution.State.EXPECTED, True
            contribution.set_aside_reason = ""
            contribution.save()
        asked += is_new
    if asked:
        record(
            "contribution.asked",
            action,
            convention=campaign.convention,
            by=by,
            summary=f"Campagne {campaign.year} : demandée à {asked} de plus",
        )
    return asked


def ask_no_longer(contribution: Contribution, *, by: User) -> None:
    """The same as an organisation that says it is not concerned; what it typed stays."""
    answering.set_aside(contribution, reason=WITHDRAWN, by=by)


@transaction.atomic
def grant_access(
    campaign: Campaign, organization: Organization, *, until: date, reason: str, by: User
) -> ExceptionalAccess:
    """Let one organisation answer a closed campaign until a day, that day included."""
    if campaign.closed_at is None:
        raise ValidationError("La campagne est ouverte : aucun accès exceptionnel n’est utile.")
    if until < timezone.localdate():
        raise ValidationError({"until": "Cette date est passée."})
    if not campaign.contributions.asked().filter(organization=organization).exists():
        raise ValidationError({"organization": "Rien n’a été demandé à cet organisme."})
    granted = ExceptionalAccess.objects.create(
        campaign=campaign,
        organization=organization,
        until=until,
        reason=reason.strip(),
        granted_by=by,
    )
    record(
        "campaign.access_granted",
        campaign,
        convention=campaign.convention,
        by=by,
        summary=f"Accès exceptionnel : {organization}, jusqu’au {french_date(until)}",
        organization=organization.pk,
        reason=reason.strip(),
    )
    return granted


@transaction.atomic
def end_access(granted: ExceptionalAccess, *, by: User) -> None:
    """From today on; the row stays, to say that it was granted."""
    yesterday = timezone.localdate() - timedelta(days=1)
    ExceptionalAccess.objects.filter(pk=granted.pk, until__gt=yesterday).update(until=yesterday)
    record(
        "campaign.access_ended",
        granted.campaign,
        convention=granted.campaign.convention,
        by=by,
        summary=f"Fin de l’accès exceptionnel : {granted.organization}",
        organization=granted.organization_id,
    )
