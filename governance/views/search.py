from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from ctg.search import Hit
from governance.search import search

SHOWN, SHOWN_IN_DIALOG, SHOWN_OF_ONE = 10, 4, 200
LONGEST = 200


@dataclass(frozen=True)
class Group:
    """``more``: the address of all the results of this kind, when some are left out."""

    kind: str
    count: int
    shown: list[tuple[Hit, str]]
    more: str


def search_page(request):
    """``?q=``; ``&parmi=Actions`` for all of one kind; the dialog asks for the fragment."""
    text = " ".join(request.GET.get("q", "")[:LONGEST].split())
    found = search(request.convention, request.access, text)
    only = request.GET.get("parmi")
    if only in found:
        found, limit = {only: found[only]}, SHOWN_OF_ONE
    else:
        limit = SHOWN_IN_DIALOG if request.htmx else SHOWN
    groups = [_group(request, text, kind, hits, limit) for kind, hits in found.items()]
    return render(
        request,
        "governance/search.html" + ("#results" if request.htmx else ""),
        {"text": text, "groups": groups, "total": sum(group.count for group in groups)},
    )


def _group(request, text, kind, hits, limit):
    page = reverse("governance:search", args=[request.convention.slug])
    more = f"{page}?{urlencode({'q': text, 'parmi': kind})}" if len(hits) > limit else ""
    shown = [(hit, _address(request.convention, hit.document)) for hit in hits[:limit]]
    return Group(kind, len(hits), shown, more)


def _address(convention, document):
    address = reverse(document.route, args=[convention.slug, *document.args])
    return f"{address}?{document.query}" if document.query else address
