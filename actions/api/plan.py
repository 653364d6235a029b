"""The lines of the plan above the actions, and what actions are described with."""

from django.db import transaction
from rest_framework import serializers

from actions import services
from actions.forms.plan import (
    LEVELS,
    OperationalObjectiveForm,
    StakeForm,
    StrategicObjectiveForm,
)
from actions.models import Audience, Finding, OperationalObjective, Stake, StrategicObjective
from ctg.convention.api.resources import Reference, Resource, creation, edit, verb
from ctg.convention.rights import Right

EDIT = {
    "who": Right.EDIT_PLAN,
    "because": "Les enjeux et les objectifs sont tenus par la personne qui pilote la convention.",
}


class Level(Resource):
    """One of the three levels; ``level`` names it as LEVELS does."""

    level = ""
    tag = "Le plan"

    def rows(self):
        lines = LEVELS[self.level].of(self.convention)
        return lines.current() if self.action == "list" else lines

    def save(self, item=None):
        spec = LEVELS[self.level]
        form = self.filled(lambda data: spec.form(data, instance=item, convention=self.convention))
        with transaction.atomic():
            saved = form.save()
            services.record_saved(
                saved, convention=self.convention, created=item is None, by=self.person
            )
        return saved

    @verb(**EDIT)
    def archive(self, item):
        services.archive(item, convention=self.convention, by=self.person)

    @verb(**EDIT)
    def restore(self, item):
        services.restore(item, convention=self.convention, by=self.person)


class StakeSerializer(serializers.ModelSerializer):
    findings = Reference(many=True)

    class Meta:
        model = Stake
        fields = ["id", "code", "title", "position", "findings", "archived_at"]


class Stakes(Level):
    queryset = Stake.objects.none()
    serializer_class = StakeSerializer
    level = "enjeux"

    def rows(self):
        return super().rows().prefetch_related("findings")

    create = creation(StakeForm, **EDIT)(Level.save)
    partial_update = edit(StakeForm, **EDIT)(Level.save)


class StrategicObjectiveSerializer(serializers.ModelSerializer):
    stake = Reference()

    class Meta:
        model = StrategicObjective
        fields = ["id", "stake", "code", "title", "position", "archived_at"]


class StrategicObjectives(Level):
    queryset = StrategicObjective.objects.none()
    serializer_class = StrategicObjectiveSerializer
    level = "objectifs-strategiques"

    def rows(self):
        return super().rows().select_related("stake").order_by("stake__position", "position", "pk")

    create = creation(StrategicObjectiveForm, **EDIT)(Level.save)
    partial_update = edit(StrategicObjectiveForm, **EDIT)(Level.save)


class OperationalObjectiveSerializer(serializers.ModelSerializer):
    strategic_objective = Reference()

    class Meta:
        model = OperationalObjective
        fields = ["id", "strategic_objective", "code", "title", "position", "archived_at"]


class OperationalObjectives(Level):
    queryset = OperationalObjective.objects.none()
    serializer_class = OperationalObjectiveSerializer
    level = "objectifs-operationnels"

    def rows(self):
        above = "strategic_objective"
        order = (f"{above}__stake__position", f"{above}__position", "position", "pk")
        return super().rows().select_related(above).order_by(*order)

    create = creation(OperationalObjectiveForm, **EDIT)(Level.save)
    partial_update = edit(OperationalObjectiveForm, **EDIT)(Level.save)


class FindingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Finding
        fields = ["id", "text", "source"]


class Findings(Resource):
    queryset = Finding.objects.none()
    serializer_class = FindingSerializer
    tag = "Le plan"

    def rows(self):
        return self.convention.findings.all()


class AudienceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Audience
        fields = ["id", "label", "position"]


class Audiences(Resource):
    queryset = Audience.objects.none()
    serializer_class = AudienceSerializer
    tag = "Le plan"

    def rows(self):
        return self.convention.audiences.all()
