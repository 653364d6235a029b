"""Who may do what through the API: one table; a new route without a row fails."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from ctg.api import router
from ctg.convention.models import ApiToken
from tests.api.conftest import make_token
from tests.api.rows import make_rows
from tests.factories.ctg import make_convention

EVERYONE = "camille malik sacha ines alix"
FUNDING = "camille malik ines alix"
# By resource, then by what is done with it; « list retrieve » alone when nothing is written.
MAY = {
    "organizations": {"list retrieve": EVERYONE},
    "communes": {"list retrieve": EVERYONE},
    "themes": {"list retrieve": EVERYONE},
    "members": {"list retrieve": "camille"},
    "journal": {"list retrieve": "camille"},
    "stakes": {"list retrieve": EVERYONE, "create partial_update archive restore": "camille"},
    "strategic-objectives": {
        "list retrieve": EVERYONE,
        "create partial_update archive restore": "camille",
    },
    "operational-objectives": {
        "list retrieve": EVERYONE,
        "create partial_update archive restore": "camille",
    },
    "findings": {"list retrieve": EVERYONE},
    "audiences": {"list retrieve": EVERYONE},
    "actions": {
        "list retrieve journal": EVERYONE,
        "create archive restore": "camille",
        "partial_update start complete postpone abandon reopen": "camille malik",
    },
    "proposals": {
        "list create": "camille malik sacha",
        "retrieve": "camille sacha",
        "accept decline": "camille",
    },
    "campaigns": {"list retrieve": EVERYONE, "create partial_update open close": "camille"},
    "contributions": {
        "list retrieve": "camille malik sacha ines",
        "partial_update submit nothing_new set_aside": "camille sacha",
        "validate return_for_correction correct": "camille",
    },
    "action-reviews": {"list retrieve": EVERYONE, "create partial_update": "camille"},
    "facilities": {
        "list retrieve": FUNDING,
        "create partial_update": "camille",
        "declare": "camille malik",
        "amounts": "camille ines",
    },
    "agreements": {"list retrieve": FUNDING, "create partial_update": "camille"},
    "bonus-lines": {"list retrieve": FUNDING},
    "instalments": {"list retrieve": FUNDING, "receive correct": "camille ines"},
    "rates": {"list retrieve": FUNDING, "create partial_update": "camille"},
    "budgets": {"list retrieve": FUNDING, "partial_update": "camille malik"},
    "grants": {"list retrieve": FUNDING, "create partial_update": "camille"},
    "committees": {"list retrieve": EVERYONE, "close reopen": "camille"},
    "meetings": {
        "list retrieve": EVERYONE,
        "create partial_update convene hold adopt cancel reopen write_minutes": "camille",
    },
    "decisions": {
        "list retrieve": EVERYONE,
        "create partial_update apply drop reopen remove": "camille",
    },
    "reviews": {"list retrieve data pdf": EVERYONE},
    "evaluations": {"list": EVERYONE, "retrieve": "camille malik ines", "data pdf": ""},
}


@dataclass(frozen=True)
class Operation:
    resource: str
    act: str
    method: str
    route: str
    is_detail: bool

    @property
    def name(self):
        return f"{self.resource} {self.act}"

    def address(self, slug, rows):
        named = [slug, rows[self.resource]] if self.is_detail else [slug]
        return reverse(f"api:{self.route}", args=named)


def operations():
    for _, viewset, basename in router.registry:
        for route in router.get_routes(viewset):
            for method, act in router.get_method_map(viewset, route.mapping).items():
                if basename != "convention":
                    name = route.name.format(basename=basename)
                    yield Operation(basename, act, method, name, "{lookup}" in route.url)


OPERATIONS = list(operations())


@pytest.fixture
def rows(convention, cast, labege, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_rows(convention, labege, cast["camille"])


def status(token, operation, slug, rows):
    """Of one request whose effect is undone."""
    with transaction.atomic():
        answer = getattr(Client(), operation.method)(
            operation.address(slug, rows),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        if answer.streaming:
            b"".join(answer)
        transaction.set_rollback(True)
    return answer.status_code


def by_act(resource):
    return {f"{resource} {act}": who for acts, who in MAY[resource].items() for act in acts.split()}


DECLARED = {act: who for resource in MAY for act, who in by_act(resource).items()}


def test_rights_table(rows, cast, convention):
    tokens = {name: make_token(person) for name, person in cast.items()}

    opened = {
        operation.name: " ".join(
            name
            for name in EVERYONE.split()
            if status(tokens[name], operation, convention.slug, rows) not in (401, 403, 404)
        )
        for operation in OPERATIONS
    }

    assert opened == DECLARED


def test_strangers_get_404(rows, cast, convention):
    """By the door of our convention, and by their own with our rows."""
    noa = make_token(cast["noa"])
    for slug, asked in (
        (convention.slug, OPERATIONS),
        ("ailleurs-2021-2025", [operation for operation in OPERATIONS if operation.is_detail]),
    ):
        answers = {operation.name: status(noa, operation, slug, rows) for operation in asked}
        assert {name for name, code in answers.items() if code != 404} == set()


def test_nobody_gets_401(rows, convention):
    answers = {o.name: status("", o, convention.slug, rows) for o in OPERATIONS}

    assert {name for name, code in answers.items() if code != 401} == set()


def test_a_token_to_read_never_writes(rows, cast, convention):
    token = make_token(cast["camille"], ApiToken.Scope.READ)
    writes = [operation for operation in OPERATIONS if operation.method != "get"]

    answers = {o.name: status(token, o, convention.slug, rows) for o in writes}

    assert {name for name, code in answers.items() if code != 403} == set()


def test_conventions_are_one_s_own(program, convention):
    make_convention("autre-2021-2025")
    answer = Client().get("/api/v1/conventions/", headers=program("alix").headers)

    assert [one["slug"] for one in answer.json()["results"]] == [convention.slug]
