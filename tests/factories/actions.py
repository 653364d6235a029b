from datetime import date

from django.utils import timezone

from actions.models import (
    Action,
    ActionPartner,
    ActionReview,
    Campaign,
    Contribution,
    Indicator,
    OperationalObjective,
    Publication,
    SavedView,
    Stake,
    StrategicObjective,
)
from tests.factories import serial


def make_stake(convention, **fields):
    number = convention.stakes.count() + 1
    fields = {"code": str(number), "title": f"Enjeu {number}", "position": number} | fields
    return Stake.objects.create(convention=convention, **fields)


def make_objective(convention, stake=None, **fields):
    """An operational objective with the levels above it."""
    stake = stake or convention.stakes.first() or make_stake(convention)
    strategic = stake.strategic_objectives.first() or StrategicObjective.objects.create(
        stake=stake, code=f"{stake.code}.1", title="Accompagner la parentalité", position=1
    )
    number = strategic.operational_objectives.count() + 1
    fields = {
        "code": f"{strategic.code}.{number}",
        "title": "Faire connaître les lieux d’accueil",
        "position": number,
    } | fields
    return OperationalObjective.objects.create(strategic_objective=strategic, **fields)


def make_action(convention, *, pilot=None, communes=(), themes=(), public=False, **fields):
    number = next(serial)
    if "operational_objective" not in fields:
        fields["operational_objective"] = OperationalObjective.objects.filter(
            strategic_objective__stake__convention=convention
        ).first() or make_objective(convention)
    fields = {"code": f"A-{number}", "title": f"Action {number}", "position": number} | fields
    action = Action.objects.create(convention=convention, **fields)
    action.communes.set(communes)
    action.themes.set(themes)
    if pilot:
        ActionPartner.objects.create(
            action=action, organization=pilot, role=ActionPartner.Role.PILOT
        )
    if public:
        Publication.objects.create(action=action)
    return action


def make_indicator(action, title="Rendez-vous tenus", **fields):
    return Indicator.objects.create(action=action, title=title, **fields)


def make_campaign(convention, year=2022, *, is_open=True, **fields):
    fields = {
        "opens_on": date(year + 1, 1, 2),
        "reminds_on": date(year + 1, 1, 16),
        "closes_on": date(year + 1, 1, 31),
        "validates_on": date(year + 1, 2, 15),
        "opened_at": timezone.now() if is_open else None,
    } | fields
    return Campaign.objects.create(convention=convention, year=year, **fields)


def make_contribution(campaign, action, organization, **fields):
    if fields.get("state") in Contribution.SENT:
        fields = {"submitted_at": timezone.now(), "status": "ongoing"} | fields
    if fields.get("state") == Contribution.State.VALIDATED:
        fields = {"validated_at": timezone.now()} | fields
    return Contribution.objects.create(
        campaign=campaign, action=action, organization=organization, **fields
    )


def make_action_review(action, year=2022, **fields):
    fields = {"status": action.status, "progress": 50, "consolidated_at": timezone.now()} | fields
    return ActionReview.objects.create(action=action, year=year, **fields)


def make_saved_view(convention, owner, name="Vue", **fields):
    return SavedView.objects.create(convention=convention, owner=owner, name=name, **fields)
