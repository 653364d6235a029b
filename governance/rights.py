"""Predicates of the governance; each takes the person’s Access to the convention."""

from collections.abc import Iterable

from ctg.accounts.models import User
from ctg.convention.rights import Access
from governance.models import Attendance


def attendances_of(
    access: Access, person: User, expected: Iterable[Attendance]
) -> list[Attendance]:
    """Those a person may answer for: her own address first, else her organisation’s.

    Where her address is known, she answers for herself only.
    """
    expected = list(expected)
    own = [a for a in expected if a.email and a.email.lower() == person.email.lower()]
    mine = {membership.organization_id for membership in access.memberships}
    return own or [a for a in expected if a.organization_id in mine]
