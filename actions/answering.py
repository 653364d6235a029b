"""Verbs of one answer: keep, send, set aside, return, validate."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions import notifications
from actions.answers import beside_previous
from actions.models import Contribution, Indicator, IndicatorValue, PersonalLink
from actions.reminders import withdraw
from ctg.accounts.models import User
from ctg.convention.journal import record

Figures = Mapping[Indicator, Decimal | str | None]

TYPED = ("status", "done", "difficulty")
NOT_BEGUN = (Contribution.State.EXPECTED, Contribution.State.SET_ASIDE)


@transaction.atomic
def save_draft(
    contribution: Contribution, *, figures: Figures, refused: Mapping[str, str] | None = None
) -> None:
    """Keep what was typed so far; a returned contribution stays to be corrected.

    ``refused`` is what was typed and not understood, by field: it comes back as it was typed.
    """
    _hold(contribution, *TYPED)
    _refuse_locked(contribution)
    contribution.refused = dict(refused or {})
    typed = any(getattr(contribution, name) for name in TYPED) or any(figures.values())
    if (typed or refused) and contribution.state in NOT_BEGUN:
        contribution.state = Contribution.State.DRAFT
    contribution.saved_at = timezone.now()
    contribution.save()
    _keep_figures(contribution, figures)


@transaction.atomic
def submit(
    contribution: Contribution,
    *,
    figures: Figures,
    by: User | None,
    link: PersonalLink | None = None,
) -> None:
    """``by`` is None when somebody came by a personal link, without an account."""
    _hold(contribution, *TYPED)
    _refuse_locked(contribution)
    if not contribution.status:
        raise ValidationError({"status": "Dites où en est l’action chez vous."})
    contribution.is_unchanged = False
    _send(contribution, by, link)
    _keep_figures(contribution, figures)
    year = contribution.campaign.year
    _journal_answer(contribution, "submitted", f"{{}} a envoyé son avancement {year}", by, link)


@transaction.atomic
def report_nothing_new(
    contribution: Contribution, *, by: User | None, link: PersonalLink | None = None
) -> None:
    """Send, in one click, the status given the time before; its text and figures are not copied."""
    _hold(contribution)
    _refuse_locked(contribution)
    if not contribution.is_untouched:
        raise ValidationError("Vous avez commencé cette réponse : terminez-la, puis envoyez-la.")
    before = beside_previous([contribution])[0].previous
    if before is None:
        raise ValidationError("C’est la première fois que cette action vous est demandée.")
    contribution.status, contribution.is_unchanged = before.status, True
    _send(contribution, by, link)
    year = before.campaign.year
    _journal_answer(contribution, "submitted", f"{{}} n’a rien de nouveau depuis {year}", by, link)


@transaction.atomic
def set_aside(
    contribution: Contribution, *, reason: str, by: User | None, link: PersonalLink | None = None
) -> None:
    """Not concerned: nothing is owed nor counted any more; what was typed stays in the row."""
    if not reason.strip():
        raise ValidationError({"reason": "Dites en quelques mots pourquoi."})
    _hold(contribution)
    _refuse_locked(contribution)
    contribution.state = Contribution.State.SET_ASIDE
    contribution.set_aside_reason = reason.strip()
    contribution.saved_at = timezone.now()
    contribution.save()
    summary = f"{{}} n’est pas concerné : {reason.strip()}"
    _journal_answer(contribution, "set_aside", summary, by, link)
    withdraw(contribution)


@transaction.atomic
def return_for_correction(contribution: Contribution, *, comment: str, by: User) -> None:
    """Give the hand back with a comment, while answers can still be changed."""
    if not comment.strip():
        raise ValidationError({"comment": "Dites ce qui est à corriger."})
    _hold(contribution)
    if not contribution.is_settled:
        raise ValidationError("Cette contribution n’a pas été envoyée.")
    if not contribution.campaign.takes_answers_of(contribution.organization_id):
        raise ValidationError("La campagne est close : rouvrez-la pour demander une correction.")
    contribution.state = Contribution.State.RETURNED
    contribution.return_comment = comment.strip()
    contribution.validated_at = contribution.validated_by = None
    contribution.save()
    _journal_answer(contribution, "returned", f"Retour à {{}} : {comment.strip()}", by)
    notifications.answer_returned(contribution, by=by)


@transaction.atomic
def correct(contribution: Contribution, *, figures: Figures, comment: str, by: User) -> None:
    """Change what was sent and validate it; whoever sent it is told what and why."""
    if not comment.strip():
        raise ValidationError({"comment": "Dites ce que vous avez corrigé."})
    _hold(contribution, *TYPED)
    if not contribution.is_sent:
        raise ValidationError("Cette contribution n’a pas été envoyée.")
    contribution.state, contribution.is_unchanged = Contribution.State.VALIDATED, False
    contribution.validated_at, contribution.validated_by = timezone.now(), by
    contribution.save()
    _keep_figures(contribution, figures)
    _journal_answer(contribution, "corrected", f"Réponse corrigée : {{}}. {comment.strip()}", by)
    notifications.answer_corrected(contribution, by=by, comment=comment.strip())


@transaction.atomic
def validate(contribution: Contribution, *, by: User) -> None:
    _hold(contribution)
    if contribution.state != Contribution.State.SUBMITTED:
        raise ValidationError("Seule une contribution envoyée se valide.")
    contribution.state = Contribution.State.VALIDATED
    contribution.validated_at, contribution.validated_by = timezone.now(), by
    contribution.save()
    _journal_answer(contribution, "validated", "Contribution validée : {}", by)
    notifications.answer_validated(contribution, by=by)


@transaction.atomic
def validate_many(contributions: Iterable[Contribution], *, by: User) -> int:
    """Validate those that were sent, leave the others; the number validated."""
    sent = [c for c in contributions if c.state == Contribution.State.SUBMITTED]
    for contribution in sent:
        validate(contribution, by=by)
    return len(sent)


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
    if not contribution.campaign.takes_answers_of(contribution.organization_id):
        raise ValidationError("La campagne est close : la saisie n’est plus possible.")


def _send(contribution: Contribution, by: User | None, link: PersonalLink | None) -> None:
    now = timezone.now()
    contribution.state, contribution.refused = Contribution.State.SUBMITTED, {}
    contribution.saved_at = contribution.submitted_at = now
    contribution.submitted_by, contribution.submitted_link = by, link
    contribution.save()
    withdraw(contribution)


def _keep_figures(contribution: Contribution, figures: Figures) -> None:
    for indicator, figure in figures.items():
        keep_value(
            figure, indicator=indicator, year=contribution.campaign.year, contribution=contribution
        )


def keep_value(figure: Decimal | str | None, **key) -> None:
    """An unchanged figure is left alone: its history tells changes only."""
    values = IndicatorValue.objects.filter(**key)
    if figure in (None, ""):
        values.delete()
        return
    is_text = isinstance(figure, str)
    kept = {"value": None if is_text else figure, "text": figure if is_text else ""}
    if not values.filter(**kept).exists():
        IndicatorValue.objects.update_or_create(**key, defaults=kept)


def _journal_answer(
    contribution: Contribution,
    verb: str,
    summary: str,
    by: User | None,
    link: PersonalLink | None = None,
) -> None:
    summary = summary.replace("{}", str(contribution.organization))
    record(
        f"contribution.{verb}",
        contribution.action,
        convention=contribution.campaign.convention,
        by=by,
        summary=f"{summary}, par son lien personnel" if link else summary,
        contribution=contribution.pk,
        **({"link": link.pk} if link else {}),
    )
    if link:
        PersonalLink.objects.filter(pk=link.pk).update(used_at=timezone.now())
