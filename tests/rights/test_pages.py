"""Who opens which page, asked of the site itself; table.py says who should."""

import re
from contextlib import ExitStack

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.rights.page_rows import make_values
from tests.rights.routes import IN_CONVENTION, OUTSIDE, ROUTES, by_name
from tests.rights.table import EVERYONE, PAGES, WITHOUT_SIGN_IN, rows

MAY = rows(PAGES)
TO_SIGN_IN = ("/compte/login/", "/admin/login/")
WRITES_ON_GET = {"account_email"}  # a page of a library


@pytest.fixture(scope="module")
def values(world):
    return make_values(world.convention, world.labege, world.cast["camille"])


def asks_for_sign_in(answer):
    return answer.status_code == 401 or (
        answer.status_code == 302 and answer.url.startswith(TO_SIGN_IN)
    )


def test_every_page_asks_for_sign_in(world):
    addresses = {route.name: route.address({"app_label": "auth"}) for route in ROUTES}

    opened = {
        name for name, address in addresses.items() if not asks_for_sign_in(Client().get(address))
    }

    assert opened == WITHOUT_SIGN_IN


@pytest.mark.parametrize("route", IN_CONVENTION, ids=by_name)
def test_rights_table(route, values, world):
    """Who is let in, by page and by form; and whoever asks, a GET writes nothing."""
    refused, opened = set(), set()

    for person in EVERYONE.split():
        answers = statuses(world.client(person), route, values)
        (refused if answers - {405} <= {403, 404} else opened).add(person)
        assert 403 not in answers or person in refused, "GET and POST disagree"

    assert opened == set(MAY[route.name].split())


def statuses(client, route, values):
    return {status(client, method, route, values) for method in ("get", "post")}


def status(client, method, route, values):
    """Of one request whose effect is undone; a GET has none to undo, or fails."""
    with ExitStack() as stack:
        if method == "get":
            stack.enter_context(connection.execute_wrapper(refuse_to_write))
        stack.enter_context(transaction.atomic())
        answer = read(getattr(client, method)(route.address(values)))
        transaction.set_rollback(True)
    return answer.status_code


def read(answer):
    """To the end: a file is closed by that, and PostgreSQL's connection is not."""
    if answer.streaming:
        b"".join(answer)
    return answer


def refuse_to_write(execute, sql, parameters, many, context):
    writes = re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", sql, re.IGNORECASE)
    assert not writes or "django_session" in sql, f"un GET écrit : {sql}"
    return execute(sql, parameters, many, context)


def test_rights_table_has_no_row_too_many():
    assert set(MAY) == {route.name for route in IN_CONVENTION}


def test_strangers_get_404(values, world):
    noa = world.client("noa")

    answers = {route.name: statuses(noa, route, values) for route in IN_CONVENTION}

    assert {name for name, codes in answers.items() if codes != {404}} == set()


def test_rows_of_another_convention_are_out_of_reach(values, world):
    """Noa leads her own convention, and asks it for our rows."""
    noa, values = world.client("noa"), values | {"convention": "ailleurs-2021-2025"}

    answers = {
        route.name: statuses(noa, route, values)
        for route in IN_CONVENTION
        if {"pk", "code"} & set(route.arguments)
    }

    assert {name for name, codes in answers.items() if codes - {405} != {404}} == set()


@pytest.mark.parametrize(
    "route",
    [
        route
        for route in OUTSIDE
        if not (route.arguments or route.unnamed) and route.name not in WRITES_ON_GET
    ],
    ids=by_name,
)
def test_get_never_writes_outside_conventions(route, world):
    with connection.execute_wrapper(refuse_to_write):
        read(world.client("administrator").get(route.address({})))
