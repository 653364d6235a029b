"""Who may do what in a convention: one table, asked by pages, API and commands alike."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models

if TYPE_CHECKING:
    from ctg.convention.models import Membership, Organization


class Role(models.TextChoices):
    LEAD = "lead", "chef·fe de projet"
    PILOT = "pilot", "référent·e"
    CONTRIBUTOR = "contributor", "agent communal ou partenaire"
    FUNDER = "funder", "conseiller·ère Caf"
    READER = "reader", "élu·e"


class Right(StrEnum):
    EDIT_PLAN = "modifier le plan"
    EDIT_PILOTED_ACTIONS = "modifier les actions pilotées par son organisme"
    PROPOSE_ACTION = "proposer une action"
    ANSWER_CAMPAIGN = "répondre aux campagnes pour son organisme"
    FOLLOW_CAMPAIGN = "suivre la campagne et ses réponses"
    MANAGE_CAMPAIGN = "ouvrir, valider et clore les campagnes"
    VIEW_GOVERNANCE = "lire la gouvernance"
    MANAGE_GOVERNANCE = "préparer les réunions et noter les décisions"
    VIEW_FUNDING = "lire les financements"
    MANAGE_FUNDING = "tenir les équipements, les conventions de financement et les budgets"
    DECLARE = "déclarer l’activité des équipements de son organisme"
    ENTER_PAYMENTS = "saisir les montants notifiés et versés"
    VIEW_DRAFT_REVIEW = "lire les bilans en préparation"
    PREPARE_REVIEW = "préparer et publier les bilans"
    PUBLISH = "ouvrir les pages publiques et choisir ce qui s’y lit"
    MANAGE_CONVENTION = "régler la convention et inviter"


RIGHTS: dict[str, frozenset[Right]] = {
    Role.LEAD: frozenset(Right),
    Role.PILOT: frozenset(
        {
            Right.EDIT_PILOTED_ACTIONS,
            Right.PROPOSE_ACTION,
            Right.ANSWER_CAMPAIGN,
            Right.FOLLOW_CAMPAIGN,
            Right.VIEW_GOVERNANCE,
            Right.VIEW_FUNDING,
            Right.DECLARE,
            Right.VIEW_DRAFT_REVIEW,
        }
    ),
    Role.CONTRIBUTOR: frozenset(
        {Right.PROPOSE_ACTION, Right.ANSWER_CAMPAIGN, Right.DECLARE, Right.VIEW_GOVERNANCE}
    ),
    Role.FUNDER: frozenset(
        {
            Right.FOLLOW_CAMPAIGN,
            Right.VIEW_GOVERNANCE,
            Right.VIEW_FUNDING,
            Right.ENTER_PAYMENTS,
            Right.VIEW_DRAFT_REVIEW,
        }
    ),
    Role.READER: frozenset({Right.VIEW_GOVERNANCE, Right.VIEW_FUNDING}),
}


class Access:
    """What one person may do in one convention, all her memberships taken together."""

    def __init__(self, memberships: Iterable["Membership"]) -> None:
        self.memberships = tuple(memberships)

    def __bool__(self) -> bool:
        return bool(self.memberships)

    def has(self, right: Right) -> bool:
        return any(right in RIGHTS[membership.role] for membership in self.memberships)

    def organizations_with(self, right: Right) -> list["Organization"]:
        return [
            membership.organization
            for membership in self.memberships
            if right in RIGHTS[membership.role]
        ]

    @property
    def is_lead(self) -> bool:
        return any(membership.role == Role.LEAD for membership in self.memberships)

    @property
    def label(self) -> str:
        return " · ".join(
            f"{Role(membership.role).label}, {membership.organization}"
            for membership in self.memberships
        )

    def __getattr__(self, name: str) -> bool:
        """Templates ask ``request.access.can_edit_plan``: one attribute per right."""
        if name.startswith("can_"):
            return self.has(Right[name.removeprefix("can_").upper()])
        raise AttributeError(name)


def require(allowed: bool, because: str = "") -> None:
    """Raise PermissionDenied with a French sentence that says who can."""
    if not allowed:
        raise PermissionDenied(because or "Votre rôle dans cette convention ne le permet pas.")
