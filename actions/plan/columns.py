"""What the table may show of an action: its columns, how each sorts and is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from actions.models import Action, ActionPartner
from actions.models.action import ActionQuerySet
from ctg.collation import in_french
from ctg.french import NOTHING, short_date
from ctg.templatetags.components import pill
from ctg.templatetags.drawings import meter
from ctg.templatetags.typography import typography


@dataclass(frozen=True)
class Column:
    """``sort`` orders by it, empty values last; ``needs`` is prefetched when it is shown.

    ``cell``: what editing this cell changes.
    """

    name: str
    label: str
    write: Callable[[Action], str]
    sort: Combinable | None = None
    needs: str = ""
    cell: str = ""

    @cached_property
    def _opening(self) -> SafeString:
        tag = mark_safe('<th scope="row"' if self is TITLE else "<td")
        cell = format_html(' data-cell="{}"', self.cell) if self.cell else ""
        named = format_html('{} data-column="{}"', tag, self.name)
        return format_html('{} data-label="{}"{}>', named, self.label, cell)

    def draw(self, action: Action) -> str:
        """Its cell of the table; written here because a page holds a thousand of them."""
        closing = "</th>" if self is TITLE else "</td>"
        return self._opening + conditional_escape(self.write(action)) + closing

    def order(self, *, descending: bool):
        """Argument of order_by(); needs ``sort``."""
        return self.sort.desc(nulls_last=True) if descending else self.sort.asc(nulls_last=True)


def _title(action):
    return format_html(
        '<a href="{}">{}</a><small class="muted block">Enjeu {} · {}</small>',
        action.get_absolute_url(),
        typography(action.title),
        action.stake.code,
        action.reach_label,
    )


def _communes(action):
    if action.scope == Action.Scope.TERRITORY:
        return "Tout le territoire"
    names = [str(commune) for commune in action.communes.all()]
    return _listed(names[:4]) + (f" et {len(names) - 4} autres" if len(names) > 4 else "")


def _end(action):
    if action.ends_on:
        return short_date(action.ends_on)
    return "continue" if action.is_continuous else NOTHING


def _listed(names: Iterable) -> str:
    return ", ".join(map(str, names)) or NOTHING


def _others(action):
    return _listed(action.organizations("co_pilot", "contributor", "funder"))


PILOT_NAME = Subquery(
    ActionPartner.objects.filter(action=OuterRef("pk"), role=ActionPartner.Role.PILOT)
    .order_by()
    .values(name=in_french("organization__name"))[:1]
)
STATUS_RANK = Case(
    *(When(status=status, then=Value(rank)) for rank, status in enumerate(Action.Status.values))
)
TITLE = Column("intitule", "Action", _title, in_french("title"), cell="titre")
COLUMNS = {
    column.name: column
    for column in (
        Column("code", "Code", lambda action: action.code, F("code")),
        TITLE,
        Column(
            "objectif",
            "Objectif",
            lambda action: str(action.operational_objective),
            F("operational_objective__code"),
        ),
        Column(
            "thematiques",
            "Thématiques",
            lambda action: _listed(action.themes.all()),
            cell="thematiques",
        ),
        Column(
            "publics", "Publics", lambda action: _listed(action.audiences.all()), needs="audiences"
        ),
        Column("communes", "Communes", _communes, F("communes_count"), needs="communes"),
        Column(
            "pilote",
            "Pilote",
            lambda action: str(action.pilot or "Sans pilote"),
            PILOT_NAME,
            cell="pilote",
        ),
        Column("partenaires", "Partenaires", _others),
        Column(
            "statut",
            "Statut",
            lambda action: pill(action.state_label, action.state),
            STATUS_RANK,
            cell="statut",
        ),
        Column(
            "avancement",
            "Avancement",
            lambda action: meter(action.progress, stake=action.stake.position),
            F("progress"),
        ),
        Column(
            "debut",
            "Début",
            lambda action: short_date(action.starts_on) or NOTHING,
            F("starts_on"),
            cell="dates",
        ),
        Column("fin", "Fin prévue", _end, F("ends_on"), cell="dates"),
        Column(
            "calendrier",
            "Calendrier",
            lambda action: action.period_label or NOTHING,
            cell="calendrier",
        ),
        Column("origine", "Origine", lambda action: action.get_origin_display(), F("origin")),
        Column(
            "modifiee", "Modifiée", lambda action: short_date(action.updated_at), F("updated_at")
        ),
    )
}
SHOWN = ("code", "intitule", "thematiques", "pilote", "statut", "avancement", "fin", "modifiee")


def chosen_columns(names: Iterable[str]) -> list[Column]:
    """In the order of COLUMNS; the title is always there, unknown names are not."""
    names = {*names} & COLUMNS.keys() or {*SHOWN}
    return [column for column in COLUMNS.values() if column.name in names or column is TITLE]


def in_order(actions: ActionQuerySet, order: str) -> ActionQuerySet:
    """By a column’s name, after a minus sign from last to first; else as they come."""
    column = COLUMNS.get(order.removeprefix("-"))
    if not (column and column.sort):
        return actions
    return actions.with_communes_count().order_by(
        column.order(descending=order.startswith("-")), "code"
    )
