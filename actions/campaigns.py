"""Verbs of the yearly campaign: schedule, open, close, consolidate."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions import notifications, reminders
from actions.answering import Figures, keep_value
from actions.expected import expected
from actions.models import Action, ActionReview, Campaign, Contribution
from ctg.accounts.models import User
from ctg.convention.journal import record


@transaction.atomic
def schedule(campaign: Campaign, *, by: User) -> None:
    """Record a new campaign, or new dates for one; nobody is asked anything yet."""
    verb, what = ("rescheduled", "nouvelles dates") if campaign.pk else ("scheduled", "préparée")
    campaign.full_clean()
    campaign.save()
    reminders.schedule(campaign, dates=reminders.proposed_dates(campaign), by=by)
    _journal(campaign, verb, f"Campagne {campaign.year} : {what}", by)


@transaction.atomic
def open_campaign(campaign: Campaign, *, by: User) -> None:
    """Ask every organisation concerned by a current, unfinished action; safe to run again.

    One campaign at a time: people answer one year, not two.
    """
    if campaign.is_open:
        raise ValidationError("Cette campagne est déjà ouverte.")
    other = campaign.convention.campaigns.open().first()
    if other:
        raise ValidationError(f"La campagne {other.year} est encore ouverte : closez-la d’abord.")
    campaign.opened_at, campaign.closed_at = timezone.now(), None
    campaign.save()
    Contribution.objects.bulk_create(
        [
            Contribution(campaign=campaign, action=place.action, organization=place.organization)
            for place in expected(campaign)
            if place.is_asked
        ],
        ignore_conflicts=True,
    )
    _journal(campaign, "opened", f"Campagne {campaign.year} ouverte", by)
    notifications.campaign_opened(campaign, by=by)


@transaction.atomic
def close_campaign(campaign: Campaign, *, by: User) -> None:
    if not campaign.is_open:
        raise ValidationError("Cette campagne n’est pas ouverte.")
    campaign.closed_at = timezone.now()
    campaign.save(update_fields=["closed_at"])
    _journal(campaign, "closed", f"Campagne {campaign.year} close", by)


@transaction.atomic
def consolidate(review: ActionReview, *, figures: Figures, by: User) -> None:
    """Record the lead’s judgement of the year and the territory’s figures beside it.

    The action’s progress follows its latest consolidated year; its status does not: a status
    moves by its own verb.
    """
    review.consolidated_at, review.consolidated_by = timezone.now(), by
    review.full_clean()
    review.save()
    for indicator, figure in figures.items():
        keep_value(figure, indicator=indicator, year=review.year, contribution=None)
    latest = review.action.reviews.latest("year")
    Action.objects.filter(pk=review.action_id).update(progress=latest.progress)
    record(
        "action.consolidated",
        review.action,
        convention=review.action.convention,
        by=by,
        summary=f"Bilan {review.year} consolidé : {review.progress} %",
        year=review.year,
    )


def _journal(campaign: Campaign, verb: str, summary: str, by: User) -> None:
    record(f"campaign.{verb}", campaign, convention=campaign.convention, by=by, summary=summary)
