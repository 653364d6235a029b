from datetime import timedelta
from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

FRESH = timedelta(minutes=30)


def recent_sign_in_required(view):
    """For acts that nobody may do on a screen left open: sign in anew, then come back here."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.user.last_login and timezone.now() - request.user.last_login < FRESH:
            return view(request, *args, **kwargs)
        messages.info(request, "Par sécurité, reconnectez-vous d’abord : vous reviendrez ici.")
        sign_in = f"{reverse('account_request_login_code')}?{urlencode({'next': request.path})}"
        return redirect(f"{reverse('account_logout')}?{urlencode({'next': sign_in})}")

    return guarded
