"""An action as the public reads it. Pages and open data see these objects, never the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, Prefetch
from django.utils import timezone

from actions.models import Action, ActionPartner, Indicator, IndicatorValue
from actions.models.action import ActionQuerySet
from actions.progress import LATE, yearly_figures
from ctg.convention.models import Commune, Convention

EVERYWHERE = "tout le territoire"
NAMED = Commune.objects.only("insee_code", "name")  # a contour is long, and read once a row


@dataclass(frozen=True)
class PublicLevel:
    """A stake or an objective that holds at least one published action."""

    pk: int
    code: str
    title: str
    position: int


@dataclass(frozen=True)
class PublicCommune:
    insee_code: str
    name: str


@dataclass(frozen=True)
class PublicAction:
    """``state``: late before its status. Blocked, reasons, contacts, steps, money: never here."""

    pk: int
    code: str
    title: str
    stake: PublicLevel
    strategic: PublicLevel
    operational: PublicLevel
    description: str
    expected_results: str
    findings: tuple[str, ...]
    status: str
    status_label: str
    is_late: bool
    progress: int
    origin: str
    themes: tuple[str, ...]
    audiences: tuple[str, ...]
    is_everywhere: bool
    communes: tuple[PublicCommune, ...]
    pilot: str
    partners: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    period: str
    updated_on: date

    @property
    def heading(self) -> str:
        return f"{self.code} · {self.title}"

    @property
    def state(self) -> str:
        return LATE if self.is_late else self.status

    @property
    def state_label(self) -> str:
        return "En retard" if self.is_late else self.status_label

    @property
    def reach(self) -> str:
        if self.is_everywhere:
            return EVERYWHERE
        count = len(self.communes)
        return f"{count} commune{'s' if count > 1 else ''}"


@dataclass(frozen=True)
class PublicIndicator:
    """A figure of the whole territory, year by year; what is said in words stays inside."""

    action_code: str
    title: str
    kind: str
    unit: str
    baseline: Decimal | None
    target: Decimal | None
    target_year: int | None
    values: dict[int, Decimal]


def published_actions(convention: Convention) -> ActionQuerySet:
    """Every public list, page and file starts here."""
    return (
        convention.actions.published()
        .with_lateness(timezone.localdate())
        .with_plan()
        .prefetch_related("audiences", "findings", Prefetch("communes", NAMED.all()))
        .in_plan_order()
    )


def public_action(action: Action) -> PublicAction:
    """Needs published_actions()."""
    operational = action.operational_objective
    others = (ActionPartner.Role.CO_PILOT, ActionPartner.Role.CONTRIBUTOR)
    return PublicAction(
        pk=action.pk,
        code=action.code,
        title=action.title,
        stake=_level(action.stake),
        strategic=_level(operational.strategic_objective),
        operational=_level(operational),
        description=action.description,
        expected_results=action.expected_results,
        findings=tuple(finding.text for finding in action.findings.all()),
        status=action.status,
        status_label=action.get_status_display(),
        is_late=action.is_late,  # type: ignore[attr-defined]
        progress=action.progress,
        origin=action.get_origin_display(),
        themes=_words(action.themes.all()),
        audiences=_words(action.audiences.all()),
        is_everywhere=action.scope == Action.Scope.TERRITORY,
        communes=tuple(PublicCommune(c.insee_code, c.name) for c in action.communes.all()),
        pilot=str(action.pilot or ""),
        partners=_words(action.organizations(*others)),
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        period=action.period_label,
        updated_on=timezone.localdate(action.updated_at),
    )


def _level(row) -> PublicLevel:
    return PublicLevel(row.pk, row.code, row.title, row.position)


def _words(rows: Iterable) -> tuple[str, ...]:
    return tuple(str(row) for row in rows)


def public_indicators(actions: ActionQuerySet) -> list[PublicIndicator]:
    """The figures of published actions, in the order of the plan; two queries."""
    order = list(actions.values_list("pk", flat=True))
    indicators = Indicator.objects.filter(
        action__in=order, nature=Indicator.Nature.QUANTITATIVE
    ).select_related("action")
    values = IndicatorValue.objects.filter(indicator__in=indicators).counted()
    figures = yearly_figures((v.indicator_id, v.year, v.contribution_id, v.value) for v in values)
    rank = {pk: place for place, pk in enumerate(order)}
    return [
        PublicIndicator(
            action_code=indicator.action.code,
            title=indicator.title,
            kind=indicator.get_kind_display(),
            unit=indicator.unit,
            baseline=indicator.baseline,
            target=indicator.target,
            target_year=indicator.target_year,
            values=dict(sorted(figures.get(indicator.pk, {}).items())),
        )
        for indicator in sorted(indicators, key=lambda i: (rank[i.action_id], i.position, i.pk))
    ]


def published_until(convention: Convention) -> datetime | None:
    """When a published action last changed, or was published."""
    known = convention.actions.published().aggregate(
        changed=Max("updated_at"), published=Max("publication__published_at")
    )
    return max(filter(None, known.values()), default=None)
