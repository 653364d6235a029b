"""Predicates of the plan; each takes the person’s Access to the convention."""

from actions.models import Action, ActionPartner, Contribution, SavedView
from ctg.accounts.models import User
from ctg.convention.rights import Access, Right


def can_edit_action(access: Access, action: Action) -> bool:
    """The lead edits any action; the pilot organisation its own while it is not finished."""
    if access.has(Right.EDIT_PLAN):
        return True
    pilots = action.organizations(ActionPartner.Role.PILOT, ActionPartner.Role.CO_PILOT)
    mine = access.organizations_with(Right.EDIT_PILOTED_ACTIONS)
    return not action.is_finished and any(organization in pilots for organization in mine)


def can_view_contribution(access: Access, contribution: Contribution) -> bool:
    """Those who follow the campaign read every answer; the others their organisation’s."""
    return access.has(Right.FOLLOW_CAMPAIGN) or can_answer(access, contribution)


def can_answer(access: Access, contribution: Contribution) -> bool:
    """An organisation answers for itself; the lead may answer for anyone."""
    return access.has(Right.MANAGE_CAMPAIGN) or contribution.organization in (
        access.organizations_with(Right.ANSWER_CAMPAIGN)
    )


def can_change_view(access: Access, view: SavedView, user: User) -> bool:
    """Its owner; and the lead, who keeps what is shared in order."""
    return view.owner == user or (view.is_shared and access.has(Right.EDIT_PLAN))
