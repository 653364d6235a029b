from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from actions.filters import ActionFilter
from actions.plan.facets import FACETS

LISTS = ("stake", "theme", "commune", "audience", "status")
OTHERS = ("q", "late", "year")


class PublicFilter(ActionFilter):
    """The filters of the plan that say nothing of how it is run.

    A list offers only what published actions have: the rest of the plan cannot be guessed.
    """

    facets = {name: FACETS[name] for name in LISTS}

    def __init__(self, data, queryset, *, convention):
        kept = QueryDict(mutable=True)
        for name in (*LISTS, *OTHERS):
            if name in data:
                kept.setlist(name, data.getlist(name))
        super().__init__(kept, queryset, convention=convention)
        for name in self.filters.keys() - {*LISTS, *OTHERS}:
            del self.filters[name]

    def _choices_of(self, name) -> Callable[[], list]:
        choices = super()._choices_of(name)
        read: list = []

        def used():
            if not read:
                counts = self.facets[name].count(self.queryset, self.convention)
                read.extend((value, label) for value, label in choices() if counts.get(value))
            return read

        return used

    @property
    def lists(self) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
        """(name, label, choices as value, label and whether it is chosen) of each list."""
        chosen: dict[str, Any] = self.used
        return [
            (
                name,
                facet.label,
                [
                    (value, label, value in chosen.get(name, ()))
                    for value, label in self.choices[name]()
                ],
            )
            for name, facet in self.facets.items()
        ]
