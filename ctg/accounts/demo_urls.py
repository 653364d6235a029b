"""One-click sign-in as the cast of the demonstration; included only with demo settings."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST

from ctg.accounts.models import User

CAST_DOMAIN = "@demo.example"


@login_not_required
@require_POST
def sign_in(request):
    person = get_object_or_404(
        User, email=request.POST.get("email", ""), email__endswith=CAST_DOMAIN
    )
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("home")


urlpatterns = [path("connexion/", sign_in, name="demo_sign_in")]
