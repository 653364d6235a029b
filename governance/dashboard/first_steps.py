"""What an empty territory still needs, in order."""

from dataclasses import dataclass

from actions.models import OperationalObjective
from ctg.convention.models import Convention
from ctg.convention.rights import Access, Right
from ctg.french import NBSP
from governance.dashboard.address import address


@dataclass(frozen=True)
class FirstStep:
    label: str
    text: str
    url: str
    is_done: bool


def first_steps(convention: Convention, access: Access) -> list[FirstStep]:
    """For the lead alone."""
    if not access.has(Right.EDIT_PLAN):
        return []
    objectives = OperationalObjective.objects.current().filter(
        strategic_objective__stake__convention=convention
    )
    return [
        FirstStep(
            "Dire le territoire",
            "Ses communes et ses partenaires, puis les thématiques que la convention couvre.",
            address(convention, "convention:territory"),
            convention.communes.exists(),
        ),
        FirstStep(
            "Inviter les membres",
            "Les communes, la Caf et les partenaires répondent chacun pour leur organisme.",
            address(convention, "convention:members"),
            convention.memberships.count() > 1,
        ),
        FirstStep(
            "Écrire les enjeux",
            f"Ceux de la convention signée{NBSP}: trois ou quatre suffisent.",
            address(convention, "actions:level_create", "enjeux"),
            convention.stakes.current().exists(),
        ),
        FirstStep(
            "Décliner les objectifs",
            f"Stratégiques, puis opérationnels{NBSP}: chaque action en sert un.",
            address(convention, "actions:plan"),
            objectives.exists(),
        ),
        FirstStep(
            "Ajouter la première action",
            f"Un intitulé et un pilote suffisent{NBSP}; un plan tenu dans un tableur s’importe, "
            f"depuis «{NBSP}Plan d’action{NBSP}», «{NBSP}Organiser{NBSP}».",
            address(convention, "actions:create"),
            False,
        ),
    ]
