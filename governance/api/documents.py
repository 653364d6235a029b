"""What was published and no longer changes: annual reviews and evaluations, data and PDF."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from ctg.convention.api.resources import Resource
from ctg.convention.rights import Right
from governance.models import AnnualReview, FinalEvaluation

NOT_YET = "Ce document est en préparation : ses données et son PDF existent une fois publié."
FROZEN = ["id", "edition", "correction_note", "published_at", "file_sha256", "data_url", "pdf_url"]


class PdfRenderer(JSONRenderer):
    """Lets one ask for the type: the file is answered as it is kept, a problem stays JSON."""

    media_type, format = "application/pdf", "pdf"


class FrozenSerializer(serializers.ModelSerializer):
    data_url = serializers.SerializerMethodField(help_text="Les données figées, en JSON.")
    pdf_url = serializers.SerializerMethodField(help_text="Le PDF publié, octet pour octet.")

    def get_data_url(self, document) -> str:
        return self._address(document, "data")

    def get_pdf_url(self, document) -> str:
        return self._address(document, "pdf")

    def _address(self, document, what):
        view = self.context["view"]
        if not document.is_published:
            return ""
        return view.reverse_action(what, args=[view.kwargs["slug"], document.pk])


class Frozen(Resource):
    """Editions of one kind of document; a draft is for those who may read drafts."""

    related = ""
    tag = "Les bilans"

    def rows(self):
        editions = getattr(self.convention, self.related).defer("data")
        return editions if self.access.has(Right.VIEW_DRAFT_REVIEW) else editions.published()

    @route(detail=True)
    def data(self, request, *args, **kwargs):
        return Response(self.published().data)

    data.shows = {(200, "application/json"): OpenApiTypes.OBJECT}

    @route(detail=True, renderer_classes=[JSONRenderer, PdfRenderer])
    def pdf(self, request, *args, **kwargs):
        return FileResponse(self.published().file.open(), content_type="application/pdf")

    pdf.shows = {(200, "application/pdf"): OpenApiTypes.BINARY}

    def published(self):
        found = self.get_object()
        if not found.is_published:
            raise NotFound(NOT_YET)
        return found


class ReviewSerializer(FrozenSerializer):
    class Meta:
        model = AnnualReview
        fields = ["year", *FROZEN]


class Reviews(Frozen):
    queryset = AnnualReview.objects.none()
    serializer_class = ReviewSerializer
    related = "annual_reviews"


class EvaluationSerializer(FrozenSerializer):
    class Meta:
        model = FinalEvaluation
        fields = FROZEN


class Evaluations(Frozen):
    queryset = FinalEvaluation.objects.none()
    serializer_class = EvaluationSerializer
    related = "evaluations"
