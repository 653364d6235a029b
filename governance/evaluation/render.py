"""The final evaluation on paper: same stored data, same bytes."""

from typing import Any

from ctg.pdf.about import About
from ctg.pdf.document import Chapter, Progress, no_progress, render_document
from governance.evaluation.data import EvaluationData
from governance.evaluation.figures import sheets
from governance.frozen.tables import attachments

YEAR_COLUMNS = [
    "Année",
    ("Actions consolidées", "number"),
    ("Avancement", "percent"),
    ("Communes", "number"),
    ("Réunions", "number"),
    ("Décisions", "number"),
    ("Bonus versé", "money"),
    ("Dépenses", "money"),
]
PARTS = ("opening", "questions", "outcomes", "indicators")


def render_evaluation(
    evaluation: EvaluationData, *, draft: bool = False, on_progress: Progress = no_progress
) -> bytes:
    """Raises PdfUnavailable, or what ``on_progress`` raises; a draft carries « Projet »."""
    return render_document(
        _about(evaluation, draft=draft),
        _chapters(evaluation, draft=draft),
        on_progress=on_progress,
    )


def render_archive(evaluation: EvaluationData, *, on_progress: Progress = no_progress) -> bytes:
    """The same pages as a file for the archives, which carries its figures (PDF/A-3)."""
    return render_document(
        _about(evaluation, draft=False),
        _chapters(evaluation, draft=False),
        attachments=attachments(evaluation.title, sheets(evaluation)),
        on_progress=on_progress,
    )


def _chapters(evaluation: EvaluationData, *, draft: bool) -> list[Chapter]:
    context = evaluation_context(evaluation) | {"draft": draft, "is_demo": evaluation.is_demo}
    return [
        Chapter("evaluation/evaluation_print.html", context | {"part": f"evaluation/_{part}.html"})
        for part in PARTS
        if part != "indicators" or evaluation.indicators
    ]


def _about(evaluation: EvaluationData, *, draft: bool) -> About:
    return About(
        title=evaluation.title,
        author=evaluation.author,
        subject=f"{'Projet d’évaluation' if draft else 'Évaluation'} de la convention territoriale "
        f"globale {evaluation.period}",
        keywords=f"convention territoriale globale, CTG, évaluation, {evaluation.short_name}",
        created=evaluation.figures_at,
    )


def filename(evaluation: EvaluationData, *, draft: bool = False) -> str:
    suffix = f"{evaluation.edition_suffix}{'-projet' if draft else ''}"
    return f"evaluation-{evaluation.slug}{suffix}.pdf"


def evaluation_context(evaluation: EvaluationData) -> dict[str, Any]:
    """What the parts need, on screen as on paper."""
    return {
        "evaluation": evaluation,
        "year_columns": YEAR_COLUMNS,
        "years": evaluation.years,
    }
