"""An action as the API shows it: the whole sheet, with its rows."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from actions.models import Action, ActionPartner, ActionStep, Indicator
from actions.progress import yearly_figures
from ctg.convention.api.resources import Reference


class StepSerializer(serializers.ModelSerializer):
    class Meta:
        model = ActionStep
        fields = ["id", "title", "starts_on", "due_on", "done_on"]


class PartnerSerializer(serializers.ModelSerializer):
    organization = Reference()

    class Meta:
        model = ActionPartner
        fields = ["id", "organization", "role"]


class YearlyFigure(serializers.Serializer):
    year = serializers.IntegerField()
    value = serializers.DecimalField(max_digits=14, decimal_places=2)


class IndicatorSerializer(serializers.ModelSerializer):
    figures = serializers.SerializerMethodField(
        help_text="Par année : la valeur du territoire, sinon la somme des réponses validées."
    )

    class Meta:
        model = Indicator
        fields = [
            *("id", "title", "kind", "nature", "unit", "baseline", "target", "target_year"),
            *("is_collected", "figures"),
        ]

    @extend_schema_field(YearlyFigure(many=True))
    def get_figures(self, indicator):
        """From the loaded values, of which the rows bring only those that count."""
        values = [(0, v.year, v.contribution_id, v.value) for v in indicator.values.all()]
        found = yearly_figures(values).get(0, {})
        figures = [{"year": year, "value": value} for year, value in sorted(found.items())]
        return YearlyFigure(figures, many=True).data


class ActionSerializer(serializers.ModelSerializer):
    stake = Reference()
    operational_objective = Reference()
    other_stakes = Reference(many=True)
    findings = Reference(many=True)
    themes = Reference(many=True)
    audiences = Reference(many=True)
    communes = Reference(many=True)
    partners = PartnerSerializer(many=True)
    steps = StepSerializer(many=True)
    indicators = IndicatorSerializer(many=True)
    is_late = serializers.BooleanField(help_text="Calculé : une date passée, sans être réalisée.")

    class Meta:
        model = Action
        fields = [
            *("id", "code", "title", "stake", "operational_objective", "origin"),
            *("findings", "description", "expected_results", "themes", "audiences"),
            *("scope", "communes", "other_stakes", "calendar", "starts_on", "ends_on"),
            *("is_continuous", "is_blocked", "is_late", "status", "status_on", "status_reason"),
            *("progress", "pilot_contact", "elected_referent", "partners", "steps"),
            *("indicators", "updated_at", "archived_at"),
        ]
