"""Who asks: the bearer of a token, or somebody signed in on our pages (her CSRF token sent)."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission

from ctg.convention.tokens import note_use, token_of

UNKNOWN = "Ce jeton n’ouvre rien : il est inconnu, expiré ou retiré."
READ_ONLY = "Ce jeton permet de lire, pas de modifier : il en faut un autre."
NO_CSRF = "Le jeton CSRF de la page manque ou n’est plus bon : rechargez la page."


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer ctg_…``"""

    def authenticate(self, request):
        scheme, _, written = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_of(written.strip())
        if token is None:
            raise exceptions.AuthenticationFailed(UNKNOWN)
        note_use(token)
        return token.user, token

    def authenticate_header(self, request):
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    def enforce_csrf(self, request):
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as refusal:
            raise exceptions.PermissionDenied(NO_CSRF) from refusal


class WithinScope(BasePermission):
    """A token to read does not write, whatever its person may."""

    message = READ_ONLY

    def has_permission(self, request, view):
        return request.method in SAFE_METHODS or not request.auth or request.auth.can_write


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "jeton"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "bearerFormat": "ctg_…"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
