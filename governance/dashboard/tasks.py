"""What waits for the person: the answers she owes, then one line per kind of thing to follow."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from actions.consolidation import to_review
from actions.models import ActionPartner, Contribution, Overlap, Proposal
from actions.overview import totals
from ctg.convention.models import Convention
from ctg.convention.rights import Access, Right
from ctg.french import french_date
from financing.deadlines import deadlines
from financing.models import BonusLine
from financing.rights import declarable_facilities
from governance.committees import slipping
from governance.dashboard.address import address
from governance.filters import LATE as LATE_DECISIONS
from governance.models import Decision


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


def tasks_of(convention: Convention, access: Access, rows: list[Any], today: date) -> list[Task]:
    """``rows``: the plan, as plan_rows() reads it once for the whole page."""
    tasks = [
        *_campaign_tasks(convention, access, today),
        *_plan_tasks(convention, access, rows),
        *_decision_tasks(convention, access, today),
        *_committee_tasks(convention, access),
        *_funding_tasks(convention, access, today),
    ]
    return [task for task in tasks if task.count]


def answers_owed(convention: Convention, access: Access) -> list[Contribution]:
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
        address(convention, "progress:queue"),
        "ongoing",
    )
    if campaign.is_open:
        yield Task(
            answers.owed,
            "réponse attendue",
            "réponses attendues",
            f"sur {answers.asked} demandées, avant le {french_date(campaign.closes_on)}",
            address(convention, "progress:home"),
            "late" if campaign.closes_on < today else "neutral",
        )
    if campaign.closed_at or campaign.closes_on < today:
        yield Task(
            to_review(campaign).exclude(reviews__year=campaign.year).count(),
            "action à consolider",
            "actions à consolider",
            f"bilan {campaign.year}",
            address(convention, "progress:year", campaign.year),
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
        address(convention, "actions:plan", late="true", **query),
        "late",
    )
    yield Task(
        sum(row.is_blocked for row in rows),
        "action bloquée",
        "actions bloquées",
        "à débloquer ou à porter au comité",
        address(convention, "actions:plan", blocked="true", **query),
        "blocked",
    )
    if access.has(Right.EDIT_PLAN):
        yield Task(
            Overlap.objects.of(convention).waiting().count(),
            "doublon à examiner",
            "doublons à examiner",
            "des actions qui se ressemblent : à réunir, lier ou écarter",
            address(convention, "actions:overlaps"),
        )
        yield Task(
            convention.proposals.filter(state=Proposal.State.WAITING).count(),
            "proposition à examiner",
            "propositions à examiner",
            "des actions que communes et partenaires proposent",
            address(convention, "actions:proposals"),
            "ongoing",
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
        address(convention, "governance:decisions", suite=LATE_DECISIONS),
        "late",
    )


def _committee_tasks(convention: Convention, access: Access) -> Iterator[Task]:
    if not access.has(Right.MANAGE_GOVERNANCE):
        return
    late = slipping(convention, timezone.now())
    page = address(convention, "governance:committees")
    if len(late) == 1:
        page = address(convention, "governance:committee", late[0].pk)
    names = ", ".join(map(str, late[:2])) + ("…" if len(late) > 2 else "")
    yield Task(
        len(late),
        "comité à réunir",
        "comités à réunir",
        f"{names} : rythme dépassé, aucune date n’est prise",
        page,
        "late",
    )


def _funding_tasks(convention: Convention, access: Access, today: date) -> Iterator[Task]:
    yield from _declaration_tasks(convention, access, today)
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
        address(convention, "financing:amounts", waiting["latest"]),
    )


def _declaration_tasks(convention: Convention, access: Access, today: date) -> Iterator[Task]:
    """What a manager’s member declares for it, the next date first; the lead for everyone."""
    if not access.has(Right.DECLARE):
        return
    mine = declarable_facilities(access, convention)
    owed = [one for one in deadlines(convention, mine, today) if one.owed]
    if not owed:
        return
    yield Task(
        sum(one.missing for one in owed),
        "déclaration d’activité à faire",
        "déclarations d’activité à faire",
        f"{owed[0].label}, avant le {french_date(owed[0].due_on)}",
        address(convention, "financing:deadlines"),
        "late" if owed[0].is_late else "neutral",
    )
