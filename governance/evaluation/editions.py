"""Which edition of the final evaluation a person reads, or writes."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from ctg.convention.models import Convention
from ctg.convention.rights import Access, Right
from governance.evaluation.build import build_evaluation
from governance.evaluation.data import EvaluationData
from governance.models import FinalEvaluation

NOT_BEGUN = "L’évaluation globale n’est pas commencée."


def edition_to_read(convention: Convention, access: Access, asked: str = "") -> FinalEvaluation:
    """The edition asked for by its number, or the last published one, or the draft.

    Http404 when there is none; PermissionDenied when it is a draft this person may not read.
    """
    editions = list(FinalEvaluation.objects.filter(convention=convention).order_by("-edition"))
    if asked:
        editions = [one for one in editions if str(one.edition) == asked]
    found = next((one for one in editions if one.is_published), next(iter(editions), None))
    if found is None:
        raise Http404(NOT_BEGUN)
    if not found.is_published and not access.has(Right.VIEW_DRAFT_REVIEW):
        raise PermissionDenied(
            "L’évaluation est en préparation : elle vous sera ouverte à sa publication."
        )
    return found


def latest(convention: Convention) -> FinalEvaluation:
    """Http404 before there is one."""
    found = FinalEvaluation.objects.filter(convention=convention).order_by("-edition").first()
    if found is None:
        raise Http404(NOT_BEGUN)
    return found


def data_of(evaluation: FinalEvaluation) -> EvaluationData | None:
    """Frozen, or live while it is prepared; None when it was frozen in an unknown format."""
    if evaluation.data is None:
        return build_evaluation(evaluation.convention)
    try:
        return EvaluationData.from_json(evaluation.data)
    except (KeyError, TypeError, ValueError):
        return None
