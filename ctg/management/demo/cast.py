"""The people of the demonstration: accounts without password, first names and functions only."""

from dataclasses import dataclass
from datetime import date

from django.utils.text import slugify

from ctg.accounts.models import User
from ctg.convention.models import Commune, Convention, Membership, Organization
from ctg.convention.rights import Role
from ctg.management.demo.content import read
from ctg.management.demo.story import Story, at

CAST = [
    ("camille", "Camille", Role.LEAD, "Sicoval", "Chef·fe de projet CTG"),
    ("malik", "Malik", Role.PILOT, "Sicoval", "Service de l’action sociale"),
    ("sacha", "Sacha", Role.CONTRIBUTOR, "Labège", "Agent·e de la vie sociale"),
    ("ines", "Inès", Role.FUNDER, "Caf 31", "Conseil et développement"),
    ("alix", "Alix", Role.READER, "Castanet-Tolosan", "Délégation à la petite enfance"),
]
JOINED_AT = at(date(2020, 9, 1))


@dataclass(frozen=True)
class Scene:
    """Where the demonstration plays; organisations are known by short name, or name without."""

    convention: Convention
    story: Story
    seed: int
    organizations: dict[str, Organization]
    communes: list[Commune]
    people: dict[str, User]
    referents: dict[int, User]

    @property
    def lead(self) -> User:
        return self.people["camille"]


def gather(convention: Convention, *, story: Story, seed: int, partners: set[str]) -> Scene:
    """``partners`` are the organisations that get a correspondent beside the communes."""
    fictional = [Organization(**line) for line in read("demo_facilities")["organizations"]]
    Organization.objects.bulk_create(fictional)
    convention.organizations.add(*fictional)
    communes = list(convention.communes.order_by("insee_code"))
    organizations = {str(o): o for o in convention.organizations.all()}
    organizations |= {str(commune): commune for commune in communes}
    scene = Scene(convention, story, seed, organizations, communes, {}, {})
    for name, first_name, role, organization, function in CAST:
        person = make_person(f"{name}@demo.example", first_name, function=function)
        scene.people[name] = person
        join(convention, person, organizations[organization], role)
    _referents(scene, partners)
    return scene


def make_person(email: str, first_name: str, **fields) -> User:
    person = User(email=email, first_name=first_name, joined_at=JOINED_AT, **fields)
    person.set_unusable_password()
    person.save()
    return person


def join(convention: Convention, person: User, organization: Organization, role: Role) -> None:
    Membership.objects.create(
        convention=convention, user=person, organization=organization, role=role
    )


def _referents(scene, partners):
    """One correspondent per organisation; their addresses keep them out of one-click sign-in."""
    for commune in scene.communes:
        email = f"referent.{commune.insee_code}@communes.demo.example"
        _referent(scene, commune, email, Role.CONTRIBUTOR)
    for name in sorted(partners - {"Sicoval"}):
        email = f"referent.{slugify(name)}@partenaires.demo.example"
        _referent(scene, scene.organizations[name], email, Role.PILOT)
    scene.referents[scene.organizations["Labège"].pk] = scene.people["sacha"]
    scene.referents[scene.organizations["Sicoval"].pk] = scene.people["malik"]


def _referent(scene, organization, email, role):
    person = make_person(
        email, "Référent·e", last_name=str(organization), function="Agent référent"
    )
    join(scene.convention, person, organization, role)
    scene.referents[organization.pk] = person
