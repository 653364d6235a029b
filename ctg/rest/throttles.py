"""How much one may ask, by key or person and by network address; beyond, 429 and Retry-After."""

from django.conf import settings
from rest_framework.throttling import SimpleRateThrottle


class Throttle(SimpleRateThrottle):
    def get_rate(self):
        return settings.API_RATES[self.scope]


class PerKey(Throttle):
    """One count a key; a signed-in person counts once for all her pages."""

    scope = "key"

    def get_cache_key(self, request, view):
        who = f"key-{request.auth.pk}" if request.auth else f"person-{request.user.pk}"
        return self.cache_format % {"scope": self.scope, "ident": who}


class PerAddress(Throttle):
    scope = "address"

    def get_cache_key(self, request, view):
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}
