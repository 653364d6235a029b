"""Public pages, open, with most of the plan: two actions in three, the others still waiting."""

from actions.publication.services import publish
from ctg.management.demo.cards import Card
from ctg.management.demo.cast import Scene
from governance.models import PublicSite
from governance.public.services import open_pages

INTRODUCTION = (
    "Ces pages montrent à quoi ressembleraient celles d’un territoire : le plan, ses chiffres et "
    "ses bilans, tels que le ou la chef·fe de projet choisit de les publier. Tout y est fictif."
)


def write(scene: Scene, cards: list[Card]) -> None:
    site = PublicSite(
        convention=scene.convention,
        introduction=INTRODUCTION,
        contact_email="ctg@demo.example",
        shows_grants=True,
    )
    open_pages(site, by=scene.lead)
    publish([card.action for rank, card in enumerate(cards) if rank % 3 < 2], by=scene.lead)
