from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

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
    summary = f"{what} : {committee}" if created else f"{what} {committee} : {', '.join(changed)}"
    _journal(committee, "created" if created else "changed", summary, by)


@transaction.atomic
def close(committee: Committee, *, by: User) -> None:
    """End a committee without losing what it decided; refused while it has a meeting ahead."""
    ahead = committee.meetings.filter(state__in=(Meeting.State.DRAFT, Meeting.State.CONVENED))
    if ahead.exists():
        raise ValidationError("Annulez ou tenez d’abord les réunions prévues de ce comité.")
    committee.closed_on = timezone.localdate()
    committee.save(update_fields=["closed_on"])
    _journal(committee, "closed", f"Fin du comité : {committee}", by)


@transaction.atomic
def reopen(committee: Committee, *, by: User) -> None:
    committee.closed_on = None
    committee.save(update_fields=["closed_on"])
    _journal(committee, "reopened", f"Reprise du comité : {committee}", by)


def _journal(committee: Committee, verb: str, summary: str, by: User) -> None:
    record(f"committee.{verb}", committee, convention=committee.convention, by=by, summary=summary)
