"""The figures of the home page: what waits for the person, the plan, deadlines, last changes.

Each function makes a fixed number of queries, whatever the size of the plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from actions.consolidation import to_review
from actions.models import (
    Action,
    ActionPartner,
    ActionStep,
    Contribution,
    OperationalObjective,
    Stake,
)
from actions.overview import totals
from actions.progress import LATE, STATE_LABELS, count_by_state, share_done
from ctg.convention.models import Convention, JournalEntry
from ctg.convention.rights import Access, Right
from ctg.french import NBSP, counted, french_date, number
from financing.models import BonusLine
from governance.filters import LATE as LATE_DECISIONS
from governance.models import AnnualReview, Decision, Meeting

DEADLINES = 8
CHANGES = 10
ANSWERS = 5


@dataclass(frozen=True)
class Task:
    """What waits for the person; ``kind`` is a status and gives the colour."""

    count: int
    one: str
    many: str
    detail: str
    url: str
    kind: str = "neutral"

    @property
    def label(self) -> str:
        return self.one if self.count < 2 else self.many


@dataclass(frozen=True)
class FirstStep:
    label: str
    text: str
    url: str
    is_done: bool


@dataclass(frozen=True)
class StakeProgress:
    stake: Stake
    share_done: int | None
    actions: int
    late: int

    @property
    def counts(self) -> str:
        actions = counted(self.actions, "action", "actions")
        return f"{actions}, dont {number(self.late)} en retard" if self.late else actions


@dataclass(frozen=True)
class Plan:
    count: int
    segments: list[tuple[str, str, int]]
    stakes: list[StakeProgress]
    blocked: int


@dataclass(frozen=True)
class Deadline:
    on: date
    label: str
    what: str
    url: str


@dataclass(frozen=True)
class Change:
    entry: JournalEntry
    code: str

    @property
    def day(self) -> date:
        return timezone.localdate(self.entry.at)


@dataclass(frozen=True)
class Dashboard:
    tasks: list[Task]
    answers: list[Contribution]
    answers_count: int
    plan: Plan
    deadlines: list[Deadline]
    changes: list[Change]
    review: AnnualReview | None
    first_steps: list[FirstStep]

    @property
    def sentence(self) -> str:
        """What the page comes to, under its title."""
        parts = []
        if self.answers:
            owed = counted(self.answers_count, "réponse à donner", "réponses à donner")
            before = french_date(self.answers[0].campaign.closes_on)
            parts.append(f"{owed} avant le {before}")
        if self.tasks:
            parts.append(f"{counted(len(self.tasks), 'point', 'points')} à suivre")
        steps = sum(not step.is_done for step in self.first_steps)
        if steps:
            parts.append(f"{counted(steps, 'étape', 'étapes')} pour commencer")
        return " · ".join(parts) or "Rien ne vous attend aujourd’hui"


def build_dashboard(convention: Convention, access: Access) -> Dashboard:
    today = timezone.localdate()
    rows = _plan_rows(convention, today)
    answers = _answers(convention, access)
    tasks = [
        *_campaign_tasks(convention, access, today),
        *_plan_tasks(convention, access, rows),
        *_decision_tasks(convention, access, today),
        *_funding_tasks(convention, access, today),
    ]
    return Dashboard(
        tasks=[task for task in tasks if task.count],
        answers=answers[:ANSWERS],
        answers_count=len(answers),
        plan=_plan(convention, rows),
        deadlines=_deadlines(convention, access, today),
        changes=_changes(convention, access),
        review=convention.annual_reviews.published().defer("data").first(),
        first_steps=[] if rows else _first_steps(convention, access),
    )


def _url(convention: Convention, name: str, *args: Any, **query: Any) -> str:
    address = reverse(name, args=[convention.slug, *args])
    return f"{address}?{urlencode(query)}" if query else address


# What waits for the person


def _answers(convention: Convention, access: Access) -> list[Contribution]:
    """Those still owed in an open campaign, returned ones first."""
    mine = access.organizations_with(Right.ANSWER_CAMPAIGN)
    return list(
        Contribution.objects.filter(campaign__in=convention.campaigns.open())
        .of(mine)
        .waiting_for_answer()
        .annotate(is_returned=Q(state=Contribution.State.RETURNED))
        .select_related("action", "organization", "campaign")
        .order_by("campaign__closes_on", "-is_returned", "action__code")
    )


def _campaign_tasks(convention: Convention, access: Access, today: date) -> Iterator[Task]:
    if not access.has(Right.MANAGE_CAMPAIGN):
        return
    campaign = convention.campaigns.exclude(opened_at=None).first()
    if campaign is None:
        return
    answers = totals(campaign)
    yield Task(
        answers.to_validate,
        "réponse à valider",
        "réponses à valider",
        f"campagne {campaign.year}, à valider avant le {french_date(campaign.validates_on)}",
        _url(convention, "progress:queue"),
        "ongoing",
    )
    if campaign.is_open:
        yield Task(
            answers.owed,
            "réponse attendue",
            "réponses attendues",
            f"sur {answers.asked} demandées, avant le {french_date(campaign.closes_on)}",
            _url(convention, "progress:home"),
            "late" if campaign.closes_on < today else "neutral",
        )
    if campaign.closed_at or campaign.closes_on < today:
        yield Task(
            to_review(campaign).exclude(reviews__year=campaign.year).count(),
            "action à consolider",
            "actions à consolider",
            f"bilan {campaign.year}",
            _url(convention, "progress:year", campaign.year),
            "ongoing",
        )


def _plan_tasks(convention: Convention, access: Access, rows: list[Any]) -> Iterator[Task]:
    """The lead looks after every action, the others after those their organisation pilots."""
    query = {}
    if not access.has(Right.EDIT_PLAN):
        mine = access.organizations_with(Right.EDIT_PILOTED_ACTIONS)
        if not mine:
            return
        piloted = ActionPartner.objects.filter(
            action__convention=convention, role=ActionPartner.Role.PILOT, organization__in=mine
        )
        followed = set(piloted.values_list("action", flat=True))
        rows = [row for row in rows if row.pk in followed]
        query = {"pilot": mine[0].pk} if len(mine) == 1 else {}
    yield Task(
        sum(row.is_late for row in rows),
        "action en retard",
        "actions en retard",
        "échéance de l’action ou d’une étape dépassée",
        _url(convention, "actions:plan", late="true", **query),
        "late",
    )
    yield Task(
        sum(row.is_blocked for row in rows),
        "action bloquée",
        "actions bloquées",
        "à débloquer ou à porter au comité",
        _url(convention, "actions:plan", blocked="true", **query),
        "blocked",
    )


def _decision_tasks(convention: Convention, access: Access, today: date) -> Iterator[Task]:
    """The lead follows every decision, the others those their organisation has to apply."""
    decisions = Decision.objects.of(convention).overdue(today)
    detail = "échéance dépassée, encore à appliquer"
    if not access.has(Right.EDIT_PLAN):
        mine = access.organizations_with(Right.ANSWER_CAMPAIGN)
        if not mine:
            return
        decisions = decisions.filter(owner__in=mine)
        detail = f"échéance dépassée, à appliquer par {', '.join(map(str, mine))}"
    yield Task(
        decisions.count(),
        "décision en retard",
        "décisions en retard",
        detail,
        _url(convention, "governance:decisions", suite=LATE_DECISIONS),
        "late",
    )


def _funding_tasks(convention: Convention, access: Access, today: date) -> Iterator[Task]:
    if not access.has(Right.ENTER_PAYMENTS):
        return
    lines = BonusLine.objects.filter(facility__convention=convention, year__lte=today.year)
    waiting = lines.waiting_for_notification().aggregate(count=Count("pk"), latest=Max("year"))
    if not waiting["count"]:
        return
    yield Task(
        waiting["count"],
        "ligne de bonus sans notification",
        "lignes de bonus sans notification",
        f"la plus récente est de {waiting['latest']}",
        _url(convention, "financing:overview", annee=waiting["latest"], manque="notification"),
    )


def _first_steps(convention: Convention, access: Access) -> list[FirstStep]:
    """What an empty territory still needs, in order; for the lead alone."""
    if not access.has(Right.EDIT_PLAN):
        return []
    objectives = OperationalObjective.objects.current().filter(
        strategic_objective__stake__convention=convention
    )
    return [
        FirstStep(
            "Inviter les membres",
            "Les communes, la Caf et les partenaires répondent chacun pour leur organisme.",
            _url(convention, "convention:settings"),
            convention.memberships.count() > 1,
        ),
        FirstStep(
            "Écrire les enjeux",
            f"Ceux de la convention signée{NBSP}: trois ou quatre suffisent.",
            _url(convention, "actions:level_create", "enjeux"),
            convention.stakes.current().exists(),
        ),
        FirstStep(
            "Décliner les objectifs",
            f"Stratégiques, puis opérationnels{NBSP}: chaque action en sert un.",
            _url(convention, "actions:plan"),
            objectives.exists(),
        ),
        FirstStep(
            "Ajouter la première action",
            f"Un intitulé et un pilote suffisent pour commencer{NBSP}; le reste se complète.",
            _url(convention, "actions:create"),
            False,
        ),
    ]


# The plan in one look


def _plan_rows(convention: Convention, today: date) -> list[Any]:
    stake = F("operational_objective__strategic_objective__stake")
    actions = convention.actions.current().with_lateness(today).annotate(stake_pk=stake)
    return list(
        actions.order_by().values_list(
            "pk", "status", "progress", "is_late", "is_blocked", "stake_pk", named=True
        )
    )


def _plan(convention: Convention, rows: list[Any]) -> Plan:
    stakes = []
    for stake in convention.stakes.current():
        of_stake = [row for row in rows if row.stake_pk == stake.pk]
        late = count_by_state(of_stake)[LATE]
        stakes.append(StakeProgress(stake, share_done(of_stake), len(of_stake), late))
    return Plan(
        count=len(rows),
        segments=[
            (state, STATE_LABELS[state][count > 1], count)
            for state, count in count_by_state(rows).items()
        ],
        stakes=stakes,
        blocked=sum(row.is_blocked for row in rows),
    )


# What comes, what changed


def _deadlines(convention: Convention, access: Access, today: date) -> list[Deadline]:
    coming = [
        *_campaign_dates(convention, access, today),
        *_meeting_dates(convention, today),
        *_step_dates(convention, today),
        *_decision_dates(convention, today),
    ]
    return sorted(coming, key=lambda deadline: (deadline.on, deadline.label))[:DEADLINES]


def _campaign_dates(convention: Convention, access: Access, today: date) -> Iterator[Deadline]:
    """For those who answer or follow the campaign."""
    if not access.has(Right.ANSWER_CAMPAIGN) and not access.has(Right.FOLLOW_CAMPAIGN):
        return
    url = _url(convention, "progress:home")
    for campaign in convention.campaigns.filter(closed_at=None, validates_on__gte=today):
        dates = {
            "ouverture de la campagne": campaign.opens_on,
            "relance": campaign.reminds_on,
            "clôture de la saisie": campaign.closes_on,
            "fin de la validation": campaign.validates_on,
        }
        for label, on in dates.items():
            if on >= today:
                yield Deadline(on, f"{label} {campaign.year}".capitalize(), "campagne", url)


def _meeting_dates(convention: Convention, today: date) -> Iterator[Deadline]:
    meetings = Meeting.objects.filter(
        committee__convention=convention, starts_at__date__gte=today
    ).order_by("starts_at")
    for meeting in meetings.select_related("committee")[:DEADLINES]:
        on = timezone.localdate(meeting.starts_at)
        url = _url(convention, "governance:meeting", meeting.pk)
        yield Deadline(on, meeting.committee.name, "réunion", url)


def _step_dates(convention: Convention, today: date) -> Iterator[Deadline]:
    steps = ActionStep.objects.filter(
        action__in=convention.actions.current().unfinished(), due_on__gte=today, done_on=None
    ).order_by("due_on", "pk")
    for step in steps.select_related("action")[:DEADLINES]:
        url = _url(convention, "actions:detail", step.action.code)
        label = f"{step.action.code} · {step.title}"
        yield Deadline(step.due_on, label, "étape", url)  # type: ignore[arg-type]


def _decision_dates(convention: Convention, today: date) -> Iterator[Deadline]:
    decisions = Decision.objects.of(convention).filter(state=Decision.State.OPEN, due_on__gte=today)
    for decision in decisions.order_by("due_on", "pk")[:DEADLINES]:
        url = _url(convention, "governance:meeting", decision.meeting_id)
        yield Deadline(decision.due_on, decision.text, "décision", url)


def _changes(convention: Convention, access: Access) -> list[Change]:
    """Without what the person may not read elsewhere: answers, money, memberships."""
    entries = convention.journal.all()
    if not access.has(Right.FOLLOW_CAMPAIGN):
        entries = entries.exclude(verb__startswith="contribution.")
    if not access.has(Right.VIEW_FUNDING):
        entries = entries.exclude(target_type__app_label="financing")
    if not access.has(Right.MANAGE_CONVENTION):
        entries = entries.exclude(verb__startswith="membership.")
        entries = entries.exclude(verb__startswith="review.publication_")
    found = list(entries.select_related("by")[:CHANGES])
    action_type = ContentType.objects.get_for_model(Action).pk
    targets = [entry.target_id for entry in found if entry.target_type_id == action_type]
    codes = dict(Action.objects.filter(pk__in=targets).values_list("pk", "code"))
    return [
        Change(entry, codes.get(entry.target_id, "") if entry.target_type_id == action_type else "")
        for entry in found
    ]
