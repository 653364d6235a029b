"""Verbs of the final evaluation: start, write, decide per action, publish, correct."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from actions.models import Action
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.pdf.document import Progress, no_progress
from governance.evaluation.build import build_evaluation
from governance.evaluation.data import EvaluationData
from governance.evaluation.render import filename, render_evaluation
from governance.frozen.publishing import freeze, hold, nothing_more
from governance.models import FinalEvaluation, FollowUp

TEXTS = ("headline", "coherence", "attainment", "means", "effects", "outlook")


@transaction.atomic
def start(convention: Convention, *, by: User) -> FinalEvaluation:
    if FinalEvaluation.objects.filter(convention=convention).exists():
        raise ValidationError("L’évaluation de cette convention est déjà commencée.")
    evaluation = FinalEvaluation.objects.create(convention=convention)
    _journal(evaluation, "started", "Évaluation globale commencée", by)
    return evaluation


@transaction.atomic
def save_texts(evaluation: FinalEvaluation, texts: Mapping[str, str]) -> None:
    """Write the fields given, and only them."""
    hold(evaluation)
    for field, text in texts.items():
        setattr(evaluation, field, text)
    evaluation.save(update_fields=list(texts))


@transaction.atomic
def decide(evaluation: FinalEvaluation, decisions: Mapping[Action, tuple[str, str]]) -> None:
    """The follow-up and its reason, of these actions only; no decision takes it back."""
    hold(evaluation)
    for action, (decision, reason) in decisions.items():
        if decision:
            FollowUp.objects.update_or_create(
                evaluation=evaluation,
                action=action,
                defaults={"decision": decision, "reason": reason.strip()},
            )
        else:
            evaluation.follow_ups.filter(action=action).delete()


def publish(
    evaluation: FinalEvaluation,
    *,
    by: User,
    on_progress: Progress = no_progress,
    confirm: Callable[[], None] = nothing_more,
) -> None:
    """As ``freeze``; ValidationError too while an action has no follow-up."""

    def published() -> None:
        confirm()
        sha256 = evaluation.file_sha256
        _journal(evaluation, "published", "Évaluation globale publiée", by, sha256=sha256)

    freeze(
        evaluation,
        build=lambda: decided(build_evaluation(evaluation.convention)),
        render=lambda data: render_evaluation(data, on_progress=on_progress),
        name=filename,
        confirm=published,
        by=by,
    )


def decided(evaluation: EvaluationData) -> EvaluationData:
    """The same; ValidationError when an action has no follow-up."""
    waiting = len(evaluation.undecided)
    if waiting:
        who = "action n’a" if waiting == 1 else "actions n’ont"
        raise ValidationError(f"{waiting} {who} pas encore de suite : décidez-la d’abord.")
    return evaluation


@transaction.atomic
def open_correction(evaluation: FinalEvaluation, *, note: str, by: User) -> FinalEvaluation:
    """A new edition in preparation, with the same texts and decisions."""
    if not evaluation.is_published:
        raise ValidationError("Seule une évaluation publiée se corrige.")
    if FinalEvaluation.objects.filter(corrects=evaluation).exists():
        raise ValidationError("Une édition corrige déjà cette évaluation.")
    correction = FinalEvaluation.objects.create(
        convention=evaluation.convention,
        edition=evaluation.edition + 1,
        corrects=evaluation,
        correction_note=note.strip(),
        **{field: getattr(evaluation, field) for field in TEXTS},
    )
    FollowUp.objects.bulk_create(
        FollowUp(
            evaluation=correction,
            action_id=follow_up.action_id,
            decision=follow_up.decision,
            reason=follow_up.reason,
        )
        for follow_up in evaluation.follow_ups.all()
    )
    summary = f"Évaluation globale, édition {correction.edition} ouverte : {note.strip()}"
    _journal(correction, "correction_opened", summary, by)
    return correction


def _journal(evaluation: FinalEvaluation, verb: str, summary: str, by: User, **data: Any) -> None:
    convention = evaluation.convention
    record(f"evaluation.{verb}", evaluation, convention=convention, by=by, summary=summary, **data)
