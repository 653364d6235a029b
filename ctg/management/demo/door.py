"""Two people at the door, for the lead to see what she would do of them."""

from ctg.convention.admission import invite
from ctg.convention.models import AccessRequest
from ctg.convention.rights import Role
from ctg.management.demo.cast import Scene, make_person


def write(scene: Scene) -> None:
    invite(
        scene.convention,
        email="frederique@communes.demo.example",
        first_name="Frédérique",
        organization=scene.organizations["Ramonville-Saint-Agne"],
        role=Role.CONTRIBUTOR,
        by=scene.lead,
    )
    AccessRequest.objects.create(
        convention=scene.convention,
        user=make_person("lea@communes.demo.example", "Léa", function="Agent·e du guichet"),
        organization=scene.organizations["Escalquens"],
    )
