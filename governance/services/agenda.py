"""Verbs of the agenda: until the minutes are adopted, it follows what the meeting does."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from actions.models import Action
from ctg.accounts.models import User
from ctg.convention.journal import record
from governance.agenda import Proposal
from governance.models import AgendaItem, Meeting


@transaction.atomic
def save_item(item: AgendaItem, *, actions: Iterable[Action], by: User) -> None:
    """A new item goes last."""
    _refuse_settled(item.meeting)
    created = item.pk is None
    if created:
        item.position = _last(item.meeting) + 1
    item.full_clean()
    item.save()
    item.actions.set(actions)
    what = "Point ajouté à l’ordre du jour" if created else "Point modifié"
    _journal(item.meeting, f"{what} : {item.title}", by)


@transaction.atomic
def pick(meeting: Meeting, *, proposals: Sequence[Proposal], by: User) -> None:
    """Put what asks for a decision on the agenda, in the order proposed."""
    _refuse_settled(meeting)
    last = _last(meeting)
    for rank, proposal in enumerate(proposals, last + 1):
        item = AgendaItem.objects.create(
            meeting=meeting,
            title=proposal.title,
            note=proposal.note,
            minutes=proposal.minutes,
            position=rank,
        )
        item.actions.set(proposal.actions)
    _journal(meeting, f"Ordre du jour : {len(proposals)} points repris du suivi", by)


@transaction.atomic
def remove_item(item: AgendaItem, *, by: User) -> None:
    """Refused once something was said or decided about it."""
    _refuse_settled(item.meeting)
    if item.discussion or item.decisions.exists():
        raise ValidationError("Ce point a des notes ou des décisions : il reste au relevé.")
    _journal(item.meeting, f"Point retiré de l’ordre du jour : {item.title}", by)
    item.delete()


@transaction.atomic
def reorder(meeting: Meeting, *, order: Sequence[int]) -> None:
    """``order``: keys of items; those it forgets follow in their present order."""
    _refuse_settled(meeting)
    items = {item.pk: item for item in meeting.agenda.all()}
    asked = [items.pop(pk) for pk in dict.fromkeys(order) if pk in items]
    for position, item in enumerate([*asked, *items.values()], 1):
        item.position = position
        item.save(update_fields=["position"])


@transaction.atomic
def note_discussion(item: AgendaItem, *, text: str) -> None:
    """Saved as it is typed: the minutes tell the rest, not the journal."""
    _refuse_settled(item.meeting)
    item.discussion = text.strip()
    item.save(update_fields=["discussion"])


def _last(meeting: Meeting) -> int:
    return meeting.agenda.aggregate(last=Max("position"))["last"] or 0


def _refuse_settled(meeting: Meeting) -> None:
    if not meeting.can_note:
        raise ValidationError(f"La réunion est « {meeting.get_state_display()} ».")


def _journal(meeting: Meeting, summary: str, by: User) -> None:
    convention = meeting.committee.convention
    record("meeting.agenda", meeting, convention=convention, by=by, summary=summary)
