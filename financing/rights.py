"""Predicates of the money; each takes the person’s Access to the convention."""

from django.db.models import QuerySet

from ctg.convention.models import Convention
from ctg.convention.rights import Access, Right
from financing.models import Facility


def can_view_any(access: Access, convention: Convention) -> bool:
    """Those who read the funding, and the members of an organisation that runs a facility."""
    return access.has(Right.VIEW_FUNDING) or visible_facilities(access, convention).exists()


def visible_facilities(access: Access, convention: Convention) -> QuerySet[Facility]:
    """All for who reads the funding; its own for a manager’s member."""
    if access.has(Right.VIEW_FUNDING):
        return convention.facilities.all()
    return convention.facilities.filter(manager__in=access.organizations_with(Right.DECLARE))


def declarable_facilities(access: Access, convention: Convention) -> QuerySet[Facility]:
    """The lead declares for anyone, a manager’s member for its own facilities."""
    if access.has(Right.MANAGE_FUNDING):
        return convention.facilities.all()
    return convention.facilities.filter(manager__in=access.organizations_with(Right.DECLARE))


def can_declare(access: Access, facility: Facility) -> bool:
    mine = access.organizations_with(Right.DECLARE)
    return access.has(Right.MANAGE_FUNDING) or facility.manager_id in {one.pk for one in mine}


def editable_amounts(access: Access) -> tuple[str, ...]:
    """The fields of a bonus line that a person who enters payments may write."""
    own = ("forecast", "updated") if access.has(Right.MANAGE_FUNDING) else ()
    return (*own, "notified", "notified_on", "gap_note")
