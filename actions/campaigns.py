"""Verbs of the yearly campaign: open, answer, send, return, validate, consolidate, close."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from actions import notifications
from actions.models import (
    Action,
    ActionPartner,
    ActionReview,
    Campaign,
    Contribution,
    Indicator,
    IndicatorValue,
)
from ctg.accounts.models import User
from ctg.convention.journal import record

Figures = Mapping[Indicator, Decimal | str | None]

TYPED = ("status", "done", "difficulty")


@transaction.atomic
def schedule(campaign: Campaign, *, by: User) -> None:
    """Record a new campaign, or new dates for one; nobody is asked anything yet."""
    verb, what = ("rescheduled", "nouvelles dates") if campaign.pk else ("scheduled", "préparée")
    campaign.full_clean()
    campaign.save()
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
    Contribution.objects.bulk_create(expected_contributions(campaign), ignore_conflicts=True)
    _journal(campaign, "opened", f"Campagne {campaign.year} ouverte", by)
    notifications.campaign_opened(campaign, by=by)


def expected_contributions(campaign: Campaign) -> list[Contribution]:
    """Who owes what: pilot, co-pilots, contributors and, where the action says so, communes.

    An action for the whole territory asks its partners only; one for chosen communes asks
    each of them too.
    """
    asked_roles = [
        ActionPartner.Role.PILOT,
        ActionPartner.Role.CO_PILOT,
        ActionPartner.Role.CONTRIBUTOR,
    ]
    actions = (
        campaign.convention.actions.current()
        .unfinished()
        .prefetch_related(
            "communes",
            Prefetch("partners", ActionPartner.objects.filter(role__in=asked_roles)),
        )
    )
    expected = []
    for action in actions:
        organizations = {partner.organization_id for partner in action.partners.all()}
        if action.scope == Action.Scope.COMMUNES:
            organizations |= {commune.pk for commune in action.communes.all()}
        expected += [
            Contribution(campaign=campaign, action=action, organization_id=organization)
            for organization in sorted(organizations)
        ]
    return expected


@transaction.atomic
def close_campaign(campaign: Campaign, *, by: User) -> None:
    if not campaign.is_open:
        raise ValidationError("Cette campagne n’est pas ouverte.")
    campaign.closed_at = timezone.now()
    campaign.save(update_fields=["closed_at"])
    _journal(campaign, "closed", f"Campagne {campaign.year} close", by)


@transaction.atomic
def save_draft(contribution: Contribution, *, figures: Figures) -> None:
    """Keep what was typed so far; a returned contribution stays to be corrected."""
    _hold(contribution, *TYPED)
    _refuse_locked(contribution)
    typed = any(getattr(contribution, name) for name in TYPED) or any(figures.values())
    if typed and contribution.state == Contribution.State.EXPECTED:
        contribution.state = Contribution.State.DRAFT
    contribution.saved_at = timezone.now()
    contribution.save()
    _keep_figures(contribution, figures)


@transaction.atomic
def submit(contribution: Contribution, *, figures: Figures, by: User) -> None:
    _hold(contribution, *TYPED)
    _refuse_locked(contribution)
    if not contribution.status:
        raise ValidationError({"status": "Dites où en est l’action chez vous."})
    now = timezone.now()
    contribution.state = Contribution.State.SUBMITTED
    contribution.saved_at = contribution.submitted_at = now
    contribution.submitted_by = by
    contribution.save()
    _keep_figures(contribution, figures)
    year = contribution.campaign.year
    _journal_answer(contribution, "submitted", f"{{}} a envoyé son avancement {year}", by)


@transaction.atomic
def return_for_correction(contribution: Contribution, *, comment: str, by: User) -> None:
    """Give the hand back with a comment, while answers can still be changed."""
    if not comment.strip():
        raise ValidationError({"comment": "Dites ce qui est à corriger."})
    _hold(contribution)
    if not contribution.is_sent:
        raise ValidationError("Cette contribution n’a pas été envoyée.")
    if not contribution.campaign.is_open:
        raise ValidationError("La campagne est close : rouvrez-la pour demander une correction.")
    contribution.state = Contribution.State.RETURNED
    contribution.return_comment = comment.strip()
    contribution.validated_at = contribution.validated_by = None
    contribution.save()
    _journal_answer(contribution, "returned", f"Retour à {{}} : {comment.strip()}", by)
    notifications.answer_returned(contribution, by=by)


@transaction.atomic
def validate(contribution: Contribution, *, by: User) -> None:
    _hold(contribution)
    if contribution.state != Contribution.State.SUBMITTED:
        raise ValidationError("Seule une contribution envoyée se valide.")
    contribution.state = Contribution.State.VALIDATED
    contribution.validated_at, contribution.validated_by = timezone.now(), by
    contribution.save()
    _journal_answer(contribution, "validated", "Contribution validée : {}", by)


@transaction.atomic
def validate_many(contributions: Iterable[Contribution], *, by: User) -> int:
    """Validate those that were sent, leave the others; the number validated."""
    sent = [c for c in contributions if c.state == Contribution.State.SUBMITTED]
    for contribution in sent:
        validate(contribution, by=by)
    return len(sent)


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
        _keep_value(figure, indicator=indicator, year=review.year, contribution=None)
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


def _hold(contribution: Contribution, *typed: str) -> None:
    """Take the row for this transaction and read its latest state, the fields typed apart.

    A second click, or a draft that arrives after the sending, must not undo what was done.
    """
    kept = {name: getattr(contribution, name) for name in typed}
    contribution.refresh_from_db(from_queryset=Contribution.objects.select_for_update())
    for name, value in kept.items():
        setattr(contribution, name, value)


def _refuse_locked(contribution: Contribution) -> None:
    if contribution.is_sent:
        raise ValidationError("Cette contribution est envoyée : elle ne se modifie plus.")
    if not contribution.campaign.is_open:
        raise ValidationError("La campagne est close : la saisie n’est plus possible.")


def _keep_figures(contribution: Contribution, figures: Figures) -> None:
    for indicator, figure in figures.items():
        _keep_value(
            figure, indicator=indicator, year=contribution.campaign.year, contribution=contribution
        )


def _keep_value(figure: Decimal | str | None, **key) -> None:
    """An unchanged figure is left alone: its history tells changes only."""
    values = IndicatorValue.objects.filter(**key)
    if figure in (None, ""):
        values.delete()
        return
    is_text = isinstance(figure, str)
    kept = {"value": None if is_text else figure, "text": figure if is_text else ""}
    if not values.filter(**kept).exists():
        IndicatorValue.objects.update_or_create(**key, defaults=kept)


def _journal(campaign: Campaign, verb: str, summary: str, by: User) -> None:
    record(f"campaign.{verb}", campaign, convention=campaign.convention, by=by, summary=summary)


def _journal_answer(contribution: Contribution, verb: str, summary: str, by: User) -> None:
    record(
        f"contribution.{verb}",
        contribution.action,
        convention=contribution.campaign.convention,
        by=by,
        summary=summary.replace("{}", str(contribution.organization)),
        contribution=contribution.pk,
    )
