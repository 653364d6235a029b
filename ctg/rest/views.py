"""The reference of the API: what anybody may read, since it says nothing of any convention."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ctg.rest.paging import Pages
from ctg.rest.problems import TITLES
from ctg.rest.reference import document, resources


@login_not_required
@require_GET
def docs(request):
    """How to ask, then every resource."""
    by_tag = groupby(resources().values(), _tag)
    context = {
        "groups": [(tag, list(found)) for tag, found in by_tag],
        "page_size": Pages.page_size,
        "max_page_size": Pages.max_page_size,
        "root": request.build_absolute_uri("/api/v1/"),
    }
    return render(request, "api/docs.html", context)


def _tag(resource):
    return resource.tag


@login_not_required
@require_GET
def docs_resource(request, resource):
    found = resources().get(resource)
    if found is None:
        raise Http404("L’API n’a pas de ressource de ce nom.")
    titles = [(str(code.value), title) for code, title in TITLES.items()]
    return render(request, "api/resource.html", {"resource": found, "titles": titles})


@login_not_required
@require_GET
def openapi(request):
    return JsonResponse(document())
