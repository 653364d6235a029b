"""What a commune would like to see in the plan: one proposal waits, another got its answer."""

from datetime import timedelta

from actions.models import Proposal
from ctg.management.demo.cast import Scene
from ctg.management.demo.story import at

WAITING = (
    "Prêter des jeux aux familles le mercredi",
    "La médiathèque a de la place le mercredi après-midi et deux bénévoles formées. Nous "
    "voudrions y prêter des jeux, avec un coin pour les tout-petits, et l’ouvrir aux communes "
    "voisines.",
)
DECLINED = (
    "Ouvrir un cybercafé",
    "Une salle équipée de six postes, ouverte chaque après-midi.",
    "Les points d’accès numérique des mairies répondent déjà à ce besoin ; parlons-en au prochain "
    "groupe de suivi.",
)


def write(scene: Scene) -> None:
    convention, sacha = scene.convention, scene.people["sacha"]
    common = {
        "convention": convention,
        "organization": scene.organizations["Labège"],
        "made_by": sacha,
    }
    day = scene.story.today
    title, description = WAITING
    waiting = Proposal.objects.create(
        title=title, description=description, made_at=at(day - timedelta(days=5), 10), **common
    )
    waiting.themes.set(convention.themes.filter(code__in=["parentalite", "vie-locale"]))
    title, description, answer = DECLINED
    Proposal.objects.create(
        title=title,
        description=description,
        made_at=at(day - timedelta(days=60), 10),
        state=Proposal.State.DECLINED,
        answer=answer,
        decided_at=at(day - timedelta(days=52), 15),
        decided_by=scene.lead,
        **common,
    )
