"""One tag for each state of what an address shows (RFC 9110), so that nobody writes over another.

It is the hash of the representation: whatever moved in it, rows below included, is another tag.
"""

from hashlib import sha256
from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request


class VersionExpected(APIException):
    status_code = 428
    default_detail = (
        "Dites quelle version vous changez : envoyez dans l’en-tête If-Match l’ETag de votre "
        "dernière lecture."
    )


class Outdated(APIException):
    status_code = 412
    default_detail = (
        "Quelqu’un d’autre a modifié cet élément depuis votre lecture : relisez-le, puis envoyez "
        "de nouveau votre changement."
    )


def etag_of(representation: Any) -> str:
    return f'"{sha256(JSONRenderer().render(representation)).hexdigest()[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """The reader has this state already."""
    return _names(request.headers.get("If-None-Match", ""), tag)


def check_version(request: Request, tag: str, *, required: bool) -> None:
    """Raises VersionExpected without If-Match where it is required, Outdated on another tag."""
    said = request.headers.get("If-Match", "").strip()
    if not said and required:
        raise VersionExpected
    if said and not _names(said, tag):
        raise Outdated


def _names(header: str, tag: str) -> bool:
    tags = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in tags or tag in tags
