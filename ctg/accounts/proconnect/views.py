from collections.abc import Callable
from functools import cached_property
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2Adapter,
    OAuth2CallbackView,
    OAuth2LoginView,
)
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse

ALGORITHMS = ["RS256", "ES256"]


class ProConnectAdapter(OAuth2Adapter):
    """Both the identity and the userinfo are signed tokens; each is checked before it is read."""

    provider_id = "proconnect"

    @cached_property
    def published(self) -> dict[str, Any]:
        """What the sign-on says of itself; ``server_url`` is its address without the suffix."""
        address = self.get_provider().app.settings["server_url"].rstrip("/")
        with get_adapter().get_requests_session() as session:
            answer = session.get(f"{address}/.well-known/openid-configuration")
            answer.raise_for_status()
        return answer.json()

    @property
    def authorize_url(self) -> str:
        return self.published["authorization_endpoint"]

    @property
    def access_token_url(self) -> str:
        return self.published["token_endpoint"]

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        identity = self._read(kwargs["response"]["id_token"], app)
        with get_adapter().get_requests_session() as session:
            answer = session.get(
                self.published["userinfo_endpoint"],
                headers={"Authorization": f"Bearer {token.token}"},
            )
            answer.raise_for_status()
        person = self._read(answer.text, app)
        if person["sub"] != identity["sub"]:
            raise OAuth2Error("The userinfo is about somebody else.")
        return self.get_provider().sociallogin_from_response(request, person)

    def _read(self, signed: str, app: SocialApp) -> dict[str, Any]:
        try:
            return jwt.decode(
                signed,
                self._key_of(signed),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.published["issuer"],
                options={"require": ["sub", "iss", "aud"]},
            )
        except (jwt.PyJWTError, StopIteration, KeyError) as error:
            raise OAuth2Error("The sign-on sent a token that cannot be trusted.") from error

    def _key_of(self, signed: str) -> jwt.PyJWK:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.published["jwks_uri"])
            answer.raise_for_status()
        wanted = jwt.get_unverified_header(signed)["kid"]
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        return next(key for key in keys if key.key_id == wanted)


def where_it_is_set(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @login_not_required
    def page(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except SocialApp.DoesNotExist as absent:
            raise Http404("Ce site ne propose pas ProConnect.") from absent

    return page


oauth2_login = where_it_is_set(OAuth2LoginView.adapter_view(ProConnectAdapter))
oauth2_callback = where_it_is_set(OAuth2CallbackView.adapter_view(ProConnectAdapter))
