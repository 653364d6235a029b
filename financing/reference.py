"""Verbs of the reference: facilities, funding agreements, the convention’s own rates."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from actions.models import Action
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Theme
from ctg.french import NBSP, number
from financing.computing import refresh_all
from financing.models import Facility, FundingAgreement, Rate


@transaction.atomic
def save_facility(
    facility: Facility, *, themes: Iterable[Theme], actions: Iterable[Action], by: User
) -> None:
    created = facility.pk is None
    write_facility(facility, themes=themes, actions=actions)
    said = "Équipement ajouté" if created else "Équipement modifié"
    _record_facility("facility.saved", facility, by, f"{said}{NBSP}: {facility.name}")
    refresh_all(facility.convention, facility.convention.years)


def write_facility(
    facility: Facility, *, themes: Iterable[Theme], actions: Iterable[Action]
) -> None:
    """A manager named for the first time joins the territory’s organisations."""
    if facility.manager.pk is None:
        facility.manager.save()
        facility.convention.organizations.add(facility.manager)
    facility.manager = facility.manager
    facility.save()
    facility.themes.set(themes)
    facility.actions.set(actions)


@transaction.atomic
def save_agreement(agreement: FundingAgreement, *, by: User) -> None:
    """A convention d’objectifs et de financement, or its amendment."""
    facility = agreement.facility
    agreement.save()
    _record_facility(
        "agreement.saved",
        facility,
        by,
        f"Convention de financement {agreement.period_label}{NBSP}: {facility.name}",
    )
    refresh_all(facility.convention, range(agreement.starts_on.year, agreement.ends_on.year + 1))


@transaction.atomic
def save_rate(rate: Rate, *, by: User) -> None:
    """One of the convention’s own rates; every year with lines is estimated again."""
    convention = rate.convention
    if convention is None:
        raise ValidationError("Un barème national ne se change pas depuis une convention.")
    rate.save()
    label = Rate.Kind(rate.kind).label
    record(
        "rate.saved",
        rate,
        convention=convention,
        by=by,
        summary=f"Barème enregistré{NBSP}: {label}, {number(rate.amount)}",
    )
    refresh_all(convention, convention.years)


def _record_facility(verb: str, facility: Facility, by: User, summary: str) -> None:
    record(verb, facility, convention=facility.convention, by=by, summary=summary)
