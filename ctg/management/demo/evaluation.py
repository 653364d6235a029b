"""The final evaluation in preparation: two questions answered, most of the actions decided."""

from actions.models import Action
from ctg.management.demo.cards import Card
from ctg.management.demo.cast import Scene
from governance.evaluation import services
from governance.models import FinalEvaluation, FollowUp

Status, Decision = Action.Status, FollowUp.Decision
TEXTS = {
    "coherence": "Les trois enjeux restent ceux des habitants. Le plan a d’abord réuni des "
    "projets que chacun menait de son côté ; les actions se répondent mieux depuis que les "
    "groupes de travail les lisent ensemble.\n\nLes petites communes disent encore que le plan "
    "parle surtout des grandes.",
    "attainment": "L’essentiel de ce qui dépendait d’une organisation commune est fait ou en "
    "bonne voie. Ce qui demandait un local ou un recrutement a pris du retard.",
}
REASONS = {
    Decision.ADAPT: "L’action répond au besoin, mais pas sous cette forme : revoir le calendrier "
    "et le nombre de communes.",
    Decision.STOP: "Le besoin est couvert autrement.",
}
UNDECIDED = 5  # one action in so many still waits for a decision


def write(scene: Scene, cards: list[Card]) -> None:
    evaluation = FinalEvaluation.objects.create(convention=scene.convention)
    services.save_texts(evaluation, TEXTS)
    actions = [card.action for card in cards]
    decided = [action for rank, action in enumerate(actions) if rank % UNDECIDED]
    services.decide(evaluation, {action: _follow_up(action) for action in decided})


def _follow_up(action: Action) -> tuple[str, str]:
    decision = Decision.CONTINUE
    if action.status == Status.ABANDONED:
        decision = Decision.STOP
    elif action.status == Status.POSTPONED or action.is_blocked:
        decision = Decision.ADAPT
    return decision, REASONS.get(decision, "")
