"""Figures of indicators in a body: by the id of each, where a page has one field an indicator."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from actions.forms.answer import AnswerForm, CorrectionForm
from actions.forms.review import ActionReviewForm
from actions.models import Indicator
from ctg.convention.api.resources import Reference
from ctg.rest.bodies import FormBody, Id
from ctg.rest.problems import Refused

NOT_ASKED = "Cet indicateur n’est pas demandé pour cette action."


class FigureSaid(serializers.Serializer):
    indicator = Id()
    value = serializers.CharField(
        allow_blank=True, max_length=10_000, help_text="Un nombre, ou un texte ; vide : rien."
    )


def figures_said():
    return serializers.ListField(child=FigureSaid(), required=False, max_length=200)


class AnswerBody(FormBody):
    form_class = AnswerForm
    figures = figures_said()


class CorrectionBody(FormBody):
    form_class = CorrectionForm
    figures = figures_said()


class ReviewBody(FormBody):
    form_class = ActionReviewForm
    figures = figures_said()


class NewReviewBody(ReviewBody):
    action = serializers.CharField(max_length=20, help_text="Le code de l’action.")
    year = serializers.IntegerField(help_text="L’année d’une campagne ouverte ou close.")


class FigureGiven(serializers.Serializer):
    indicator = Reference()
    value = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    text = serializers.CharField()


def by_field(said: Mapping[str, Any], asked: Iterable[Indicator]) -> dict[str, Any]:
    """Under the names that the forms give them; Refused on an indicator that is not asked."""
    kept, known = dict(said), {indicator.pk for indicator in asked}
    figures = kept.pop("figures", [])
    errors = [{} if one["indicator"] in known else {"indicator": NOT_ASKED} for one in figures]
    if any(errors):
        raise Refused({"figures": errors})
    return kept | {f"figure_{one['indicator']}": one["value"] for one in figures}
