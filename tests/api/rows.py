"""A row of each resource, and how its address names it; Malik’s organisation pilots and manages,
Labège (Sacha’s) answers and proposes."""

from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile

from actions.models import Audience, Finding, Proposal
from ctg.convention.models import JournalEntry
from governance.models import FinalEvaluation
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
    make_indicator,
    make_objective,
    make_stake,
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


def make_rows(convention, labege, lead, year=2022):
    """{resource: what its address names}, one of each; again with another year."""
    action, contribution = plan_rows(convention, labege, year)
    facility = make_funded_facility(convention)
    line = make_bonus_line(facility, year, forecast=Decimal(1000))
    make_declaration(line)
    make_budget_line(action)
    committee = make_committee(convention)
    make_seat(committee)
    meeting = make_meeting(committee, state="held")
    make_attendance(meeting, labege)
    make_agenda_item(meeting, actions=[action])
    convention.signatures.get_or_create(organization=labege)
    review = make_review(convention, year, published_by=lead, data={"year": year})
    review.file.save("bilan.pdf", ContentFile(b"%PDF"))
    objective = action.operational_objective
    return {
        "organizations": labege.pk,
        "communes": labege.pk,
        "themes": make_theme(convention).pk,
        "members": convention.memberships.first().pk,
        "journal": JournalEntry.objects.create(
            convention=convention, by=lead, verb="essai", summary="Essai", target=action
        ).pk,
        "stakes": action.stake.pk,
        "strategic-objectives": objective.strategic_objective.pk,
        "operational-objectives": objective.pk,
        "findings": Finding.objects.create(convention=convention, text="Peu de places").pk,
        "audiences": Audience.objects.create(convention=convention, label=f"Parents {year}").pk,
        "actions": action.code,
        "proposals": Proposal.objects.create(
            convention=convention, organization=labege, title="Idée", description="Utile"
        ).pk,
        "campaigns": year,
        "contributions": contribution.pk,
        "action-reviews": make_action_review(action, year, status="ongoing", progress=10).pk,
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
        "evaluations": FinalEvaluation.objects.create(convention=convention, edition=year).pk,
    }


def plan_rows(convention, labege, year):
    objective = make_objective(convention, make_stake(convention))
    action = make_action(
        convention,
        operational_objective=objective,
        code=f"A-{year}",
        pilot=convention.epci,
        communes=[labege],
    )
    action.steps.create(title="Réserver", due_on=date(2022, 6, 1))
    indicator = make_indicator(action)
    contribution = make_contribution(make_campaign(convention, year), action, labege)
    indicator.values.create(year=year, value=3, contribution=contribution)
    return action, contribution
