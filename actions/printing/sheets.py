"""What a printed sheet says, and the PDF of many; the same for every member of the convention."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from actions.models import Action, Indicator, IndicatorValue
from actions.progress import yearly_figures
from ctg.convention.models import Convention
from ctg.french import counted, french_moment
from ctg.pdf.about import About
from ctg.pdf.document import Chapter, Progress, no_progress, render_document

SHEETS_IN_A_CHAPTER = 4


@dataclass(frozen=True)
class PaperSheet:
    """``figures``: by indicator, the columns of its line in the table."""

    action: Action
    years: list[int]
    figures: list[list[Any]]
    texts: list[tuple[Indicator, str]]

    @property
    def columns(self) -> list[Any]:
        years = [(str(year), "number") for year in self.years]
        return ["Indicateur", ("Départ", "number"), *years, ("Cible", "number")]


def paper_sheets(convention: Convention, actions) -> list[PaperSheet]:
    """In a fixed number of queries; figures that the lead validated, or the territory’s own."""
    shown = list(
        actions.with_plan().prefetch_related(
            "communes", "audiences", "findings", "steps", "indicators", "reviews"
        )
    )
    values = IndicatorValue.objects.filter(indicator__action__in=shown).counted()
    figures = yearly_figures(values.values_list("indicator", "year", "contribution", "value"))
    texts: dict[int, list[str]] = {}
    for value in values.exclude(text=""):
        texts.setdefault(value.indicator_id, []).append(value.text)
    return [_sheet(action, figures, texts) for action in shown]


def _sheet(action, figures, texts) -> PaperSheet:
    indicators = list(action.indicators.all())
    measured = [indicator for indicator in indicators if indicator.is_quantitative]
    years = sorted({year for one in measured for year in figures.get(one.pk, {})})
    return PaperSheet(
        action,
        years,
        [
            [
                f"{one.title} ({one.unit})" if one.unit else one.title,
                one.baseline,
                *(figures.get(one.pk, {}).get(year) for year in years),
                one.target,
            ]
            for one in measured
        ],
        [(one, text) for one in indicators for text in texts.get(one.pk, [])],
    )


def render_sheets(
    convention: Convention, actions, *, at: datetime, on_progress: Progress = no_progress
) -> bytes:
    """``actions`` needs with_lateness(); raises PdfUnavailable, or what ``on_progress`` raises."""
    sheets = paper_sheets(convention, actions)
    title = sheets[0].action.heading if len(sheets) == 1 else _title(len(sheets))
    context = {
        "title": f"{title} · {convention.short_name}",
        "foot": f"{convention.short_name} {convention.period_label} · {french_moment(at)}",
        "is_demo": convention.is_demo,
    }
    chapters = [
        Chapter("actions/sheets_print.html", context | {"sheets": part}) for part in _parts(sheets)
    ]
    return render_document(
        _about(convention, context["title"], at), chapters, on_progress=on_progress
    )


def _title(count: int) -> str:
    return counted(count, "fiche action", "fiches action")


def _parts(sheets: list[PaperSheet]) -> Iterator[Iterable[PaperSheet]]:
    for start in range(0, len(sheets), SHEETS_IN_A_CHAPTER):
        yield sheets[start : start + SHEETS_IN_A_CHAPTER]


def _about(convention: Convention, title: str, at: datetime) -> About:
    subject = f"Fiches action de la convention territoriale globale {convention.period_label}"
    demo = " (données fictives de démonstration)" if convention.is_demo else ""
    return About(
        title=title,
        author=convention.epci.name,
        subject=subject + demo,
        keywords=f"convention territoriale globale, CTG, plan d’action, {convention.short_name}",
        created=timezone.localtime(at),
    )
