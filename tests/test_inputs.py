"""Whatever is typed in a form of a convention, the answer is a page in words, never an error.

Every form that the lead can see is found on the pages themselves. FORM_EXAMPLES says how many
times each is sent; few by default, so that the suite stays quick.
"""

import os
import re
from collections import defaultdict
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.urls import resolve
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ctg.management.bench.visitor import Page
from tests.rights.page_rows import make_values
from tests.rights.routes import IN_CONVENTION

EXAMPLES = int(os.environ.get("FORM_EXAMPLES", 4))
AREAS = ("actions", "convention", "evaluation", "financing", "governance", "progress", "reviews")
AREAS += ("operations", "renewal")
ODD = [
    "",
    "\x00",
    "-1",
    "0",
    "1e999",
    "NaN",
    "99999999999999999999",
    "0,005",
    "2021-02-30",
    "0001-01-01",
    "9999-12-31",
    "25:61",
    "=1+1",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "é" * 3000,
    "on",
    "null",
    "[]",
]
FORM = re.compile(r"<form.*?</form>", re.DOTALL)
ENDLESS = "9" * 5000
TYPED = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ANSWERS = {200, 302, 400, 404, 409, 422}


@pytest.fixture(scope="module")
def values(world):
    return make_values(world.convention, world.labege, world.cast["camille"])


def pages(client, addresses):
    """(address, HTML) of those that are pages, and open."""
    for address in addresses:
        answer = client.get(address)
        if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
            yield address, answer.content.decode()
        else:
            b"".join(answer)


class Form(NamedTuple):
    """``fields``: what it would send; ``names``: what it could, buttons and boxes included."""

    method: str
    address: str
    fields: dict
    names: set


def forms_of(client, addresses):
    """Each form once, by the route it goes to and its method: the one that sends the most."""
    found = {}
    for address, html in pages(client, addresses):
        for drawn in FORM.findall(html):
            form = _form(drawn, address)
            name = resolve(form.address).view_name, form.method
            if name[0].startswith("account") or name[0] == "home":
                continue
            if name not in found or len(form.fields) >= len(found[name].fields):
                found[name] = form
    return found


def _form(drawn, address):
    page = Page()
    page.feed(drawn)
    [fields], [(method, action)] = page.forms, page.goals
    fields.pop("csrfmiddlewaretoken", None)
    names = {*re.findall(r'\bname="([^"]+)"', drawn)} - {"csrfmiddlewaretoken"}
    return Form(method, urlsplit(urljoin(address, action)).path, fields, names)


def send(client, form, typed):
    return getattr(client, form.method)(form.address, form.fields | typed)


def test_every_free_text_comes_with_its_reminder(values, world):
    addresses = [route.address(values) for route in IN_CONVENTION]

    silent = {
        address
        for address, html in pages(world.client("camille"), addresses)
        for form in FORM.findall(html)
        if "<textarea" in form and "ni situation personnelle" not in form
    }

    assert silent == set()


@pytest.mark.ignore_template_errors
def test_every_field_answers_a_number_without_end(values, world, tell):
    camille = world.client("camille")
    camille.raise_request_exception = False
    forms = forms_of(camille, [route.address(values) for route in IN_CONVENTION])
    wrong, tried = set(), 0

    for name, form in forms.items():
        for field in form.names:
            with transaction.atomic():
                answer = send(camille, form, {field: ENDLESS})
                b"".join(answer)
                transaction.set_rollback(True)
            tried += 1
            if answer.status_code not in ANSWERS:
                wrong.add((*name, field))

    assert wrong == set()
    tell(f"  nombres sans fin : {tried} champs")


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("area", AREAS)
def test_a_form_answers_whatever_is_typed(area, values, world, tell):
    camille = world.client("camille")
    camille.raise_request_exception = False
    addresses = [r.address(values) for r in IN_CONVENTION if r.name.startswith(f"{area}:")]
    forms = forms_of(camille, addresses)
    tried = defaultdict(int)

    @hypothesis_settings(
        max_examples=EXAMPLES * max(len(forms), 1),
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def try_one(data):
        name = data.draw(st.sampled_from(sorted(forms)))
        fields = sorted(forms[name].names) or [""]
        changed = data.draw(st.sets(st.sampled_from(fields), max_size=4))
        typed = {field: data.draw(TYPED) for field in sorted(changed)}
        with transaction.atomic():
            answer = send(camille, forms[name], typed)
            b"".join(answer)
            transaction.set_rollback(True)
        tried[answer.status_code] += 1
        assert "/compte/login/" not in answer.get("Location", ""), "her session is over"
        assert answer.status_code in ANSWERS, name

    if forms:
        try_one()

    said = ", ".join(f"{count} × {status}" for status, count in sorted(tried.items()))
    tell(f"  formulaires ({area}) : {len(forms)}, {said}")
