"""What each manager still has to declare, by the Caf’s calendar, and the reminders."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from ctg.accounts.models import User
from ctg.convention.models import Convention, Organization
from ctg.convention.rights import RIGHTS, Right
from ctg.french import NBSP, counted, french_date
from ctg.mail.kinds import Kind
from ctg.mail.services import send
from financing.journal import record_year
from financing.models import CalendarDate, Declaration, Facility, Stage

AHEAD = timedelta(days=60)
BEFORE = timedelta(days=10)
DECLARING_ROLES = [role for role, rights in RIGHTS.items() if Right.DECLARE in rights]
SLUGS = {
    "prevision": Stage.FORECAST,
    "ete": Stage.SUMMER,
    "automne": Stage.AUTUMN,
    "reel": Stage.ACTUAL,
}
SLUG_OF = {stage: slug for slug, stage in SLUGS.items()}
ORDER = list(Stage)


@dataclass(frozen=True)
class Owed:
    manager: Organization
    facilities: tuple[Facility, ...]
    reminded_on: date | None = None


@dataclass(frozen=True)
class Deadline:
    pk: int
    year: int
    stage: Stage
    due_on: date
    is_late: bool
    expected: int
    owed: tuple[Owed, ...]

    @property
    def slug(self) -> str:
        return SLUG_OF[self.stage]

    @property
    def label(self) -> str:
        return f"{CalendarDate.Kind(self.stage.value).label} {self.year}".capitalize()

    @property
    def missing(self) -> int:
        return sum(len(one.facilities) for one in self.owed)

    @property
    def declared(self) -> int:
        return self.expected - self.missing


def deadlines(
    convention: Convention, facilities: QuerySet[Facility], today: date
) -> list[Deadline]:
    """Past ones with something still missing, and those of the next two months; five queries.

    A facility owes a stage until it declares that one or a later one.
    """
    dates = list(convention.calendar_dates.filter(kind__in=Stage.values, due_on__lte=today + AHEAD))
    if not dates:
        return []
    rows = list(facilities.select_related("manager").order_by("manager__name", "name"))
    last = _last_declared(convention, {one.year for one in dates})
    reminded = _reminded(convention)
    found = [_deadline(one, rows, last, reminded, today) for one in dates]
    return [one for one in found if one.owed or (one.expected and not one.is_late)]


def _deadline(
    one: CalendarDate,
    rows: list[Facility],
    last: dict[tuple[int, int], int],
    reminded: dict[tuple[int, str, int], date],
    today: date,
) -> Deadline:
    stage = Stage(one.kind)
    due = [facility for facility in rows if facility.is_open_in(one.year)]
    groups: dict[Organization, list[Facility]] = defaultdict(list)
    for facility in due:
        if last.get((facility.pk, one.year), -1) < ORDER.index(stage):
            groups[facility.manager].append(facility)
    owed = tuple(
        Owed(manager, tuple(missing), reminded.get((one.year, stage, manager.pk)))
        for manager, missing in groups.items()
    )
    return Deadline(one.pk, one.year, stage, one.due_on, one.due_on < today, len(due), owed)


def _last_declared(convention: Convention, years: set[int]) -> dict[tuple[int, int], int]:
    """Rank of the latest stage, by facility and year."""
    declared = Declaration.objects.filter(
        bonus_line__facility__convention=convention, bonus_line__year__in=years
    ).values_list("bonus_line__facility", "bonus_line__year", "stage")
    last: dict[tuple[int, int], int] = {}
    for facility, year, stage in declared:
        last[facility, year] = max(last.get((facility, year), -1), ORDER.index(Stage(stage)))
    return last


def _reminded(convention: Convention) -> dict[tuple[int, str, int], date]:
    """The day of the last reminder, by year, stage and manager."""
    entries = convention.journal.filter(verb="declaration.reminded").order_by("at")
    return {
        (data["year"], data["stage"], manager): timezone.localdate(at)
        for data, at in entries.values_list("data", "at")
        for manager in data["managers"]
    }


@transaction.atomic
def remind(convention: Convention, deadline: Deadline, *, by: User | None) -> int:
    """Write to the members of the managers that still owe a declaration, once a day at most.

    The number of people written to.
    """
    today = timezone.localdate()
    waiting = {one.manager.pk: one for one in deadline.owed if one.reminded_on != today}
    members = convention.memberships.filter(
        role__in=DECLARING_ROLES, organization__in=waiting, user__is_active=True
    ).select_related("user", "organization")
    path = reverse("financing:declare", args=[convention.slug, deadline.year, deadline.slug])
    for member in members:
        owed = waiting[member.organization_id].facilities
        send(
            Kind.DECLARATION_REMINDER,
            to=member.user,
            context={
                "first_name": member.user.first_name,
                "convention": convention.short_name,
                "organization": str(member.organization),
                "declaration": deadline.label,
                "due_on": french_date(deadline.due_on),
                "is_late": deadline.is_late,
                "facilities": [facility.name for facility in owed],
                "url": settings.SITE_URL + path,
            },
        )
    reached = sorted({member.organization_id for member in members})
    if reached:
        said = counted(len(reached), "gestionnaire relancé", "gestionnaires relancés")
        record_year(
            "declaration.reminded",
            convention,
            deadline.year,
            by=by,
            summary=f"{deadline.label}{NBSP}: {said}",
            stage=deadline.stage.value,
            managers=reached,
        )
    return len(members)


@task()
def remind_on_time() -> int:
    """Each day: the declarations due in ten days, and those due yesterday; people written to.

    Safe to run twice: a manager is reminded once a day.
    """
    today = timezone.localdate()
    days = [today + BEFORE, today - timedelta(days=1)]
    dates = CalendarDate.objects.filter(kind__in=Stage.values, due_on__in=days)
    count = 0
    for convention in Convention.objects.filter(pk__in=dates.values("convention")):
        for deadline in deadlines(convention, convention.facilities.all(), today):
            if deadline.due_on in days:
                count += remind(convention, deadline, by=None)
    return count
