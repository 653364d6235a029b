from datetime import date

from django.utils.text import slugify

from ctg.accounts.models import User
from ctg.convention.models import Commune, Convention, Membership, Organization, Theme
from ctg.convention.rights import Role
from tests.factories import serial


def make_user(first_name="Dominique", **fields):
    fields.setdefault("email", f"{slugify(first_name)}{next(serial)}@example.org")
    return User.objects.create_user(first_name=first_name, **fields)


def make_organization(name=None, **fields):
    return Organization.objects.create(name=name or f"Organisme {next(serial)}", **fields)


def make_commune(name="Labège", convention=None, **fields):
    fields.setdefault("insee_code", f"31{next(serial) % 1000:03d}")
    fields.setdefault("postal_code", "31670")
    commune = Commune.objects.create(name=name, kind=Organization.Kind.COMMUNE, **fields)
    if convention:
        convention.organizations.add(commune)
    return commune


def make_convention(slug="sicoval-2020-2024", **fields):
    fields = {
        "name": "Convention territoriale globale",
        "short_name": "CTG Sicoval",
        "starts_on": date(2020, 1, 1),
        "ends_on": date(2024, 12, 31),
    } | fields
    fields.setdefault("epci", make_organization("Sicoval", kind=Organization.Kind.EPCI))
    fields.setdefault("caf", make_organization("Caf 31", kind=Organization.Kind.CAF))
    convention = Convention.objects.create(slug=slug, **fields)
    convention.organizations.add(convention.epci, convention.caf)
    return convention


def make_member(convention, role=Role.READER, organization=None, first_name="Dominique"):
    user = make_user(first_name)
    Membership.objects.create(
        convention=convention, user=user, role=role, organization=organization or convention.epci
    )
    return user


def make_theme(convention, label="Parentalité", **fields):
    return Theme.objects.create(
        convention=convention, label=label, code=f"theme-{next(serial)}", **fields
    )


def make_cast(convention, labege):
    """Each person by first name, with the organisation she acts for."""
    elsewhere = make_convention("ailleurs-2021-2025", short_name="CTG d’ailleurs")
    return {
        "camille": make_member(convention, Role.LEAD, first_name="Camille"),
        "malik": make_member(convention, Role.PILOT, first_name="Malik"),
        "sacha": make_member(convention, Role.CONTRIBUTOR, labege, first_name="Sacha"),
        "ines": make_member(convention, Role.FUNDER, convention.caf, first_name="Inès"),
        "alix": make_member(convention, Role.READER, first_name="Alix"),
        "noa": make_member(elsewhere, Role.LEAD, first_name="Noa"),
    }
