from django import forms

from actions.forms.plan import LEVELS
from actions.models import Action, OperationalObjective, StrategicObjective
from actions.ordering import Line, parent_of
from ctg.convention.models import Convention

# The levels that may receive a line of each kind.
PARENT_LEVELS = {
    Action: "objectifs-operationnels",
    OperationalObjective: "objectifs-strategiques",
    StrategicObjective: "enjeux",
}


class PlaceForm(forms.Form):
    """Under which line of the level above, and at which rank; for a stake, its rank alone."""

    parent = forms.ModelChoiceField(label="Sous", queryset=Action.objects.none())
    rank = forms.IntegerField(
        label="Rang", min_value=1, max_value=10_000, help_text="1 pour la première place."
    )

    def __init__(self, data=None, *, line: Line, convention: Convention):
        parent = parent_of(line)
        super().__init__(data, initial={"parent": parent, "rank": line.position or 1})
        if parent is None:
            del self.fields["parent"]
        else:
            self.fields["parent"].queryset = (
                LEVELS[PARENT_LEVELS[type(line)]].of(convention).current().order_by("code")
            )
