"""Grants of the communes and the EPCI; above the legal threshold their data are published."""

from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention
from ctg.french import NBSP, money
from financing.conditions import rates_of
from financing.models import Grant, Rate


def threshold(convention: Convention) -> Decimal | None:
    """Euros above which a grant is published, as the rates of this year say."""
    known = rates_of(convention, timezone.localdate().year).get(Rate.Kind.GRANT_THRESHOLD)
    return known.amount if known else None


def published(convention: Convention) -> QuerySet[Grant]:
    """Those above the threshold; none while it is not known."""
    above = threshold(convention)
    grants = convention.grants.select_related("granted_by", "beneficiary")
    return grants.none() if above is None else grants.filter(amount__gt=above)


@transaction.atomic
def save_grant(grant: Grant, *, by: User) -> None:
    grant.save()
    record(
        "grant.saved",
        grant,
        convention=grant.convention,
        by=by,
        summary=f"Subvention{NBSP}: {grant.purpose}, {money(grant.amount)} à {grant.beneficiary}",
    )
