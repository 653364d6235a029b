"""What changed in the plan since a date, or since a meeting: net of what went back and forth."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from actions.models import Action, OperationalObjective, Stake, StrategicObjective
from ctg.convention.models import Convention, JournalEntry
from ctg.convention.rights import Access, Right
from governance.models import Meeting

WITHOUT_MEETING = timedelta(days=30)
LEVELS = (Stake, StrategicObjective, OperationalObjective)
STATUS = "Statut"


@dataclass(frozen=True)
class ActionChanges:
    action: Action
    fields: list[tuple[str, str, str]]
    acts: list[JournalEntry]
    answers: int
    people: list[str]

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """As a line of the journal has them."""
        return self.fields


@dataclass
class PlanChanges:
    """In plan order; ``structure`` is what happened to stakes and objectives."""

    actions: list[ActionChanges] = field(default_factory=list)
    structure: list[JournalEntry] = field(default_factory=list)

    @property
    def figures(self) -> list[tuple[int, str, str]]:
        """(count, one, many) of what there is: changed in all, by status, created, archived."""
        verbs = [{act.verb for act in one.acts} for one in self.actions]
        moved = [one for one in self.actions if STATUS in {label for label, _, _ in one.fields}]
        answers = sum(one.answers for one in self.actions)
        figures = [
            (len(self.actions), "action a bougé", "actions ont bougé"),
            (len(moved), "changement de statut", "changements de statut"),
            (sum("action.created" in v for v in verbs), "action créée", "actions créées"),
            (sum("action.archived" in v for v in verbs), "action archivée", "actions archivées"),
            (answers, "réponse reçue", "réponses reçues"),
        ]
        return [figure for figure in figures if figure[0]]


def last_meeting(convention: Convention) -> Meeting | None:
    """The latest that was held, whatever the committee."""
    return Meeting.objects.of(convention).over().select_related("committee").first()


def since_when(meeting: Meeting | None) -> datetime:
    return meeting.starts_at if meeting else timezone.now() - WITHOUT_MEETING


def plan_changes(convention: Convention, since: datetime, access: Access) -> PlanChanges:
    """Five queries whatever the size; answers to a campaign for those who follow it."""
    types = ContentType.objects.get_for_models(Action, *LEVELS)
    entries = convention.journal.filter(at__gte=since, target_type__in=types.values())
    if not access.has(Right.FOLLOW_CAMPAIGN):
        entries = entries.exclude(verb__startswith="contribution.")
    by_action: dict[int, list[JournalEntry]] = defaultdict(list)
    found = PlanChanges()
    for entry in entries.select_related("by").order_by("at", "pk"):
        if entry.target_type_id == types[Action].pk:
            by_action[entry.target_id].append(entry)
        else:
            found.structure.append(entry)
    actions = convention.actions.filter(pk__in=by_action).in_plan_order()
    found.actions = [_of(action, by_action[action.pk]) for action in actions]
    return found


def _of(action: Action, entries: list[JournalEntry]) -> ActionChanges:
    """Answers to a campaign are counted; each has its place on the sheet."""
    answers = [entry for entry in entries if entry.verb.startswith("contribution.")]
    others = [entry for entry in entries if entry not in answers]
    return ActionChanges(
        action=action,
        fields=net_changes(change for entry in others for change in entry.changes),
        acts=[entry for entry in others if not entry.changes],
        answers=sum(entry.verb == "contribution.submitted" for entry in answers),
        people=sorted({str(entry.by) for entry in others if entry.by}),
    )


def net_changes(changes: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """From the first value to the last; nothing when a field came back to where it was."""
    net: dict[str, tuple[str, str]] = {}
    for label, before, after in changes:
        net[label] = (net[label][0] if label in net else before, after)
    return [(label, before, after) for label, (before, after) in net.items() if before != after]
