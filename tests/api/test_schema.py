"""The OpenAPI document: committed, served, and true of what the API answers."""

from io import StringIO

import pytest
import schemathesis
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from ctg.wsgi import application
from tests.api.conftest import make_token
from tests.api.rows import make_rows

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


def test_the_committed_schema_is_the_one_served(db):
    written = StringIO()
    call_command("spectacular", fail_on_warn=True, validate=True, stdout=written)

    committed = (settings.BASE_DIR / "docs" / "openapi.yaml").read_text()
    assert committed == written.getvalue(), "make openapi"


@pytest.fixture
def same_connection():
    """The whole application, inside the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("same_connection")
@pytest.mark.parametrize(
    ("name", "examples"), [("camille", 4), ("malik", 1), ("sacha", 1), ("ines", 1), ("alix", 1)]
)
def test_every_answer_is_as_described(name, examples, convention, cast, labege, settings, tmp_path):
    """Any request that the schema allows, and some that it does not, on rows that exist."""
    settings.MEDIA_ROOT = tmp_path
    settings.API_RATES = {"key": "1000000/min", "address": "1000000/min"}
    rows = make_rows(convention, labege, cast["camille"])
    headers = {"Authorization": f"Bearer {make_token(cast[name])}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    wrong = {}
    for found in schema.exclude(path_regex="/pdf/$").get_all_operations():
        operation = found.ok()
        key = rows.get(operation.path.split("/")[5]) if operation.path.count("/") > 5 else None
        try:
            try_operation(operation, examples, convention.slug, key, headers)
        except FailureGroup as group:
            wrong[operation.label] = [str(failure) for failure in group.exceptions]
    assert wrong == {}


def try_operation(operation, examples, slug, key, headers):
    @given(case=operation.as_strategy())
    @hypothesis_settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def try_one(case):
        for parameter in case.path_parameters:
            case.path_parameters[parameter] = slug if parameter == "slug" else key
        if "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = "*"
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    try_one()
