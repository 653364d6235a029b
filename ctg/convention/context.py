from django.conf import settings

from ctg.accounts.models import User


def site(request):
    """``cast``: whom the demonstration can sign in, in one click; read only where it is shown."""
    return {
        "demo": settings.DEMO,
        "cast": _cast if settings.DEMO else (),
        "accessibility_contact": settings.ACCESSIBILITY_CONTACT,
        "proconnect": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }


def _cast():
    return User.objects.filter(email__endswith="@demo.example").prefetch_related(
        "memberships__organization", "memberships__convention"
    )
