"""Answers as one reads them: each beside what the same organisation said the time before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import django_filters
from django.db.models import Q

from actions.models import Contribution, Indicator, IndicatorValue
from ctg.convention.models import Convention, Organization
from ctg.french import NBSP, number


@dataclass(frozen=True)
class Figure:
    """One indicator asked of an organisation: what it says now, what it said, the target."""

    indicator: Indicator
    now: Decimal | str | None
    before: Decimal | str | None
    before_year: int | None

    @property
    def reference(self) -> str:
        """« 2021 : 38 · cible de l’action : 150 »."""
        parts = []
        if self.before not in (None, ""):
            parts.append(f"{self.before_year}{NBSP}: {in_words(self.before)}")
        if self.indicator.target is not None:
            until = f" en {self.indicator.target_year}" if self.indicator.target_year else ""
            parts.append(f"cible de l’action{NBSP}: {number(self.indicator.target)}{until}")
        return " · ".join(parts)

    @property
    def now_words(self) -> str:
        return in_words(self.now)

    @property
    def before_words(self) -> str:
        return in_words(self.before)


def in_words(value: Decimal | str | None) -> str:
    return f"«{NBSP}{value}{NBSP}»" if isinstance(value, str) and value else number(value)


@dataclass(frozen=True)
class Answer:
    contribution: Contribution
    previous: Contribution | None
    figures: list[Figure]

    @property
    def previous_label(self) -> str:
        """« L’an dernier », or the year when a campaign was missed."""
        if self.previous is None:
            return ""
        year = self.previous.campaign.year
        return "L’an dernier" if year == self.contribution.campaign.year - 1 else f"En {year}"

    @property
    def previous_status(self) -> str:
        if self.previous is None:
            return ""
        return f"{self.previous_label}{NBSP}: {in_words(self.previous.get_status_display())}"

    @property
    def previous_done(self) -> str:
        if self.previous is None or not self.previous.done:
            return ""
        return f"{self.previous.campaign.year}{NBSP}: {in_words(self.previous.done)}"


def beside_previous(contributions: Iterable[Contribution]) -> list[Answer]:
    """Three queries for the whole list; the campaigns come loaded with the contributions."""
    contributions = list(contributions)
    previous = previous_answers(contributions)
    indicators = _asked_indicators(contributions)
    said = _figures([*contributions, *previous.values()])
    answers = []
    for contribution in contributions:
        before = previous.get(contribution.pk)
        figures = [
            Figure(
                indicator,
                now=said.get((contribution.pk, indicator.pk)),
                before=said.get((before.pk, indicator.pk)) if before else None,
                before_year=before.campaign.year if before else None,
            )
            for indicator in indicators[contribution.action_id]
        ]
        answers.append(Answer(contribution, before, figures))
    return answers


def previous_answers(contributions: list[Contribution]) -> dict[int, Contribution]:
    """The latest answer sent before, by today’s contribution."""
    sent = Contribution.objects.filter(
        action__in={c.action_id for c in contributions},
        organization__in={c.organization_id for c in contributions},
        state__in=Contribution.SENT,
    ).select_related("campaign")
    by_subject = defaultdict(list)
    for before in sent.order_by("campaign__year"):
        by_subject[before.action_id, before.organization_id].append(before)
    return {
        contribution.pk: before
        for contribution in contributions
        for before in by_subject[contribution.action_id, contribution.organization_id]
        if before.campaign.year < contribution.campaign.year
    }


def _asked_indicators(contributions: list[Contribution]) -> dict[int, list[Indicator]]:
    by_action = defaultdict(list)
    actions = {contribution.action_id for contribution in contributions}
    for indicator in Indicator.objects.filter(action__in=actions, is_collected=True):
        by_action[indicator.action_id].append(indicator)
    return by_action


def _figures(contributions: list[Contribution]) -> dict[tuple[int, int], Decimal | str]:
    values = IndicatorValue.objects.filter(contribution__in=contributions)
    return {
        (v.contribution_id, v.indicator_id): v.text if v.value is None else v.value for v in values
    }


class AnswerFilter(django_filters.FilterSet):
    """Choices never leave the convention, nor what the given answers are about."""

    q = django_filters.CharFilter(label="Action", method="about")
    year = django_filters.ChoiceFilter(
        label="Campagne", empty_label="Toutes", field_name="campaign__year"
    )
    organization = django_filters.ModelChoiceFilter(
        label="Organisme", empty_label="Tous", queryset=Organization.objects.none()
    )
    state = django_filters.ChoiceFilter(
        label="État", empty_label="Tous", choices=Contribution.State.choices
    )

    class Meta:
        model = Contribution
        fields: list[str] = []

    def __init__(self, data, queryset, *, convention: Convention):
        super().__init__(data, queryset)
        years = convention.campaigns.exclude(opened_at=None).values_list("year", flat=True)
        self.filters["year"].extra["choices"] = [(year, str(year)) for year in years]
        organizations = Organization.objects.filter(contributions__in=queryset.order_by())
        self.filters["organization"].queryset = organizations.distinct()

    def about(self, answers, name, text):
        """By the code of the action, whole, or words of its title."""
        return answers.filter(Q(action__code__iexact=text) | Q(action__title__icontains=text))
