"""Verbs on who owes what: ask one more, ask no longer, let in after the end."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions import answering
from actions.expected import asked_about, asked_by_plan
from actions.models import Action, Adjustment, Campaign, Contribution, ExceptionalAccess
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Organization
from ctg.french import counted, french_date

WITHDRAWN = "Retirée de la campagne"


@transaction.atomic
def choose(
    campaign: Campaign, action: Action, *, organizations: Iterable[Organization], by: User
) -> int:
    """Before the opening: ask these about an action, and them only; the number of changes.

    Only the difference with the plan is kept: a partner who joins the action later is asked too.
    """
    if campaign.opened_at is not None:
        raise ValidationError("La campagne est ouverte : sa liste ne se prépare plus.")
    wanted, before = {one.pk for one in organizations}, asked_about(campaign, action)
    if wanted == before:
        return 0
    campaign.adjustments.filter(action=action).delete()
    Adjustment.objects.bulk_create(
        Adjustment(
            campaign=campaign,
            action=action,
            organization_id=pk,
            is_asked=pk in wanted,
            made_by=by,
        )
        for pk in wanted ^ asked_by_plan(action)
    )
    said = counted(len(wanted), "organisme", "organismes")
    _journal(campaign, action, "expected", f"demandée à {said}", by)
    return len(wanted ^ before)


@transaction.atomic
def ask(
    campaign: Campaign, action: Action, *, organizations: Iterable[Organization], by: User
) -> int:
    """Ask these organisations about an action too; the number newly asked."""
    if campaign.opened_at is None:
        already = Organization.objects.filter(pk__in=asked_about(campaign, action))
        return choose(campaign, action, organizations=[*already, *organizations], by=by)
    if not campaign.is_open:
        raise ValidationError("On ne demande plus de réponse à une campagne close.")
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
        _journal(campaign, action, "asked", f"demandée à {asked} de plus", by)
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
        raise ValidationError("La campagne est ouverte : aucun accès exceptionnel n’est utile.")
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
        summary=f"Accès exceptionnel : {organization}, jusqu’au {french_date(until)}",
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
        summary=f"Fin de l’accès exceptionnel : {granted.organization}",
        organization=granted.organization_id,
    )


def _journal(campaign: Campaign, action: Action, verb: str, said: str, by: User) -> None:
    record(
        f"contribution.{verb}",
        action,
        convention=campaign.convention,
        by=by,
        summary=f"Campagne {campaign.year} : {said}",
    )
