"""A form sent after the session ended: kept while the person signs in again, then offered back.

It stays in her own session on the server, an hour at most, and is shown once.
"""

import time

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import QueryDict
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect

KEPT = "kept_form"
KEPT_FOR = 3600  # seconds
LARGEST = 500_000  # characters
WHOLE_PAGE = "contenu"  # what htmx replaces when it sends a form as the browser would
READABLE = 20  # a shorter value is a choice or a date, that the form shows better


class SignInMiddleware(LoginRequiredMiddleware):
    """Forms of a convention only: those of the account hold passwords and codes.

    What htmx saves by itself while one types is kept by the browser: see static/js/draft.js.
    """

    def handle_no_permission(self, request, view_func):
        answer = super().handle_no_permission(request, view_func)
        is_whole = not request.htmx or request.htmx.target == WHOLE_PAGE
        if not is_whole or "convention" not in request.resolver_match.kwargs:
            return answer
        if request.method == "POST":
            keep(request)
        return HttpResponseClientRedirect(answer.url) if request.htmx else answer


def keep(request):
    form = request.POST.copy()
    form.pop("csrfmiddlewaretoken", None)
    sent = form.urlencode()
    if form and len(sent) <= LARGEST:
        request.session[KEPT] = {"at": time.time(), "path": request.path, "sent": sent}


class KeptFormMiddleware:
    """After the convention has let the person in: who takes her place sees nothing of it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not (request.user.is_authenticated and request.method == "GET"):
            return
        kept = request.session.get(KEPT)
        if not kept or kept["path"] != request.path:
            return
        del request.session[KEPT]
        if time.time() - kept["at"] > KEPT_FOR:
            return
        fields = [
            (name, value) for name, values in QueryDict(kept["sent"]).lists() for value in values
        ]
        texts = [value for _, value in fields if len(value) > READABLE and " " in value]
        return render(request, "account/kept_form.html", {"fields": fields, "texts": texts})
