"""The lead’s judgement of each action, year by year: read by all, written as on its page."""

import django_filters
from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from actions import campaigns
from actions.api.campaigns import LEAD
from actions.api.figures import FigureGiven, NewReviewBody, ReviewBody, by_field
from actions.consolidation import proposed_review, roll_up, to_review
from actions.forms.review import ActionReviewForm
from actions.models import ActionReview, IndicatorValue
from ctg.convention.api.resources import Resource, creation, edit
from ctg.rest.problems import Conflict, Refused


class ActionReviewSerializer(serializers.ModelSerializer):
    action = serializers.CharField(source="action.code")
    figures = serializers.SerializerMethodField(help_text="Les valeurs du territoire cette année.")

    class Meta:
        model = ActionReview
        fields = [
            *("id", "action", "year", "status", "progress", "summary", "highlight", "difficulty"),
            *("decision_asked", "figures", "consolidated_at"),
        ]

    @extend_schema_field(FigureGiven(many=True))
    def get_figures(self, review):
        stated = [
            {"indicator": indicator, "value": value.value, "text": value.text}
            for indicator in review.action.indicators.all()
            for value in indicator.stated
            if value.year == review.year
        ]
        return FigureGiven(stated, many=True).data


class ActionReviewFilter(django_filters.FilterSet):
    action = django_filters.CharFilter(label="Code de l’action", field_name="action__code")
    year = django_filters.NumberFilter(label="Année", min_value=1, max_value=9999)

    class Meta:
        model = ActionReview
        fields: list[str] = []


class ActionReviews(Resource):
    queryset = ActionReview.objects.none()
    serializer_class = ActionReviewSerializer
    filterset_class = ActionReviewFilter
    tag = "L’avancement"

    def rows(self):
        stated = IndicatorValue.objects.filter(contribution=None)
        return (
            ActionReview.objects.filter(action__convention=self.convention)
            .select_related("action")
            .prefetch_related(
                "action__indicators",
                Prefetch("action__indicators__values", stated, to_attr="stated"),
            )
            .order_by("-year", "action__position", "action__code", "pk")
        )

    def filter_options(self):
        return {}

    @creation(NewReviewBody, **LEAD)
    def create(self):
        said = self.said
        if not said.keys() >= {"action", "year"}:
            raise Refused({"action": "Dites de quelle action, et de quelle année."})
        campaign = (
            self.convention.campaigns.exclude(opened_at=None).filter(year=said["year"]).first()
        )
        if campaign is None:
            raise Refused({"year": f"Il n’y a pas eu de campagne pour {said['year']}."})
        action = to_review(campaign).filter(code=said["action"]).first()
        if action is None:
            raise Refused({"action": "Cette action n’est pas à consolider cette année-là."})
        if action.is_reviewed:
            raise Conflict("Ce bilan existe déjà : modifiez-le.")
        roll = roll_up(action, campaign)
        return self.consolidate(proposed_review(action, campaign.year, roll), roll)

    @edit(ReviewBody, **LEAD)
    def partial_update(self, review):
        campaign = (
            self.convention.campaigns.exclude(opened_at=None).filter(year=review.year).first()
        )
        if campaign is None:
            raise Conflict(f"Il n’y a pas eu de campagne pour {review.year}.")
        return self.consolidate(review, roll_up(review.action, campaign))

    def campaign(self, year):
        return self.convention.campaigns.exclude(opened_at=None).filter(year=year).first()

    def consolidate(self, review, roll):
        said = by_field(self.said, [figure.indicator for figure in roll.figures])
        form = self.filled(
            lambda data: ActionReviewForm(data, instance=review, figures=roll.figures), **said
        )
        campaigns.consolidate(form.instance, figures=form.figures, by=self.person)
        return form.instance
