"""Verbs of the final evaluation: start, write, decide per action, publish, correct."""

import json
from collections.abc import Mapping
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from actions.models import Action
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from governance.evaluation.build import build_evaluation
from governance.evaluation.data import EvaluationData
from governance.evaluation.render import filename, render_evaluation
from governance.models import FinalEvaluation, FollowUp

ALREADY_PUBLISHED = (
    "Cette évaluation est publiée : elle ne change plus. Une erreur se corrige par une nouvelle "
    "édition."
)
TEXTS = ("headline", "coherence", "attainment", "means", "effects", "outlook")
FROZEN_FIELDS = ["data", "file", "file_sha256", "published_at", "published_by"]


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
    _hold(evaluation)
    for field, text in texts.items():
        setattr(evaluation, field, text)
    evaluation.save(update_fields=list(texts))


@transaction.atomic
def decide(evaluation: FinalEvaluation, decisions: Mapping[Action, tuple[str, str]]) -> None:
    """The follow-up and its reason, of these actions only; no decision takes it back."""
    _hold(evaluation)
    for action, (decision, reason) in decisions.items():
        if decision:
            FollowUp.objects.update_or_create(
                evaluation=evaluation,
                action=action,
                defaults={"decision": decision, "reason": reason.strip()},
            )
        else:
            evaluation.follow_ups.filter(action=action).delete()


def publish(evaluation: FinalEvaluation, *, by: User) -> None:
    """Freeze, draw and keep, all or nothing. Raises PdfUnavailable, or ValidationError."""
    if evaluation.is_published:
        raise ValidationError(ALREADY_PUBLISHED)
    stored = json.loads(json.dumps(build_evaluation(evaluation.convention).to_json()))
    frozen = EvaluationData.from_json(stored)
    if frozen.undecided:
        raise ValidationError(
            f"{len(frozen.undecided)} action(s) n’ont pas encore de suite : décidez-la d’abord."
        )
    pdf = render_evaluation(frozen)
    with transaction.atomic():
        _hold(evaluation)
        evaluation.data = stored
        evaluation.published_at, evaluation.published_by = timezone.now(), by
        evaluation.file_sha256 = sha256(pdf).hexdigest()
        evaluation.file.save(filename(frozen), ContentFile(pdf), save=False)
        try:
            _keep(evaluation, by)
        except BaseException:
            evaluation.file.storage.delete(evaluation.file.name)
            raise


def _keep(evaluation: FinalEvaluation, by: User) -> None:
    evaluation.full_clean()
    evaluation.save(update_fields=FROZEN_FIELDS)
    _journal(evaluation, "published", "Évaluation globale publiée", by)


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


def _hold(evaluation: FinalEvaluation) -> None:
    """Lock the row; refuse when it was published meanwhile."""
    if FinalEvaluation.objects.select_for_update().get(pk=evaluation.pk).is_published:
        raise ValidationError(ALREADY_PUBLISHED)


def _journal(evaluation: FinalEvaluation, verb: str, summary: str, by: User) -> None:
    convention = evaluation.convention
    record(f"evaluation.{verb}", evaluation, convention=convention, by=by, summary=summary)
