"""How the convention was steered in the year: meetings, decisions and what became of them."""

from django.utils import timezone

from ctg.french import counted
from governance.models import Decision, Meeting
from governance.reviews.build.sources import Sources
from governance.reviews.data.opening import DecisionLine, MeetingLine, Steering

STATES = {
    Decision.State.OPEN: "ongoing",
    Decision.State.APPLIED: "done",
    Decision.State.DROPPED: "abandoned",
}


def steering(sources: Sources) -> Steering:
    lines = {decision.pk: _decision(decision) for decision in sources.decisions}
    of_year = [d for d in sources.decisions if _day(d.meeting).year == sources.year]
    return Steering(
        summary=_summary(sources, of_year),
        meetings=tuple(_meeting(meeting) for meeting in sources.meetings),
        silent=_silent(sources),
        decisions=tuple(lines[decision.pk] for decision in of_year),
        earlier=tuple(line for line in lines.values() if line.taken_on.year < sources.year),
    )


def _summary(sources: Sources, decisions: list[Decision]) -> str:
    meetings = sources.meetings
    if not meetings:
        return f"Aucune réunion n’est notée pour {sources.year}."
    committees = len({meeting.committee_id for meeting in meetings})
    held = f"{counted(len(meetings), 'réunion tenue', 'réunions tenues')} en {sources.year}"
    said = f"{held} par {counted(committees, 'instance', 'instances')}"
    if not decisions:
        return f"{said} ; aucune décision n’est notée."
    applied = sum(decision.state == Decision.State.APPLIED for decision in decisions)
    taken = counted(len(decisions), "décision prise", "décisions prises")
    return f"{said} ; {taken}, dont {counted(applied, 'appliquée', 'appliquées')} à ce jour."


def _silent(sources: Sources) -> tuple[str, ...]:
    met = {meeting.committee_id for meeting in sources.meetings}
    return tuple(committee.name for committee in sources.committees if committee.pk not in met)


def _day(meeting: Meeting):
    return timezone.localdate(meeting.starts_at)


def _meeting(meeting: Meeting) -> MeetingLine:
    return MeetingLine(
        held_on=_day(meeting),
        committee=meeting.committee.name,
        state=meeting.get_state_display(),
        present=meeting.present or None,  # type: ignore[attr-defined]
        decisions=meeting.decisions_count,  # type: ignore[attr-defined]
    )


def _decision(decision: Decision) -> DecisionLine:
    late = decision.is_late  # type: ignore[attr-defined]
    label = decision.get_state_display()
    return DecisionLine(
        taken_on=_day(decision.meeting),
        committee=decision.meeting.committee.name,
        kind=decision.get_kind_display(),
        text=decision.text,
        actions=tuple(action.code for action in decision.actions.all()),
        owner=str(decision.owner or ""),
        due_on=decision.due_on,
        state="late" if late else STATES[Decision.State(decision.state)],
        state_label=f"{label}, en retard" if late else label,
    )
