from django.http import Http404

from ctg.accounts.models import User
from ctg.convention.models import Convention
from ctg.convention.rights import Access


class ConventionMiddleware:
    """Turn ``<slug:convention>`` of the address into request.convention and request.access.

    Views never receive the slug: they reach rows through ``request.convention``. A stranger
    and an unknown address get the same 404.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.convention = None
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        slug = kwargs.pop("convention", None)
        if slug is not None:
            request.convention, request.access = enter(slug, request.user)


def enter(slug: str, person: User) -> tuple[Convention, Access]:
    """The convention and what the person may do there; Http404 where she is a stranger."""
    convention = Convention.objects.select_related("epci", "caf").filter(slug=slug).first()
    access = Access(
        convention.memberships.filter(user=person).select_related("organization")
        if convention
        else ()
    )
    if convention is None or not access:
        raise Http404("Cette page n’existe pas, ou vous n’êtes pas membre de la convention.")
    return convention, access
