"""A chapter per stake, and the sheet of each action."""

from collections.abc import Iterable
from decimal import Decimal

from actions.models import Action, ActionPartner, Indicator
from actions.plan.tree import StakeBranch, StrategicBranch
from actions.progress import STATE_LABELS, count_by_state, share_done
from ctg.convention.models import Organization
from ctg.french import counted, percent
from governance.reviews.build.money import budget_row
from governance.reviews.build.sources import Judged, Sources
from governance.reviews.data.chapters import (
    ActionLine,
    ActionSheet,
    IndicatorRow,
    ObjectiveTable,
    Remark,
    StakeChapter,
)
from governance.reviews.data.opening import Segment

COLOURS = 6
Role = ActionPartner.Role


def stake_number(rank: int) -> int:
    """From 1; the stylesheets know six colours."""
    return rank % COLOURS + 1


def segments(judgements: Iterable[Judged]) -> tuple[Segment, ...]:
    return tuple(
        Segment(state, STATE_LABELS[state][count > 1], count)
        for state, count in count_by_state(judgements).items()
        if count
    )


def stake_chapters(sources: Sources) -> tuple[StakeChapter, ...]:
    return tuple(_chapter(sources, rank, branch) for rank, branch in enumerate(sources.tree))


def _chapter(sources: Sources, rank: int, branch: StakeBranch) -> StakeChapter:
    judgements = sources.judgements(branch.actions)
    rows = [row for action in branch.actions for row in indicator_rows(sources, action)]
    return StakeChapter(
        number=stake_number(rank),
        code=branch.stake.code,
        title=branch.stake.title,
        lead=_lead(branch, judgements),
        synthesis=sources.syntheses.get(branch.stake.pk, ""),
        segments=segments(judgements),
        objectives=tuple(_table(sources, strategic) for strategic in branch.branches),
        indicators=tuple(row for row in rows if row.current is not None),
        highlights=_remarks(judgements, "highlight"),
        difficulties=_remarks(judgements, "difficulty"),
    )


def _lead(branch: StakeBranch, judgements: list[Judged]) -> str:
    share = share_done(judgements)
    parts = [
        counted(len(judgements), "action", "actions"),
        f"{percent(share)} d’avancement moyen" if share is not None else "",
        counted(len(branch.branches), "objectif stratégique", "objectifs stratégiques"),
    ]
    return " · ".join(filter(None, parts))


def _remarks(judgements: list[Judged], field: str) -> tuple[Remark, ...]:
    return tuple(
        Remark(judged.action.code, judged.action.title, judged.said(field))
        for judged in judgements
        if judged.said(field)
    )


def _table(sources: Sources, branch: StrategicBranch) -> ObjectiveTable:
    lines = (action_line(sources, judged) for judged in sources.judgements(branch.actions))
    return ObjectiveTable(branch.objective.code, branch.objective.title, tuple(lines))


def action_line(sources: Sources, judged: Judged) -> ActionLine:
    action = judged.action
    everywhere = action.scope == Action.Scope.TERRITORY
    return ActionLine(
        code=action.code,
        title=action.title,
        pilot=str(action.pilot or ""),
        state=judged.state,
        state_label=judged.state_label,
        progress=judged.progress,
        communes=None if everywhere else len(sources.places.get(action.pk, ())),
        is_blocked=judged.is_blocked,
        is_consolidated=judged.review is not None,
    )


def indicator_rows(sources: Sources, action: Action) -> list[IndicatorRow]:
    return [_indicator(sources, action, row) for row in sources.indicators.get(action.pk, ())]


def _indicator(sources: Sources, action: Action, indicator: Indicator) -> IndicatorRow:
    figures = sources.figures.get(indicator.pk, {})
    first = min(sources.convention.starts_on.year, sources.year)
    return IndicatorRow(
        action=action.code,
        title=indicator.title,
        kind=indicator.get_kind_display(),
        unit=indicator.unit,
        baseline=indicator.baseline,
        target=indicator.target,
        target_year=indicator.target_year,
        series=tuple((year, figures.get(year)) for year in range(first, sources.year + 1)),
        texts=tuple(sources.texts.get(indicator.pk, ())),
        verdict=_verdict(indicator, figures.get(sources.year)),
    )


def _verdict(indicator: Indicator, value: Decimal | None) -> str:
    """A target below the baseline is one to come down to."""
    if value is None or indicator.target is None:
        return ""
    decreasing = indicator.baseline is not None and indicator.target < indicator.baseline
    reached = value <= indicator.target if decreasing else value >= indicator.target
    return "cible atteinte" if reached else ""


def action_sheets(sources: Sources) -> tuple[ActionSheet, ...]:
    return tuple(
        _sheet(sources, stake_number(rank), strategic, judged)
        for rank, stake in enumerate(sources.tree)
        for strategic in stake.branches
        for judged in sources.judgements(strategic.actions)
    )


def _sheet(sources: Sources, number: int, branch: StrategicBranch, judged: Judged) -> ActionSheet:
    action = judged.action
    budgets = sources.action_budgets.get(action.pk)
    return ActionSheet(
        line=action_line(sources, judged),
        number=number,
        objective=str(branch.objective),
        facts=tuple((label, text) for label, text in _facts(sources, action) if text),
        summary=judged.said("summary") or _reason(judged),
        highlight=judged.said("highlight"),
        difficulty=judged.said("difficulty"),
        decision_asked=judged.said("decision_asked"),
        indicators=tuple(indicator_rows(sources, action)),
        budget=budget_row("", budgets) if budgets else None,
    )


def _reason(judged: Judged) -> str:
    """Without a consolidated year, why the action has the status it has."""
    return "" if judged.review else judged.action.status_reason.strip()


def _facts(sources: Sources, action: Action) -> list[tuple[str, str]]:
    names = sources.commune_names
    places = [names[pk] for pk in sources.places.get(action.pk, ()) if pk in names]
    everywhere = action.scope == Action.Scope.TERRITORY
    return [
        ("Pilote", _join(action.organizations(Role.PILOT))),
        ("Co-pilote", _join(action.organizations(Role.CO_PILOT))),
        ("Partenaires", _join(action.organizations(Role.CONTRIBUTOR, Role.FUNDER))),
        ("Thématiques", _join(action.themes.all())),
        ("Publics", _join(action.audiences.all())),
        ("Calendrier", action.period_label),
        ("Communes", "Tout le territoire" if everywhere else _join(sorted(places))),
    ]


def _join(names: Iterable[Organization | object]) -> str:
    return ", ".join(dict.fromkeys(str(name) for name in names))
