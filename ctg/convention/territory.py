"""Verbs of the territory: which organisations and communes take part in a convention."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import models, transaction

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Commune, Convention, Organization
from ctg.french import counted

SHARED = "Une autre convention compte aussi sur lui : demandez à l’administration du site."


@transaction.atomic
def add_organization(convention: Convention, organization: Organization, *, by: User) -> None:
    """A new one is created; one that another convention knows already only joins."""
    if organization.pk is None:
        organization.full_clean()
        organization.save()
    convention.organizations.add(organization)
    _record("organization.added", organization, convention, by, "rejoint le territoire")


@transaction.atomic
def add_communes(convention: Convention, communes: Sequence[Commune], *, by: User) -> None:
    for commune in communes:
        if commune.pk is None:
            commune.full_clean()
            commune.save()
    convention.organizations.add(*communes)
    names = ", ".join(commune.name for commune in communes)
    record(
        "organization.added",
        convention,
        convention=convention,
        by=by,
        summary=f"Territoire : {counted(len(communes), 'commune', 'communes')} ({names})"[:500],
    )


@transaction.atomic
def change_organization(organization: Organization, *, convention: Convention, by: User) -> None:
    """ValidationError when another convention relies on the same row."""
    if is_shared(organization, convention):
        raise ValidationError(SHARED)
    organization.full_clean()
    organization.save()
    _record("organization.changed", organization, convention, by, "modifié")


@transaction.atomic
def remove_organization(organization: Organization, *, convention: Convention, by: User) -> None:
    """It leaves the territory, and stays known; ValidationError when something names it."""
    if held := what_holds(organization):
        raise ValidationError(f"{organization} reste : cet organisme sert déjà ({held}).")
    convention.organizations.remove(organization)
    _record("organization.removed", organization, convention, by, "quitte le territoire")


def is_shared(organization: Organization, convention: Convention) -> bool:
    known_to = organization.conventions, organization.led_conventions, organization.caf_conventions
    return any(conventions.exclude(pk=convention.pk).exists() for conventions in known_to)


def what_holds(row: models.Model) -> str:
    """The kinds of rows, of any convention, that name this one: « pilote, signature »."""
    row = getattr(row, "commune", row)
    names = {
        relation.related_model._meta.verbose_name
        for relation in row._meta.related_objects
        if not relation.parent_link
        and (relation.related_model, relation.field.name) != (Convention, "organizations")
        and relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists()
    }
    return ", ".join(sorted(str(name) for name in names))


def years_told(convention: Convention) -> dict[int, str]:
    """The years of which something is kept, each with what it is: « bilan annuel »."""
    told: dict[int, str] = {}
    for relation in Convention._meta.related_objects:
        model = relation.related_model
        if any(field.name == "year" for field in model._meta.fields):
            kept = model._base_manager.filter(**{relation.field.name: convention.pk})
            told |= dict.fromkeys(kept.values_list("year", flat=True), model._meta.verbose_name)
    return told


def new_communes(convention: Convention, communes: Iterable[Commune]) -> list[Commune]:
    """Those that are not of the territory yet, each as the site knows it when it does."""
    asked = {commune.insee_code: commune for commune in communes}
    known = Commune.objects.filter(insee_code__in=asked).defer("contour")
    asked |= {commune.insee_code: commune for commune in known}
    here = set(convention.communes.values_list("insee_code", flat=True))
    return [commune for code, commune in asked.items() if code not in here]


def _record(
    verb: str, organization: Organization, convention: Convention, by: User, what: str
) -> None:
    record(verb, organization, convention=convention, by=by, summary=f"{organization} : {what}")
