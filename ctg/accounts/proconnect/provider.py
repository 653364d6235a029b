"""ProConnect, the State's sign-on for public agents: OpenID Connect with a signed userinfo."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider

from ctg.accounts.proconnect.views import ProConnectAdapter


class ProConnectAccount(ProviderAccount):
    def to_str(self) -> str:
        return str(self.account.extra_data.get("email", ""))


class ProConnectProvider(OAuth2Provider):
    id = "proconnect"
    name = "ProConnect"
    account_class = ProConnectAccount
    oauth2_adapter_class = ProConnectAdapter
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        return ["openid", "given_name", "usual_name", "email", "siret"]

    def get_auth_params(self) -> dict[str, Any]:
        return {"acr_values": "eidas1"} | super().get_auth_params()

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["sub"])

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, str]:
        return {
            "email": data.get("email", "").lower(),
            "first_name": data.get("given_name", ""),
            "last_name": data.get("usual_name", ""),
        }

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address comes from the agent's own administration, which vouches for it."""
        if not data.get("email"):
            return []
        return [EmailAddress(email=data["email"].lower(), verified=True, primary=True)]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, str]:
        """Only what says for whom the agent works; the rest of the identity is not kept."""
        return {name: data[name] for name in ("email", "siret") if data.get(name)}


provider_classes = [ProConnectProvider]
