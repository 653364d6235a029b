"""What can be read of the archive without any program: the plan, its sheets, what was decided,
paid and published.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Prefetch

from actions.models import Action
from actions.plan.tree import plan_tree
from actions.printing.sheets import paper_sheets
from ctg.convention.models import Convention
from financing.models import BonusLine
from governance.archive.container import Container
from governance.archive.reviews import (
    archival_path,
    data_of,
    editions,
    evaluations,
    page_path,
    published,
)
from governance.archive.site import Site
from governance.archive.tables import LEFT_OUT, our_models, tables
from governance.evaluation.render import evaluation_context
from governance.models import AnnualReview, Decision, FinalEvaluation, Meeting
from governance.reviews.data import ReviewData
from governance.reviews.render import sections_context

SHEETS_IN_A_PART = 50
AMOUNTS = [
    "Équipement",
    "Gestionnaire",
    ("Prévu", "money"),
    ("Actualisé", "money"),
    ("Estimation", "money"),
    ("Notifié", "money"),
    ("Versé", "money"),
]


def pages(
    convention: Convention, *, at: datetime, counts: dict[str, int]
) -> Iterator[Callable[[Container], None]]:
    """The index is the last: by then one knows what is missing."""
    site = Site(convention, at)
    yield site.add_style
    keys = list(convention.actions.in_plan_order().values_list("pk", flat=True))
    for start in range(0, len(keys), SHEETS_IN_A_PART):
        yield _sheets(site, keys[start : start + SHEETS_IN_A_PART])
    for edition in editions(convention):
        yield _edition(site, edition)
    yield site.page("plan", lambda: _plan(site))
    yield site.page("gouvernance", lambda: {"meetings": _meetings(convention, at)})
    yield site.page("financements", lambda: {"years": _funding(convention), "columns": AMOUNTS})
    yield site.page("bilans", lambda: _published(convention))
    yield site.page("documents", lambda: {"documents": convention.documents.all()})
    yield site.page("tables", lambda: {"tables": _tables(counts), "left_out": _left_out()})
    yield site.page("index", lambda: {"actions_count": len(keys), "rows": sum(counts.values())})


def _sheets(site: Site, keys: list[int]) -> Callable[[Container], None]:
    def add(container: Container) -> None:
        actions = Action.objects.filter(pk__in=keys).with_lateness(site.at.date()).in_plan_order()
        shown = actions.prefetch_related("documents", "decisions__meeting__committee")
        for sheet in paper_sheets(site.convention, shown):
            site.add(container, sheet_path(sheet.action), "fiche", sheet=sheet)

    return add


def sheet_path(action: Action) -> str:
    return f"fiches/{action.pk}.html"


def _plan(site: Site) -> dict[str, Any]:
    shown = (
        site.convention.actions.with_lateness(site.at.date())
        .with_plan()
        .with_communes_count()
        .in_plan_order()
    )
    return {
        "tree": plan_tree(site.convention, shown.current(), with_empty=True),
        "archived": shown.exclude(archived_at=None),
    }


def _meetings(convention: Convention, at: datetime) -> list[Meeting]:
    decisions = Decision.objects.for_list(at.date())
    meetings = Meeting.objects.of(convention).select_related("committee")
    return list(meetings.prefetch_related("agenda", Prefetch("decisions", decisions)))


def _funding(convention: Convention) -> list[tuple[int, list[list[Any]]]]:
    """Per year, the last first: the line of each facility."""
    lines = BonusLine.objects.filter(facility__convention=convention).with_paid()
    ordered = lines.select_related("facility__manager").order_by("-year", "facility__name")
    return [
        (year, [_amounts(line) for line in of_year])
        for year, of_year in groupby(ordered, key=lambda line: line.year)
    ]


def _amounts(line: Any) -> list[Any]:
    amounts = [line.forecast, line.updated, line.computed, line.notified, line.paid]
    return [str(line.facility), str(line.facility.manager), *amounts]


def _edition(site: Site, edition: AnnualReview | FinalEvaluation) -> Callable[[Container], None]:
    def add(container: Container) -> None:
        data = data_of(edition)
        if isinstance(data, ReviewData):
            context = {"edition": edition, "review": data, **sections_context(data)}
            site.add(container, page_path(edition), "bilan", **context)
        elif data:
            context = {"edition": edition, **evaluation_context(data)}
            site.add(container, page_path(edition), "evaluation", **context)

    return add


def _published(convention: Convention) -> dict[str, Any]:
    """(edition, its page, its PDF for the archives); without them in a format grown unknown."""
    return {
        name: [(one, data_of(one) and page_path(one), archival_path(one)) for one in found]
        for name, found in (
            ("reviews", published(convention)),
            ("evaluations", evaluations(convention)),
        )
    }


def _tables(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    shown = [(table.label, table.path, counts[table.name]) for table in tables()]
    return sorted(shown)


def _left_out() -> list[tuple[str, str]]:
    labels = {model._meta.label_lower: model._meta.verbose_name_plural for model in our_models()}
    return sorted((str(labels[name]), why) for name, why in LEFT_OUT.items())
