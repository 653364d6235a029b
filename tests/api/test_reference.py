import pytest
from django.urls import reverse

from ctg.rest.reference import document, resources


def test_the_reference_is_read_without_account_nor_script(client, db):
    page = client.get(reverse("api:docs")).content.decode()

    assert "Créez un jeton" in page
    assert all(reverse("api:docs_resource", args=[slug]) in page for slug in resources())


@pytest.mark.parametrize("slug", ["conventions", "actions", "contributions", "budgets", "reviews"])
def test_each_operation_of_a_resource_is_described(client, db, slug):
    page = client.get(reverse("api:docs_resource", args=[slug])).content.decode()

    for operation in resources()[slug].operations:
        assert operation.path in page
        assert operation.summary in page
        assert all(field.name in page for field in [*operation.parameters, *operation.body])


def test_fields_are_named_from_the_top():
    (edit,) = [one for one in resources()["actions"].operations if one.method == "PATCH"]

    fields = {field.name: field for field in edit.body}

    assert fields["steps[].due_on"].kind == "date"
    assert fields["communes"].kind == "liste : entier"
    assert fields["scope"].choices == ["territory", "communes"]
    assert {field.name for field in edit.parameters} == {"code", "If-Match"}


def test_every_operation_is_in_the_reference():
    shown = {(one.method, one.path) for found in resources().values() for one in found.operations}

    assert shown == {
        (method.upper(), path)
        for path, methods in document()["paths"].items()
        for method in methods
    }


def test_an_unknown_resource(client, db):
    assert client.get(reverse("api:docs_resource", args=["parti"])).status_code == 404
