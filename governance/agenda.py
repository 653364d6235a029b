"""What asks for a decision, proposed for the agenda of a meeting: to pick, not to retype."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.utils import timezone

from actions.models import Action, ActionReview, Contribution
from ctg.french import counted, french_date, money
from financing.models import BudgetLine
from governance.models import AnnualReview, Committee, Decision, Meeting

USUAL_MINUTES = 15


@dataclass(frozen=True)
class Proposal:
    """``key`` names it in a form; picked, it becomes an agenda item."""

    key: str
    title: str
    note: str
    actions: tuple[Action, ...] = ()
    minutes: int = USUAL_MINUTES


@dataclass(frozen=True)
class Group:
    label: str
    proposals: list[Proposal]


def propose(meeting: Meeting) -> list[Group]:
    """By reason, the most pressing first; what is already on the agenda is left out.

    A fixed number of queries. A committee that follows certain actions is proposed those only.
    """
    on = timezone.localdate()
    actions = _followed(meeting.committee, on)
    groups = [
        Group("Décisions demandées au bilan", _asked(actions)),
        Group("Actions bloquées", _blocked(actions)),
        Group("Actions en retard", _late(actions)),
        Group("Actions reportées", _postponed(actions)),
        Group("Difficultés remontées par les communes et partenaires", _difficulties(actions)),
        Group("Financements à compléter", _budget_gaps(actions, on)),
        Group("Suites des séances précédentes", _follow_up(meeting, on)),
        Group("Bilans à présenter", _reviews(meeting)),
    ]
    known = _already_there(meeting)
    for group in groups:
        group.proposals[:] = [p for p in group.proposals if p.title not in known]
    return [group for group in groups if group.proposals]


def _already_there(meeting: Meeting) -> set[str]:
    return set(meeting.agenda.values_list("title", flat=True))


def _followed(committee: Committee, on: date) -> dict[int, Action]:
    """In plan order; the steering committee looks at the whole plan."""
    actions = committee.convention.actions.current().with_lateness(on).in_plan_order()
    if committee.kind != Committee.Kind.STEERING and committee.actions.exists():
        actions = actions.filter(committees=committee)
    return {action.pk: action for action in actions}


def _asked(actions: dict[int, Action]) -> list[Proposal]:
    """What the consolidated reviews ask the committee; once for the actions that ask the same."""
    latest: dict[int, ActionReview] = {}
    for review in ActionReview.objects.filter(action__in=actions).order_by("year"):
        latest[review.action_id] = review
    asking = defaultdict(list)
    for pk in actions:
        if pk in latest and latest[pk].decision_asked.strip():
            asking[latest[pk].decision_asked.strip()].append(actions[pk])
    return [
        Proposal(f"asked-{found[0].pk}", _short(text), _titles(found), tuple(found), 20)
        for text, found in asking.items()
    ]


def _blocked(actions: dict[int, Action]) -> list[Proposal]:
    return [
        Proposal(f"blocked-{a.pk}", f"Débloquer : {_short(a.title)}", a.status_reason, (a,))
        for a in actions.values()
        if a.is_blocked and not a.is_finished
    ]


def _late(actions: dict[int, Action]) -> list[Proposal]:
    return [
        Proposal(
            f"late-{a.pk}",
            f"En retard : {_short(a.title)}",
            f"Fin prévue le {french_date(a.ends_on)}." if a.ends_on else "Une étape est passée.",
            (a,),
        )
        for a in actions.values()
        if a.is_late and not a.is_blocked  # type: ignore[attr-defined]
    ]


def _postponed(actions: dict[int, Action]) -> list[Proposal]:
    return [
        Proposal(f"postponed-{a.pk}", f"Reportée : {_short(a.title)}", a.status_reason, (a,))
        for a in actions.values()
        if a.status == Action.Status.POSTPONED
    ]


def _difficulties(actions: dict[int, Action]) -> list[Proposal]:
    """Of the latest campaign, answers sent; the organisations that say one, action by action."""
    answers = Contribution.objects.filter(action__in=actions, state__in=Contribution.SENT)
    answers = answers.exclude(difficulty="").select_related("organization", "campaign")
    said = defaultdict(list)
    for answer in answers.order_by("organization__name"):
        said[answer.action_id, answer.campaign.year].append(answer)
    last = max((year for _, year in said), default=0)
    return [
        Proposal(
            f"difficulty-{pk}",
            f"Difficultés : {_short(actions[pk].title)}",
            "\n".join(f"{a.organization} : {a.difficulty}" for a in said[pk, last][:8]),
            (actions[pk],),
        )
        for pk in actions
        if (pk, last) in said
    ]


def _budget_gaps(actions: dict[int, Action], on: date) -> list[Proposal]:
    """Planned and not granted, over the years that are not behind the last one planned."""
    lines = BudgetLine.objects.filter(action__in=actions, planned__gt=0)
    rows = lines.filter(year__gte=_current_budget_year(lines, on)).order_by().values("action")
    sums = rows.annotate(planned=Sum("planned"), granted=Sum("granted"))
    gaps = {row["action"]: row["planned"] - (row["granted"] or 0) for row in sums}
    return [
        Proposal(
            f"budget-{pk}",
            f"Financer : {_short(actions[pk].title)}",
            f"Il manque {money(gaps[pk])} sur ce qui est prévu.",
            (actions[pk],),
        )
        for pk in actions
        if gaps.get(pk, 0) > 0
    ]


def _current_budget_year(lines, on: date) -> int:
    years = lines.order_by("-year").values_list("year", flat=True)[:1]
    return min([on.year, *years])


def _follow_up(meeting: Meeting, on: date) -> list[Proposal]:
    """Minutes of the same committee to adopt, then its decisions that still wait."""
    held = meeting.committee.meetings.filter(state=Meeting.State.HELD).exclude(pk=meeting.pk)
    waiting = Decision.objects.filter(meeting__committee=meeting.committee).open()
    waiting = waiting.with_lateness(on).prefetch_related("actions").order_by("due_on", "pk")
    return [
        *(
            Proposal(
                f"minutes-{before.pk}",
                f"Adopter le relevé du {french_date(before.starts_at)}",
                "",
                (),
                5,
            )
            for before in held
        ),
        *(
            Proposal(
                f"decision-{decision.pk}",
                f"Suites : {_short(decision.text)}",
                "Échéance dépassée." if decision.is_late else "",  # type: ignore[attr-defined]
                tuple(decision.actions.all()),
                10,
            )
            for decision in waiting
        ),
    ]


def _reviews(meeting: Meeting) -> list[Proposal]:
    """Reviews that no meeting has received yet; for the steering committee."""
    if meeting.committee.kind != Committee.Kind.STEERING:
        return []
    reviews = AnnualReview.objects.filter(convention=meeting.committee.convention)
    reviews = reviews.filter(Q(meeting=None) | Q(meeting=meeting)).order_by("-year")
    years = list(dict.fromkeys(reviews.values_list("year", flat=True)))
    return [
        Proposal(f"review-{year}", f"Bilan de l’année {year}", "", (), 30) for year in years[:1]
    ]


def _titles(actions: list[Action]) -> str:
    return f"{counted(len(actions), 'action', 'actions')} : " + ", ".join(a.title for a in actions)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 160 else f"{text[:159].rstrip()}…"
