"""Verbs of a decision: taken, changed, applied to the plan, or left without follow-up."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions import services as plan
from actions.models import Action, StrategicObjective
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.french import french_date
from governance.models import Decision, Meeting

Status = Action.Status


@dataclass(frozen=True)
class Effect:
    """What applying a decision does to one action; ``to`` is the new end of a postponed one."""

    status: str
    to: date | None = None


@transaction.atomic
def save(
    decision: Decision,
    *,
    actions: Iterable[Action],
    objectives: Iterable[StrategicObjective] = (),
    by: User,
) -> None:
    """Record a decision, or correct it; each action it names says so in its journal."""
    meeting = decision.meeting
    if not meeting.can_note:
        raise ValidationError("Le relevé est adopté : une décision ne s’y ajoute ni ne s’y change.")
    if meeting.state == Meeting.State.DRAFT and not meeting.has_begun:
        raise ValidationError("La réunion n’a pas commencé : elle n’a encore rien décidé.")
    actions = list(actions)
    if any(action.archived_at for action in actions):
        raise ValidationError({"actions": "Une action archivée ne reçoit plus de décision."})
    taken = decision.pk is None
    decision.full_clean()
    decision.save()
    decision.actions.set(actions)
    decision.objectives.set(objectives)
    verb, what = ("taken", "Décision") if taken else ("changed", "Décision corrigée")
    _journal(decision, verb, f"{what} : {decision.text}", by)


@transaction.atomic
def remove(decision: Decision, *, by: User) -> None:
    """Take back a line typed by mistake, while the minutes are not adopted."""
    if not decision.meeting.can_note:
        raise ValidationError("Le relevé est adopté : ses décisions restent.")
    if not decision.is_open:
        raise ValidationError("Cette décision a eu une suite : elle reste au registre.")
    _journal(decision, "removed", f"Décision retirée du relevé : {decision.text}", by)
    decision.delete()


@transaction.atomic
def assign(decision: Decision, *, by: User) -> None:
    """Another owner or date; open even after the minutes are adopted."""
    _refuse_settled(decision)
    decision.full_clean()
    decision.save()
    due = f" avant le {french_date(decision.due_on)}" if decision.due_on else ""
    _journal(decision, "assigned", f"Décision confiée à {decision.owner or 'personne'}{due}", by)


@transaction.atomic
def apply(
    decision: Decision, *, effects: Mapping[Action, Effect], outcome: str = "", by: User
) -> None:
    """Do to each action what was decided, by the action’s own verb, then close the decision.

    All or nothing; a refusal raises ValidationError keyed by the code of the action.
    """
    _refuse_settled(decision)
    refusals = {}
    for action, effect in effects.items():
        try:
            _do(action, effect, reason=_reason(decision), by=by)
        except ValidationError as refusal:
            refusals[action.code] = refusal.messages
    if refusals:
        raise ValidationError(refusals)
    _settle(decision, Decision.State.APPLIED, outcome, by)


@transaction.atomic
def drop(decision: Decision, *, reason: str, by: User) -> None:
    _refuse_settled(decision)
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi la décision reste sans suite."})
    _settle(decision, Decision.State.DROPPED, reason, by)


@transaction.atomic
def reopen(decision: Decision, *, by: User) -> None:
    """To apply again; what was done to the actions stays, and is undone by their own verbs."""
    if decision.is_open:
        raise ValidationError("Cette décision attend déjà d’être appliquée.")
    decision.state, decision.outcome = Decision.State.OPEN, ""
    decision.settled_on = decision.settled_by = None
    decision.save()
    _journal(decision, "reopened", "Décision à appliquer de nouveau", by)


def _do(action: Action, effect: Effect, *, reason: str, by: User) -> None:
    if action.archived_at:
        raise ValidationError("Cette action est archivée : remettez-la d’abord dans le plan.")
    verbs: dict[str, Callable[..., None]] = {
        Status.ONGOING: partial(plan.reopen, reason=reason) if action.is_finished else plan.start,
        Status.DONE: plan.complete,
        Status.POSTPONED: partial(plan.postpone, to=effect.to, reason=reason),
        Status.ABANDONED: partial(plan.abandon, reason=reason),
    }
    verbs[Status(effect.status)](action, by=by)


def _reason(decision: Decision) -> str:
    meeting = decision.meeting
    return f"Décision du {french_date(meeting.starts_at)}, {meeting.committee} : {decision.text}"


def _refuse_settled(decision: Decision) -> None:
    decision.refresh_from_db(
        fields=["state"], from_queryset=Decision.objects.select_for_update(of=("self",))
    )
    if not decision.is_open:
        raise ValidationError(f"Cette décision est déjà « {decision.get_state_display()} ».")


def _settle(decision: Decision, state: str, outcome: str, by: User) -> None:
    decision.state, decision.outcome = state, outcome.strip()
    decision.settled_on, decision.settled_by = timezone.localdate(), by
    decision.save()
    _journal(decision, state, f"Décision {decision.get_state_display()} : {decision.text}", by)


def _journal(decision: Decision, verb: str, summary: str, by: User) -> None:
    """On the decision, and on each action it names: its sheet tells it."""
    for target in (decision, *decision.actions.all()):
        record(
            f"decision.{verb}",
            target,
            convention=decision.meeting.committee.convention,
            by=by,
            summary=summary,
            decision=decision.pk,
        )
