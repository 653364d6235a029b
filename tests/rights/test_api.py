"""Who does what through the API, asked of the site itself; table.py says who should."""

from dataclasses import dataclass
from operator import attrgetter

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from ctg.api import router
from ctg.convention.models import ApiToken
from tests.api.conftest import make_token
from tests.api.rows import make_rows
from tests.rights import table


@dataclass(frozen=True)
class Operation:
    resource: str
    act: str
    method: str
    route: str
    is_detail: bool

    @property
    def name(self):
        return f"{self.resource}:{self.act}"

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
MAY = table.rows(table.API)


@pytest.fixture(scope="module")
def ask(world):
    """ask(operation, name): the status of one request whose effect is undone."""
    rows = make_rows(world.convention, world.labege, world.cast["camille"])
    tokens = {name: make_token(person) for name, person in world.cast.items()}
    tokens["reading"] = make_token(world.cast["camille"], ApiToken.Scope.READ)

    def status(operation, name, slug=world.convention.slug):
        with transaction.atomic():
            answer = getattr(Client(), operation.method)(
                operation.address(slug, rows),
                content_type="application/json",
                headers={"Authorization": f"Bearer {tokens[name]}"} if name else {},
            )
            if answer.streaming:
                b"".join(answer)
            transaction.set_rollback(True)
        return answer.status_code

    return status


@pytest.mark.parametrize("operation", OPERATIONS, ids=attrgetter("name"))
def test_rights_table(operation, ask):
    people = table.EVERYONE.split()

    opened = {name for name in people if ask(operation, name) not in (401, 403, 404)}

    assert opened == set(MAY[operation.name].split())


def test_rights_table_has_no_row_too_many():
    assert set(MAY) == {operation.name for operation in OPERATIONS}


def test_strangers_get_404(ask):
    """By the door of our convention, and by their own with our rows."""
    ours = {operation.name: ask(operation, "noa") for operation in OPERATIONS}
    theirs = {o.name: ask(o, "noa", "ailleurs-2021-2025") for o in OPERATIONS if o.is_detail}

    for answers in (ours, theirs):
        assert {name for name, code in answers.items() if code != 404} == set()


def test_nobody_gets_401(ask):
    answers = {operation.name: ask(operation, "") for operation in OPERATIONS}

    assert {name for name, code in answers.items() if code != 401} == set()


def test_a_token_to_read_never_writes(ask):
    writes = [operation for operation in OPERATIONS if operation.method != "get"]

    answers = {operation.name: ask(operation, "reading") for operation in writes}

    assert {name for name, code in answers.items() if code != 403} == set()
