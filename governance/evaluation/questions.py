"""The four questions of the national frame, with the facts that help to answer them."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from actions.models import Action, Indicator
from ctg.french import counted, money_short, number
from governance.evaluation.data import Question
from governance.reviews.build.chapters import indicator_rows
from governance.reviews.build.money import total
from governance.reviews.build.sources import Sources
from governance.reviews.data.chapters import IndicatorRow

Amounts = Mapping[int, Decimal | None]
COHERENCE, ATTAINMENT, MEANS, EFFECTS = "coherence", "attainment", "means", "effects"
MORE = 8  # no more indicators named in a row


def questions(
    sources: Sources, paid: Amounts, spent: Amounts, written: Callable[[str], str]
) -> tuple[Question, ...]:
    asked = [
        (
            COHERENCE,
            "Cohérence et pertinence",
            "Le plan répondait-il aux besoins, et ses actions allaient-elles ensemble ?",
            _coherence(sources),
        ),
        (
            ATTAINMENT,
            "Degré d’atteinte",
            "Ce qui était prévu a-t-il été fait, et les cibles atteintes ?",
            _attainment(sources),
        ),
        (
            MEANS,
            "Moyens",
            "Les personnes, les partenaires et l’argent ont-ils suffi ?",
            _means(sources, paid, spent),
        ),
        (
            EFFECTS,
            "Effets et pérennité",
            "Qu’est-ce qui a changé pour les habitants, et qu’est-ce qui durera ?",
            _effects(sources),
        ),
    ]
    return tuple(
        Question(key, title, question, tuple(facts), written(key))
        for key, title, question, facts in asked
    )


def _coherence(sources: Sources) -> Iterator[str]:
    stakes = len(sources.tree)
    strategic = [branch for stake in sources.tree for branch in stake.branches]
    empty = [branch.objective.code for branch in strategic if not branch.actions]
    yield (
        f"{counted(len(sources.all_actions), 'action', 'actions')} pour "
        f"{counted(len(strategic), 'objectif stratégique', 'objectifs stratégiques')} et "
        f"{counted(stakes, 'enjeu', 'enjeux')}."
    )
    if empty:
        yield f"Sans aucune action : {_objectives(empty)}."
    own = {pk for places in sources.places.values() for pk in places}
    missing = [commune.name for commune in sources.communes if commune.pk not in own]
    everywhere = sum(a.scope == Action.Scope.TERRITORY for a in sources.all_actions)
    yield f"{counted(everywhere, 'action concerne', 'actions concernent')} tout le territoire."
    if missing:
        yield f"Sans action qui leur soit propre : {', '.join(missing)}."


def _objectives(codes: list[str]) -> str:
    return f"objectif{'s' if len(codes) > 1 else ''} {', '.join(codes)}"


def _attainment(sources: Sources) -> Iterator[str]:
    judged = sources.judgements(sources.all_actions)
    done = sum(one.status == Action.Status.DONE for one in judged)
    dropped = sum(one.status == Action.Status.ABANDONED for one in judged)
    yield f"{counted(done, 'action réalisée', 'actions réalisées')} sur {len(judged)}."
    if dropped:
        yield f"{counted(dropped, 'action abandonnée', 'actions abandonnées')}."
    aimed = [row for row in _rows(sources) if row.target is not None and _latest(row) is not None]
    yield _reached(sum(bool(row.verdict) for row in aimed), len(aimed))


def _reached(reached: int, aimed: int) -> str:
    if not aimed:
        return "Aucun indicateur mesuré n’a de cible."
    if aimed == 1:
        return f"Le seul indicateur mesuré {'a' if reached else 'n’a pas'} atteint sa cible."
    if not reached:
        return f"Aucun des {aimed} indicateurs mesurés n’a atteint sa cible."
    verb = "a atteint sa cible" if reached == 1 else "ont atteint leur cible"
    return f"{reached} des {aimed} indicateurs mesurés {verb}."


def _means(sources: Sources, paid: Amounts, spent: Amounts) -> Iterator[str]:
    organizations = {
        partner.organization_id
        for action in sources.all_actions
        for partner in action.partners.all()
    }
    yield f"{counted(len(organizations), 'organisme engagé', 'organismes engagés')} dans le plan."
    if (amount := total(paid.values())) is not None:
        yield f"{money_short(amount)} de bonus territoire versés."
    if (amount := total(spent.values())) is not None:
        yield f"{money_short(amount)} dépensés pour les actions, tous financeurs réunis."
    alone = sum(not action.pilot for action in sources.all_actions)
    if alone:
        yield f"{counted(alone, 'action est', 'actions sont')} sans pilote."


def _effects(sources: Sources) -> Iterator[str]:
    """The indicators of result and impact that have values, from the first to the last."""
    kinds = {str(kind.label) for kind in (Indicator.Kind.RESULT, Indicator.Kind.IMPACT)}
    moved = [line for row in _rows(sources) if row.kind in kinds and (line := _course(row))]
    yield from moved[:MORE]
    if len(moved) > MORE:
        others = counted(len(moved) - MORE, "autre indicateur", "autres indicateurs")
        yield f"Et {others} en annexe."
    lasting = sum(action.is_continuous for action in sources.all_actions)
    yield f"{counted(lasting, 'action n’a', 'actions n’ont')} pas de date de fin."


def _rows(sources: Sources) -> list[IndicatorRow]:
    return [row for action in sources.all_actions for row in indicator_rows(sources, action)]


def _latest(row: IndicatorRow) -> Decimal | None:
    known = [value for value in row.values if value is not None]
    return known[-1] if known else None


def _course(row: IndicatorRow) -> str:
    """« A-01 Visites : 400 en 2021, 1 000 en 2022 », or its only year."""
    known = [(year, value) for year, value in row.series if value is not None]
    if not known:
        return ""
    ends = dict.fromkeys((known[0], known[-1]))
    said = ", ".join(f"{number(value)} en {year}" for year, value in ends)
    unit = f" ({row.unit})" if row.unit else ""
    return f"{row.action} {row.title}{unit} : {said}."
