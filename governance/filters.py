import django_filters

from governance.models import Decision

LATE = "en-retard"


class DecisionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Texte", field_name="text", lookup_expr="icontains")
    suite = django_filters.ChoiceFilter(
        label="Suite",
        empty_label="Toutes",
        choices=[(LATE, "En retard"), *((s.value, s.label.capitalize()) for s in Decision.State)],
        method="with_outcome",
    )
    nature = django_filters.ChoiceFilter(
        label="Nature",
        empty_label="Toutes",
        field_name="kind",
        choices=[(kind.value, kind.label.capitalize()) for kind in Decision.Kind],
    )

    class Meta:
        model = Decision
        fields: list[str] = []

    def with_outcome(self, decisions, name, outcome):
        """The decisions come with_lateness()."""
        if outcome == LATE:
            return decisions.filter(is_late=True)
        return decisions.filter(state=outcome)
