"""A row of each resource, and how its address names it; Malik’s organisation pilots and manages,
Labège (Sacha’s) answers and proposes."""

from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile

from actions.models import Audience, Finding, Proposal
from governance.models import FinalEvaluation
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
    make_indicator,
)
from tests.factories.ctg import make_theme
from tests.factories.financing import (
    make_agreement,
    make_bonus_line,
    make_budget_line,
    make_declaration,
    make_funded_facility,
    make_grant,
    make_instalment,
    make_rate,
)
from tests.factories.governance import (
    make_agenda_item,
    make_attendance,
    make_committee,
    make_decision,
    make_meeting,
    make_review,
    make_seat,
)


def make_rows(convention, labege, lead):
    """{resource: what its address names}, one of each."""
    action, contribution = plan_rows(convention, labege)
    facility = make_funded_facility(convention)
    line = make_bonus_line(facility, forecast=Decimal(1000))
    make_declaration(line)
    make_budget_line(action)
    committee = make_committee(convention)
    make_seat(committee)
    meeting = make_meeting(committee, state="held")
    make_attendance(meeting, labege)
    make_agenda_item(meeting, actions=[action])
    review = make_review(convention, 2022, published_by=lead, data={"year": 2022})
    review.file.save("bilan.pdf", ContentFile(b"%PDF"))
    objective = action.operational_objective
    return {
        "organizations": labege.pk,
        "communes": labege.pk,
        "themes": make_theme(convention).pk,
        "members": convention.memberships.first().pk,
        "journal": None,
        "stakes": action.stake.pk,
        "strategic-objectives": objective.strategic_objective.pk,
        "operational-objectives": objective.pk,
        "findings": Finding.objects.create(convention=convention, text="Peu de places").pk,
        "audiences": Audience.objects.create(convention=convention, label="Parents").pk,
        "actions": action.code,
        "proposals": Proposal.objects.create(
            convention=convention, organization=labege, title="Idée", description="Utile"
        ).pk,
        "campaigns": 2022,
        "contributions": contribution.pk,
        "action-reviews": make_action_review(action, 2022, status="ongoing", progress=10).pk,
        "facilities": facility.pk,
        "agreements": make_agreement(facility).pk,
        "bonus-lines": line.pk,
        "instalments": make_instalment(line, paid_on=None, due_on=date(2022, 5, 1)).pk,
        "rates": make_rate(convention=convention).pk,
        "budgets": action.code,
        "grants": make_grant(convention).pk,
        "committees": committee.pk,
        "meetings": meeting.pk,
        "decisions": make_decision(meeting, actions=[action]).pk,
        "reviews": review.pk,
        "evaluations": FinalEvaluation.objects.create(convention=convention).pk,
    }


def plan_rows(convention, labege):
    action = make_action(convention, code="A-01", pilot=convention.epci, communes=[labege])
    action.steps.create(title="Réserver", due_on=date(2022, 6, 1))
    indicator = make_indicator(action)
    contribution = make_contribution(make_campaign(convention, 2022), action, labege)
    indicator.values.create(year=2022, value=3, contribution=contribution)
    return action, contribution
