"""Commune by commune and partner by partner: who takes part, who answered, what they said."""

from collections import Counter, defaultdict

from actions.models import Action, ActionPartner, Contribution
from ctg.convention.models import Commune, Organization
from ctg.convention.tiles import tile_cells
from ctg.french import counted, shortened
from governance.reviews.build.chapters import stake_number
from governance.reviews.build.sources import Sources
from governance.reviews.data.chapters import (
    Answers,
    Column,
    CommuneRow,
    Contributions,
    PartnerLine,
    Quote,
    Territory,
    Tile,
)
from governance.reviews.data.communes import anchor_of

QUOTES, QUOTE_WIDTH = 2, 260
PILOTS = (ActionPartner.Role.PILOT, ActionPartner.Role.CO_PILOT)


def territory(sources: Sources) -> Territory:
    """Actions per commune and strategic objective; those for everyone are counted apart."""
    counts: Counter[tuple[int, int]] = Counter()
    everywhere: Counter[int] = Counter()
    columns = []
    for rank, stake in enumerate(sources.tree):
        for branch in stake.branches:
            objective = branch.objective
            for action in branch.actions:
                if action.scope == Action.Scope.TERRITORY:
                    everywhere[objective.pk] += 1
                counts.update((pk, objective.pk) for pk in _places(sources, action))
            columns.append((stake_number(rank), objective))
    return Territory(
        everywhere=everywhere.total(),
        columns=tuple(
            Column(number, objective.code, objective.title, everywhere[objective.pk])
            for number, objective in columns
        ),
        rows=tuple(
            _row(commune, [counts[commune.pk, objective.pk] for _, objective in columns])
            for commune in sources.communes
        ),
        tiles=_tiles(sources),
    )


def _places(sources: Sources, action: Action) -> list[int]:
    if action.scope == Action.Scope.TERRITORY:
        return []
    return sources.places.get(action.pk, [])


def _row(commune: Commune, counts: list[int]) -> CommuneRow:
    return CommuneRow(commune.name, tuple(counts), sum(counts))


def _tiles(sources: Sources) -> tuple[Tile, ...]:
    """A commune without a place on the map has no tile."""
    totals = Counter(pk for action in sources.all_actions for pk in _places(sources, action))
    placed = {
        commune.pk: (float(commune.latitude), float(commune.longitude))
        for commune in sources.communes
        if commune.latitude is not None and commune.longitude is not None
    }
    names = {commune.pk: commune.name for commune in sources.communes}
    return tuple(
        Tile(names[pk], totals[pk], row, column) for pk, (row, column) in tile_cells(placed).items()
    )


def contributions(sources: Sources) -> Contributions:
    by_organization: dict[int, list[Contribution]] = defaultdict(list)
    for contribution in sources.contributions:
        by_organization[contribution.organization_id].append(contribution)
    communes = tuple(
        _answers(sources, commune, by_organization[commune.pk]) for commune in sources.communes
    )
    return Contributions(_summary(sources, communes), communes)


def _summary(sources: Sources, communes: tuple[Answers, ...]) -> str:
    asked = [answers for answers in communes if answers.asked]
    if not asked:
        return f"Aucune commune n’a été interrogée pour {sources.year}."
    sent = sum(answers.sent > 0 for answers in asked)
    complete = sum(answers.sent == answers.asked for answers in asked)
    questioned = counted(len(asked), "commune interrogée", "communes interrogées")
    verb = "a répondu" if sent < 2 else "ont répondu"
    return f"Sur {questioned}, {sent} {verb}, dont {complete} pour toutes leurs actions."


ANSWER_STATES = {
    "none": ("neutral", "Non interrogée"),
    "silent": ("late", "Sans réponse"),
    "partial": ("ongoing", "Réponse partielle"),
    "complete": ("done", "Réponse complète"),
}


def _answers(sources: Sources, commune: Commune, asked: list[Contribution]) -> Answers:
    sent = sum(contribution.is_sent for contribution in asked)
    state, label = ANSWER_STATES[_answer_state(len(asked), sent)]
    return Answers(
        name=commune.name,
        anchor=anchor_of(commune.name),
        asked=len(asked),
        sent=sent,
        state=state,
        state_label=label,
        quotes=_quotes(sources, asked),
    )


def _answer_state(asked: int, sent: int) -> str:
    if not asked:
        return "none"
    if not sent:
        return "silent"
    return "complete" if sent == asked else "partial"


def _quotes(sources: Sources, asked: list[Contribution]) -> tuple[Quote, ...]:
    """What was done and one difficulty, from validated answers, each thing said once."""
    order = {pk: rank for rank, pk in enumerate(sources.judged)}
    heard = sorted(
        (c for c in asked if c.state == Contribution.State.VALIDATED and c.action_id in order),
        key=lambda contribution: order[contribution.action_id],
    )
    done = [_quote(sources, c, c.done, False) for c in heard if c.done.strip()]
    hard = [_quote(sources, c, c.difficulty, True) for c in heard if c.difficulty.strip()]
    distinct = {quote.text: quote for quote in reversed(done)}
    return (*list(distinct.values())[::-1][:QUOTES], *hard[:1])


def _quote(sources: Sources, contribution: Contribution, text: str, difficulty: bool) -> Quote:
    code = sources.judged[contribution.action_id].action.code
    return Quote(code, shortened(text, QUOTE_WIDTH), difficulty)


def partners(sources: Sources) -> tuple[PartnerLine, ...]:
    """Organisations other than communes, those that pilot most first."""
    organizations: dict[int, Organization] = {}
    piloted: dict[int, set[int]] = defaultdict(set)
    others: dict[int, set[int]] = defaultdict(set)
    for action in sources.all_actions:
        for partner in action.partners.all():
            organizations[partner.organization_id] = partner.organization
            groups = piloted if partner.role in PILOTS else others
            groups[partner.organization_id].add(action.pk)
    asked = Counter(c.organization_id for c in sources.contributions)
    sent = Counter(c.organization_id for c in sources.contributions if c.is_sent)
    lines = [
        PartnerLine(
            name=str(organization),
            kind=organization.get_kind_display(),
            piloted=len(piloted[pk]),
            other=len(others[pk] - piloted[pk]),
            asked=asked[pk],
            sent=sent[pk],
        )
        for pk, organization in organizations.items()
        if organization.kind != Organization.Kind.COMMUNE
    ]
    return tuple(sorted(lines, key=lambda line: (-line.piloted, -line.other, line.name)))
