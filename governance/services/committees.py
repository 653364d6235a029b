from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.bulk.services import keep
from actions.deeds import Deed
from actions.models import Action, BulkChange
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


def follow(committee: Committee, actions: Iterable[Action], *, by: User) -> BulkChange | None:
    """Have a committee follow these actions too; nothing when it follows them all already."""
    if committee.closed_on:
        raise ValidationError("Ce comité a pris fin : choisissez-en un autre.")
    deeds = [Deed(action) for action in actions]
    new = [deed for deed in deeds if committee not in deed.linked("committees")]
    for deed in new:
        deed.link("committees", [*deed.linked("committees"), committee])
        deed.say("action.followed", f"Suivie par le comité : {committee}")
    return _keep(new, f"faire suivre par {committee}", committee, by)


def unfollow(committee: Committee, actions: Iterable[Action], *, by: User) -> BulkChange | None:
    deeds = [Deed(action) for action in actions]
    followed = [deed for deed in deeds if committee in deed.linked("committees")]
    for deed in followed:
        deed.link("committees", [c for c in deed.linked("committees") if c != committee])
        deed.say("action.unfollowed", f"N’est plus suivie par : {committee}")
    return _keep(followed, f"retirer du suivi de {committee}", committee, by)


def _keep(deeds: Sequence[Deed], summary: str, committee: Committee, by: User) -> BulkChange | None:
    return keep(committee.convention, deeds, summary=summary, by=by) if deeds else None


def _journal(committee: Committee, verb: str, summary: str, by: User) -> None:
    record(f"committee.{verb}", committee, convention=committee.convention, by=by, summary=summary)
