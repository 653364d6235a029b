"""Programs that ask the API, each by a token of one of the cast."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ctg.convention import tokens
from ctg.convention.models import ApiToken


def make_token(person, scope=ApiToken.Scope.WRITE, **fields):
    fields = {"expires_on": timezone.localdate() + timedelta(days=30)} | fields
    return tokens.create_token(person, name="Essai", scope=scope, **fields)


@dataclass
class Program:
    """Asks for addresses of one convention; ``headers`` carry its token."""

    slug: str
    headers: dict[str, str]

    def get(self, address="", query=None, **headers):
        return self.ask("get", address, query, **headers)

    def post(self, address, body=None, **headers):
        return self.ask("post", address, body or {}, **headers)

    def patch(self, address, body, **headers):
        """On the version just read, unless the caller names another."""
        if "If-Match" not in headers:
            headers["If-Match"] = self.get(address).headers["ETag"]
        return self.ask("patch", address, body, **headers)

    def ask(self, method, address, sent: Any = None, **headers):
        whole = f"/api/v1/conventions/{self.slug}/{address}"
        kind = {} if method == "get" else {"content_type": "application/json"}
        return getattr(Client(), method)(whole, sent, headers=self.headers | headers, **kind)


@pytest.fixture
def program(convention, cast):
    """program("camille") asks with a token of hers; program("noa") of a stranger’s."""

    def of(name, scope=ApiToken.Scope.WRITE, **fields):
        token = make_token(cast[name], scope, **fields)
        return Program(convention.slug, {"Authorization": f"Bearer {token}"})

    return of


def pointers(answer):
    """{where: what} of a refusal, with plain spaces."""
    return {error["pointer"]: plain(error["detail"]) for error in answer.json()["errors"]}


def plain(text):
    return text.replace("\u00a0", " ")
