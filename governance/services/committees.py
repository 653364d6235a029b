from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.models import Action
from ctg.accounts.models import User
from ctg.convention.journal import record
from governance.models import Committee, Meeting


def record_saved(
    committee: Committee, *, created: bool, changed: Sequence[str] = (), by: User
) -> None:
    """Journal of a form that was saved; ``changed`` are the labels of what it changed."""
    if not created and not changed:
        return
    what = "Création du comité" if created else "Modification du comité"
    summary = f"{what} : {committee}" if created else f"{what} {committee} : {', '.join(changed)}"
    _journal(committee, "created" if created else "changed", summary, by)


@transaction.atomic
def close(committee: Committee, *, by: User) -> None:
    """End a committee without losing what it decided; refused while it has a meeting ahead."""
    ahead = committee.meetings.filter(state__in=(Meeting.State.DRAFT, Meeting.State.CONVENED))
    if ahead.exists():
        raise ValidationError("Annulez ou tenez d’abord les réunions prévues de ce comité.")
    committee.closed_on = timezone.localdate()
    committee.save(update_fields=["closed_on"])
    _journal(committee, "closed", f"Fin du comité : {committee}", by)


@transaction.atomic
def reopen(committee: Committee, *, by: User) -> None:
    committee.closed_on = None
    committee.save(update_fields=["closed_on"])
    _journal(committee, "reopened", f"Reprise du comité : {committee}", by)


@transaction.atomic
def follow(committee: Committee, actions: Iterable[Action], *, by: User) -> int:
    """Have a committee follow these actions too; the number of those it did not follow yet."""
    if committee.closed_on:
        raise ValidationError("Ce comité a pris fin : choisissez-en un autre.")
    known = set(committee.actions.values_list("pk", flat=True))
    new = [action for action in actions if action.pk not in known]
    committee.actions.add(*new)
    _say_followed(committee, new, "followed", f"Suivie par le comité : {committee}", by)
    return len(new)


@transaction.atomic
def unfollow(committee: Committee, actions: Iterable[Action], *, by: User) -> int:
    known = set(committee.actions.values_list("pk", flat=True))
    followed = [action for action in actions if action.pk in known]
    committee.actions.remove(*followed)
    _say_followed(committee, followed, "unfollowed", f"N’est plus suivie par : {committee}", by)
    return len(followed)


def _say_followed(
    committee: Committee, actions: list[Action], verb: str, summary: str, by: User
) -> None:
    """On each sheet, where one looks for it."""
    for action in actions:
        record(f"action.{verb}", action, convention=committee.convention, by=by, summary=summary)


def _journal(committee: Committee, verb: str, summary: str, by: User) -> None:
    record(f"committee.{verb}", committee, convention=committee.convention, by=by, summary=summary)
