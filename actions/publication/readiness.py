"""What the lead should look at before the public reads an action."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from actions.models import Action
from actions.models.action import ActionQuerySet
from actions.publication.contents import NAMED
from actions.publication.traces import member_names, traces
from ctg.convention.models import Convention


@dataclass(frozen=True)
class Readiness:
    """``missing``: what a reader would look for in vain; ``traces``: what names a person."""

    action: Action
    missing: list[str]
    traces: list[str]

    @property
    def is_clear(self) -> bool:
        return not (self.missing or self.traces)

    @property
    def is_published(self) -> bool:
        return hasattr(self.action, "publication")


def with_public_texts(actions: ActionQuerySet) -> ActionQuerySet:
    return (
        actions.with_plan()
        .select_related("publication", "convention")
        .prefetch_related("findings", "indicators", Prefetch("communes", NAMED.all()))
        .in_plan_order()
    )


def readiness(convention: Convention, actions: Iterable[Action]) -> list[Readiness]:
    """Needs with_public_texts()."""
    names = member_names(convention)
    return [Readiness(action, missing(action), traces(action, names)) for action in actions]


def missing(action: Action) -> list[str]:
    dated = action.starts_on or action.ends_on or action.calendar or action.is_continuous
    everywhere = action.scope == Action.Scope.TERRITORY
    known = {
        "la description": action.description.strip(),
        "le pilote": action.pilot,
        "une thématique": action.themes.all(),
        "le calendrier": dated,
        "les communes": everywhere or action.communes.all(),
    }
    return [label for label, value in known.items() if not value]
