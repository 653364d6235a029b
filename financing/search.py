"""What search knows of the money: the facilities."""

from collections.abc import Iterator

from ctg.convention.models import Convention
from ctg.convention.rights import Access
from ctg.search import Document
from financing.rights import visible_facilities

FACILITIES = "Équipements"


def readable(convention: Convention, access: Access) -> set[int]:
    """Keys of the facilities that the person may read."""
    return set(visible_facilities(access, convention).values_list("pk", flat=True))


def documents(convention: Convention) -> Iterator[Document]:
    for facility in convention.facilities.select_related("manager", "commune"):
        yield Document(
            kind=FACILITIES,
            pk=facility.pk,
            title=facility.name,
            text=f"{facility.get_kind_display()}, {facility.commune}, {facility.manager.name}",
            note=str(facility.commune),
            route="financing:facility",
            args=(facility.pk,),
        )
