import errno
import sys

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_POST
from django_prometheus.exports import ExportToDjangoView

from ctg import __version__
from ctg.accounts.recent import recent_sign_in_required
from ctg.convention.rights import Right, require
from ctg.mail.kinds import Kind
from ctg.mail.services import send
from ctg.operations import checks, privacy
from ctg.operations.metrics import queue_metrics


@login_not_required
def alive(request):
    """The process answers: nothing else is asked of it."""
    return JsonResponse({"status": "ok"})


@login_not_required
def ready(request):
    """May this process be sent requests? 503 while its database is away or not up to date."""
    answers = checks.database_answers()
    found = {"database": answers, "migrations": answers and checks.is_migrated()}
    is_ready = all(found.values())
    return JsonResponse(
        {"status": "ok" if is_ready else "unavailable", **found}, status=200 if is_ready else 503
    )


def trouble(request):
    """What went wrong, when it is not the person’s doing: an outage that ends, or a fault of ours.

    Django calls it while the exception is being handled; the page asks nothing of the database.
    """
    error = sys.exc_info()[1]
    is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    is_away = isinstance(error, OperationalError | InterfaceError)
    is_beyond = isinstance(error, DataError | OverflowError)  # 99999999999999999999 as a choice
    found = {"is_full": is_full, "is_away": is_away, "is_beyond": is_beyond}
    page = render_to_string("500.html", found)
    if is_full or is_away:
        return HttpResponse(page, status=503, headers={"Retry-After": "30"})
    return HttpResponse(page, status=400 if is_beyond else 500)


@login_not_required
def metrics(request):
    """For Prometheus, which shows METRICS_TOKEN; for anybody else the page does not exist."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(shown, settings.METRICS_TOKEN):
        raise Http404("Cette page n’existe pas.")
    page = ExportToDjangoView(request)
    page.content += queue_metrics()
    return page


def service(request):
    """What the project lead may want to know of the machine behind the site."""
    require(request.access.has(Right.MANAGE_CONVENTION))
    found = [check() for check in checks.CHECKS]
    return render(request, "operations/service.html", {"checks": found, "version": __version__})


@require_POST
def send_trial(request):
    require(request.access.has(Right.MANAGE_CONVENTION))
    send(Kind.TRIAL, to=request.user, context={})
    messages.success(request, f"Un courriel d’essai part vers {request.user.email}.")
    return redirect("operations:service", request.convention.slug)


@recent_sign_in_required
def my_data(request):
    """A copy of what is kept of the person, readable by people and by programs."""
    copy = JsonResponse(
        privacy.personal_data(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    copy["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return copy


@recent_sign_in_required
def erase(request):
    if request.method != "POST":
        return render(request, "operations/erase.html")
    try:
        privacy.erase(request.user)
    except ValidationError as refusal:
        return render(request, "operations/erase.html", {"refusal": " ".join(refusal.messages)})
    logout(request)
    messages.success(
        request, "Votre compte est effacé. Ce que vous avez fait reste, sans votre nom."
    )
    return redirect("account_request_login_code")
