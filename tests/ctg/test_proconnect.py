"""ProConnect, tried against an OpenID provider that the test starts on this machine."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse

from ctg.accounts.models import User

CLIENT = "ctg"


class Provider(ThreadingHTTPServer):
    """Answers as ProConnect does; ``person`` is who has just signed in there."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signing_key = self.key
        self.audience = CLIENT
        self.person = {
            "sub": "42",
            "email": "Lea.Agent@example.org",
            "given_name": "Léa",
            "usual_name": "Agent",
            "siret": "21310254400017",
        }
        self.identity_sub = "42"

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"

    def signed(self, claims):
        now = int(time.time())
        whole = {"iss": self.address, "aud": self.audience, "iat": now, "exp": now + 60, **claims}
        return jwt.encode(whole, self.signing_key, algorithm="RS256", headers={"kid": "k1"})

    def published_keys(self):
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [key | {"kid": "k1", "use": "sig", "alg": "RS256"}]}


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/userinfo":
            assert self.headers["Authorization"] == "Bearer access"
            return self.say(self.server.signed(self.server.person), "application/jwt")
        pages = {
            "/.well-known/openid-configuration": {
                "issuer": self.server.address,
                "authorization_endpoint": f"{self.server.address}/authorize",
                "token_endpoint": f"{self.server.address}/token",
                "userinfo_endpoint": f"{self.server.address}/userinfo",
                "jwks_uri": f"{self.server.address}/keys",
            },
            "/keys": self.server.published_keys(),
        }
        self.say(json.dumps(pages[self.path]), "application/json")

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert sent["code"] == ["once"] and sent["code_verifier"]
        tokens = {
            "access_token": "access",
            "token_type": "Bearer",
            "id_token": self.server.signed({"sub": self.server.identity_sub}),
        }
        self.say(json.dumps(tokens), "application/json")

    def say(self, text, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings):
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    app = {"client_id": CLIENT, "secret": "secret", "settings": {"server_url": server.address}}
    settings.SOCIALACCOUNT_PROVIDERS = {"proconnect": {"APPS": [app]}}
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def sign_in():
    """The client that came back from the provider, and what our site answered it."""
    client = Client()
    gone = client.post(reverse("proconnect_login"))
    asked = parse_qs(urlsplit(gone.url).query)
    answer = client.get(
        reverse("proconnect_callback"), {"code": "once", "state": asked["state"][0]}
    )
    return client, asked, answer


def test_an_agent_of_the_territory_enters_without_any_right(provider, convention):
    client, asked, answer = sign_in()

    person = User.objects.get(email="lea.agent@example.org")
    assert (person.full_name, person.siren) == ("Léa Agent", "213102544")
    assert not person.memberships.exists()
    assert asked["acr_values"] == ["eidas1"] and "siret" in asked["scope"][0].split()
    assert client.get(convention.get_absolute_url()).status_code == 404


def test_a_member_is_recognised_by_her_address(provider, cast, convention):
    provider.person["email"] = cast["camille"].email

    client, _, _ = sign_in()

    assert client.get(convention.get_absolute_url()).status_code == 200
    assert User.objects.filter(email=cast["camille"].email).count() == 1


def refused(answer):
    return "ProConnect" in answer.content.decode() and "n’a pas abouti" in answer.content.decode()


def test_a_token_signed_by_another_is_refused(provider, db):
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    assert refused(sign_in()[2])
    assert not User.objects.exists()


def test_a_token_for_another_site_is_refused(provider, db):
    provider.audience = "un-autre-site"

    assert refused(sign_in()[2])
    assert not User.objects.exists()


def test_a_userinfo_about_somebody_else_is_refused(provider, db):
    provider.identity_sub = "43"

    assert refused(sign_in()[2])
    assert not User.objects.exists()


def test_a_state_never_given_is_refused(provider, db):
    answer = Client().get(reverse("proconnect_callback"), {"code": "once", "state": "forged"})

    assert refused(answer)


def test_the_button_shows_only_where_proconnect_is_set(provider, client, db, settings):
    address = reverse("account_request_login_code")

    assert "ProConnect" in client.get(address).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "ProConnect" not in client.get(address).content.decode()
