from django.conf import settings


def site(request):
    """What every page may show; ``convention`` is None outside a territory."""
    return {"demo": settings.DEMO}
