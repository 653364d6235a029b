"""The main acts, at the instants of the story; the bonus verb wrote its own."""

from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import models

from actions.models import Action, ActionReview, Campaign, Contribution
from ctg.accounts.models import User
from ctg.convention.models import JournalEntry
from ctg.french import NBSP
from ctg.management.demo.cast import Scene
from ctg.management.demo.story import PLAN_ADOPTED_ON, at

MOVES = {
    Action.Status.ONGOING: "Action lancée",
    Action.Status.DONE: "Action réalisée",
    Action.Status.POSTPONED: "Action reportée",
    Action.Status.ABANDONED: "Action abandonnée",
}


def write(scene: Scene) -> None:
    written = [
        *_of_campaigns(scene),
        *_of_actions(scene),
        *_of_reviews(scene),
        *_of_contributions(scene),
    ]
    for entry in sorted(written, key=lambda entry: entry.at):
        entry.convention = scene.convention
        entry.save_base(raw=True, force_insert=True)  # raw keeps the date of the story


def _entry(
    verb: str, target: models.Model, at: datetime, by: User | None, summary: str, **data
) -> JournalEntry:
    return JournalEntry(
        verb=verb,
        at=at,
        by=by,
        summary=summary,
        data=data,
        target_type=ContentType.objects.get_for_model(target),
        target_id=target.pk,
    )


def _of_campaigns(scene):
    for campaign in Campaign.objects.filter(convention=scene.convention):
        acts = {"opened": (campaign.opened_at, "ouverte"), "closed": (campaign.closed_at, "close")}
        for verb, (instant, word) in acts.items():
            if instant:
                summary = f"Campagne {campaign.year} {word}"
                yield _entry(f"campaign.{verb}", campaign, instant, scene.lead, summary)


def _of_actions(scene):
    """Created with the plan, started, then moved where it is now."""
    for action in scene.convention.actions.all():
        created_on = min(PLAN_ADOPTED_ON, action.starts_on)
        summary = f"Création{NBSP}: {action}"
        yield _entry("action.created", action, at(created_on, 9), scene.lead, summary)
        if action.progress or action.status == Action.Status.ONGOING:
            yield _moved(scene, action, Action.Status.ONGOING, action.starts_on)
        if action.status not in (Action.Status.TODO, Action.Status.ONGOING):
            yield _moved(scene, action, Action.Status(action.status), action.status_on)


def _moved(scene, action, status, on: date):
    before = Action.Status.TODO if status == Action.Status.ONGOING else Action.Status.ONGOING
    reason = action.status_reason if status == action.status else ""
    return _entry(
        f"action.{status}",
        action,
        at(on, 10),
        scene.lead,
        MOVES[status] + (f"{NBSP}: {reason}" if reason else ""),
        changes=[("Statut", before.label, status.label)],
    )


def _of_reviews(scene):
    reviews = ActionReview.objects.filter(action__convention=scene.convention)
    for review in reviews.select_related("action", "consolidated_by"):
        yield _entry(
            "action.consolidated",
            review.action,
            review.consolidated_at,
            review.consolidated_by,
            f"Bilan {review.year} consolidé{NBSP}: {review.progress}{NBSP}%",
            year=review.year,
        )


def _of_contributions(scene):
    """Every answer sent; of the open campaign, what the lead made of it too."""
    sent = Contribution.objects.filter(
        campaign__convention=scene.convention, submitted_at__isnull=False
    ).select_related("campaign", "action", "organization", "submitted_by", "validated_by")
    for row in sent:
        organization, year = row.organization, row.campaign.year
        yield _answer(
            "submitted",
            row,
            row.submitted_at,
            row.submitted_by,
            f"{organization} a envoyé son avancement {year}",
        )
        if not row.campaign.is_open:
            continue
        if row.state == Contribution.State.VALIDATED:
            summary = f"Contribution validée{NBSP}: {organization}"
            yield _answer("validated", row, row.validated_at, row.validated_by, summary)
        elif row.state == Contribution.State.RETURNED:
            summary = f"Retour à {organization}{NBSP}: {row.return_comment}"
            yield _answer(
                "returned", row, row.submitted_at + timedelta(days=2), scene.lead, summary
            )


def _answer(verb, row, instant, by, summary):
    return _entry(f"contribution.{verb}", row.action, instant, by, summary, contribution=row.pk)
