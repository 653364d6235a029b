from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet

from actions.models import OperationalObjective, Stake, StrategicObjective
from ctg.convention.models import Convention


class LevelForm(forms.ModelForm):
    """A line of the plan above the actions; ``parent_field`` names the level over it."""

    parent_field = ""

    def __init__(self, *args, convention, initial=None, **kwargs):
        parent = (initial or {}).get("parent")
        initial = {self.parent_field: parent} if self.parent_field and parent else {}
        super().__init__(*args, initial=initial, **kwargs)
        self.convention = convention
        if self.parent_field:
            spec = LEVELS[self.parent_slug]
            self.fields[self.parent_field].queryset = spec.of(convention).current()

    def _get_validation_exclusions(self):
        """Codes are unique inside the convention, which no form asks for."""
        return super()._get_validation_exclusions() - {"convention"}


class StakeForm(LevelForm):
    class Meta:
        model = Stake
        fields = ["code", "title", "position", "findings"]
        widgets = {"findings": forms.CheckboxSelectMultiple}

    def __init__(self, *args, convention, **kwargs):
        super().__init__(*args, convention=convention, **kwargs)
        self.instance.convention = convention
        self.fields["findings"].queryset = convention.findings.all()


class StrategicObjectiveForm(LevelForm):
    parent_field, parent_slug = "stake", "enjeux"

    class Meta:
        model = StrategicObjective
        fields = ["stake", "code", "title", "position"]


class OperationalObjectiveForm(LevelForm):
    parent_field, parent_slug = "strategic_objective", "objectifs-strategiques"

    class Meta:
        model = OperationalObjective
        fields = ["strategic_objective", "code", "title", "position"]


@dataclass(frozen=True)
class Level:
    label: str
    plural: str
    form: type[LevelForm]
    of: Callable[[Convention], QuerySet]


LEVELS = {
    "enjeux": Level("enjeu", "Enjeux", StakeForm, lambda convention: convention.stakes.all()),
    "objectifs-strategiques": Level(
        "objectif stratégique",
        "Objectifs stratégiques",
        StrategicObjectiveForm,
        lambda convention: StrategicObjective.objects.filter(stake__convention=convention),
    ),
    "objectifs-operationnels": Level(
        "objectif opérationnel",
        "Objectifs opérationnels",
        OperationalObjectiveForm,
        lambda convention: OperationalObjective.objects.filter(
            strategic_objective__stake__convention=convention
        ),
    ),
}
