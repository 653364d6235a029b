"""A chapter per commune: its actions, all that it said, the bonus of its facilities."""

from collections import defaultdict

from actions.models import Action, Contribution, IndicatorValue
from actions.progress import share_done
from ctg.convention.models import Commune
from ctg.french import NOTHING, counted, money_short, percent
from governance.reviews.build.chapters import segments
from governance.reviews.build.money import bonus_by_facility
from governance.reviews.build.sources import Judged, Sources
from governance.reviews.data.communes import CommuneAnswer, CommuneChapter, Figure, anchor_of
from governance.reviews.data.opening import KeyFigure

STATES = {
    Contribution.Status.TODO: "todo",
    Contribution.Status.ONGOING: "ongoing",
    Contribution.Status.DONE: "done",
    Contribution.Status.SUSPENDED: "postponed",
}


def commune_chapters(sources: Sources) -> tuple[CommuneChapter, ...]:
    judged: dict[int, list[Judged]] = defaultdict(list)
    for one in sources.judged.values():
        if one.action.scope == Action.Scope.COMMUNES:
            for commune in sources.places.get(one.action.pk, ()):
                judged[commune].append(one)
    asked: dict[int, list[Contribution]] = defaultdict(list)
    for contribution in sources.contributions:
        asked[contribution.organization_id].append(contribution)
    return tuple(
        _chapter(sources, commune, judged[commune.pk], asked[commune.pk])
        for commune in sources.communes
    )


def _chapter(
    sources: Sources, commune: Commune, judged: list[Judged], asked: list[Contribution]
) -> CommuneChapter:
    sent = sum(contribution.is_sent for contribution in asked)
    bonus = bonus_by_facility(sources, commune.pk)
    return CommuneChapter(
        name=commune.name,
        anchor=anchor_of(commune.name),
        summary=_summary(sources, commune, judged, len(asked), sent),
        figures=(
            *_plan_figures(sources, judged),
            KeyFigure(f"{sent}/{len(asked)}" if asked else NOTHING, "réponses envoyées", ""),
            KeyFigure(
                money_short(bonus.total.paid if bonus else None),
                "de bonus territoire versés",
                "à ses équipements",
            ),
        ),
        segments=segments(judged),
        actions=tuple(one.action.code for one in judged),
        answers=_answers(sources, asked),
        bonus=bonus,
    )


def _plan_figures(sources: Sources, judged: list[Judged]) -> tuple[KeyFigure, KeyFigure]:
    before = share_done(sources.last_judgements(one.action for one in judged))
    return (
        KeyFigure(str(len(judged)), f"action{'s' if len(judged) > 1 else ''} avec la commune", ""),
        KeyFigure(
            percent(share_done(judged)),
            "d’avancement moyen",
            "" if before is None else f"{percent(before)} en {sources.year - 1}",
        ),
    )


def _summary(
    sources: Sources, commune: Commune, judged: list[Judged], asked: int, sent: int
) -> str:
    part = (
        f"{commune.name} prend part à {counted(len(judged), 'action', 'actions')}"
        if judged
        else "Aucune action n’est propre à la commune"
    )
    shared = sum(one.action.scope == Action.Scope.TERRITORY for one in sources.judged.values())
    beside = f", en plus de {counted(shared, 'action', 'actions')} pour tout le territoire"
    return f"{part}{beside if shared else ''}. {_answered(asked, sent, sources.year)}"


def _answered(asked: int, sent: int, year: int) -> str:
    if not asked:
        return f"Aucune réponse ne lui a été demandée pour {year}."
    if asked == 1:
        state = "est envoyée" if sent else "n’est pas encore envoyée"
        return f"La réponse attendue {state}."
    if not sent:
        return f"Elle n’a encore envoyé aucune des {asked} réponses attendues."
    return f"Elle a envoyé {counted(sent, 'réponse', 'réponses')} sur {asked}."


def _answers(sources: Sources, asked: list[Contribution]) -> tuple[CommuneAnswer, ...]:
    """Those validated, in plan order."""
    order = {pk: rank for rank, pk in enumerate(sources.judged)}
    heard = [c for c in asked if c.state == Contribution.State.VALIDATED and c.action_id in order]
    heard.sort(key=lambda contribution: order[contribution.action_id])
    return tuple(_answer(sources, contribution) for contribution in heard)


def _answer(sources: Sources, contribution: Contribution) -> CommuneAnswer:
    action = sources.judged[contribution.action_id].action
    status = Contribution.Status(contribution.status)
    return CommuneAnswer(
        code=action.code,
        title=action.title,
        state=STATES[status],
        state_label=status.label,
        done=contribution.done.strip(),
        difficulty=contribution.difficulty.strip(),
        figures=_figures(sources, contribution),
    )


def _figures(sources: Sources, contribution: Contribution) -> tuple[Figure, ...]:
    """In the order of the indicators of the action."""
    values: dict[int, IndicatorValue] = {
        value.indicator_id: value for value in sources.reported.get(contribution.pk, ())
    }
    return tuple(
        Figure(
            indicator.title, indicator.unit, values[indicator.pk].value, values[indicator.pk].text
        )
        for indicator in sources.indicators.get(contribution.action_id, ())
        if indicator.pk in values
    )
