"""The files that the background makes of the final evaluation."""

from functools import partial

from ctg.pdf.document import Progress
from governance.evaluation import services
from governance.evaluation.build import build_evaluation
from governance.evaluation.data import EvaluationData
from governance.evaluation.render import filename, render_archive, render_evaluation
from governance.frozen import progress
from governance.frozen.models import Rendering
from governance.models import FinalEvaluation

Purpose = Rendering.Purpose


def make_draft(rendering: Rendering, evaluation: FinalEvaluation, on_progress: Progress) -> None:
    data = build_evaluation(evaluation.convention)
    pdf = render_evaluation(data, draft=True, on_progress=on_progress)
    progress.keep(rendering, filename(data, draft=True), pdf, data.fingerprint)


def make_publication(
    rendering: Rendering, evaluation: FinalEvaluation, on_progress: Progress
) -> None:
    services.publish(
        evaluation,
        by=rendering.asked_by,
        on_progress=on_progress,
        confirm=partial(progress.finish, rendering.pk),
    )


def make_archive(rendering: Rendering, evaluation: FinalEvaluation, on_progress: Progress) -> None:
    data = EvaluationData.from_json(evaluation.data or {})
    pdf = render_archive(data, on_progress=on_progress)
    progress.keep(rendering, filename(data).replace(".pdf", "-archives.pdf"), pdf)


MAKERS = {
    Purpose.DRAFT: make_draft,
    Purpose.PUBLICATION: make_publication,
    Purpose.ARCHIVE: make_archive,
}
