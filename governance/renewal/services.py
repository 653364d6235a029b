"""Renew a convention: a new one that follows it, with what is carried over.

Nothing of the old one changes: what is carried over is copied, and each action of the new plan
knows the one it comes from.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from actions.models import Action, Indicator, IndicatorValue
from actions.progress import yearly_figures
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention, Membership
from ctg.french import counted
from financing.models import Facility
from governance.models import Committee

CARRIED = ("epci", "caf", "definition", "funding_scope", "untouched_days", "is_demo")
Status = Action.Status
Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def renew(
    convention: Convention,
    *,
    name: str,
    short_name: str,
    slug: str,
    starts_on: date,
    ends_on: date,
    actions: Collection[Action],
    members: bool,
    facilities: bool,
    committees: bool,
    by: User,
) -> Convention:
    """ValidationError, by field, when it is renewed already or the new one cannot be."""
    if Convention.objects.filter(follows=convention).exists():
        raise ValidationError("Cette convention est déjà renouvelée.")
    if starts_on <= convention.ends_on:
        raise ValidationError({"starts_on": "La nouvelle convention commence après celle-ci."})
    renewal = Convention(
        name=name,
        short_name=short_name,
        slug=slug,
        starts_on=starts_on,
        ends_on=ends_on,
        follows=convention,
        **{field: getattr(convention, field) for field in CARRIED},
    )
    renewal.full_clean()
    renewal.save()
    renewal.organizations.set(convention.organizations.all())
    _Carrying(convention, renewal).all(actions, facilities=facilities, committees=committees)
    _members(convention, renewal, everyone=members, by=by)
    taken = counted(len(actions), "action reprise", "actions reprises")
    record(
        "convention.renewed",
        renewal,
        convention=renewal,
        by=by,
        summary=f"Suite de la {convention} : {taken}",
    )
    return renewal


def _members(convention: Convention, renewal: Convention, *, everyone: bool, by: User) -> None:
    """The person who renews is always there, to go on with the work."""
    memberships = convention.memberships.all()
    kept = memberships if everyone else memberships.filter(user=by)
    Membership.objects.bulk_create(_copy(one, convention=renewal) for one in kept)


def _copy(row: Row, **changes: Any) -> Row:
    """Not saved; many-to-many links are left to who copies."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    copy = type(row)(**values)
    for field, value in changes.items():
        setattr(copy, field, value)
    return copy


class _Carrying:
    """Old rows to new ones, by the key of the old."""

    def __init__(self, old: Convention, new: Convention) -> None:
        self.old, self.new = old, new
        self.rows: dict[tuple[type[models.Model], int], models.Model] = {}

    def all(self, actions: Iterable[Action], *, facilities: bool, committees: bool) -> None:
        for label in (*self.old.themes.all(), *self.old.audiences.all()):
            self.take(label, convention=self.new)
        self.hierarchy()
        for action in actions:
            self.action(action)
        for action in actions:
            self.links(action)
        for facility in self.old.facilities.filter(closed_on=None) if facilities else ():
            self.facility(facility)
        for committee in self.old.committees.all() if committees else ():
            self.committee(committee)

    def take(self, row: Row, **changes: Any) -> Row:
        copy = _copy(row, **changes)
        copy.save()
        self.rows[type(row), row.pk] = copy
        return copy

    def of(self, row: Row) -> Row:
        return self.rows[type(row), row.pk]  # type: ignore[return-value]

    def known(self, rows: Iterable[Row]) -> list[Row]:
        return [self.of(row) for row in rows if (type(row), row.pk) in self.rows]

    def hierarchy(self) -> None:
        for stake in self.old.stakes.current():
            self.take(stake, convention=self.new)
            for strategic in stake.strategic_objectives.current():
                self.take(strategic, stake=self.of(stake))
                for operational in strategic.operational_objectives.current():
                    self.take(operational, strategic_objective=self.of(strategic))

    def action(self, action: Action) -> None:
        """Its text, its place, its partners and indicators; its dates and progress begin again."""
        ongoing = action.status == Status.ONGOING
        self.take(
            action,
            convention=self.new,
            operational_objective=self.of(action.operational_objective),
            renewed_from=action,
            origin=Action.Origin.RENEWED,
            status=Status.ONGOING if ongoing else Status.TODO,
            status_on=self.new.starts_on,
            status_reason="",
            progress=0,
            is_blocked=False,
            calendar="",
            starts_on=None,
            ends_on=None,
        )

    def links(self, action: Action) -> None:
        copy = self.of(action)
        copy.communes.set(action.communes.all())
        copy.themes.set(self.known(action.themes.all()))
        copy.audiences.set(self.known(action.audiences.all()))
        copy.other_stakes.set(self.known(action.other_stakes.all()))
        for partner in action.partners.all():
            _copy(partner, action=copy).save()
        for indicator in action.indicators.all():
            _copy(indicator, action=copy, baseline=_last_figure(indicator), target_year=None).save()

    def facility(self, facility: Facility) -> None:
        copy = self.take(facility, convention=self.new)
        copy.themes.set(self.known(facility.themes.all()))
        copy.actions.set(self.known(facility.actions.all()))

    def committee(self, committee: Committee) -> None:
        theme = self.of(committee.theme) if committee.theme else None
        copy = self.take(committee, convention=self.new, theme=theme)
        copy.actions.set(self.known(committee.actions.all()))
        for member in committee.members.all():
            _copy(member, committee=copy).save()


def _last_figure(indicator: Indicator) -> Any:
    """Where the new convention starts from: the last known value, or the first baseline."""
    values = IndicatorValue.objects.filter(indicator=indicator).counted()
    figures = yearly_figures((v.indicator_id, v.year, v.contribution_id, v.value) for v in values)
    known = figures.get(indicator.pk)
    return known[max(known)] if known else indicator.baseline
