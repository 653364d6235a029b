"""Whatever is typed in a form of a convention, the answer is a page in words, never an error.

Every form that the lead can see is found on the pages themselves. FORM_EXAMPLES says how many
times each is sent; few by default, so that the suite stays quick.
"""

import os
import re
from collections import defaultdict
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


def forms_of(client, addresses):
    """Each form once: by the route it goes to, (method, address, the values it would send)."""
    found = {}
    for address, html in pages(client, addresses):
        page = Page()
        page.feed(html)
        for fields, (method, action) in zip(page.forms, page.goals, strict=True):
            goal = urlsplit(urljoin(address, action)).path
            fields.pop("csrfmiddlewaretoken", None)
            name = resolve(goal).view_name, method
            if name[0].startswith("account") or name[0] == "home":
                continue
            if len(fields) >= len(found.get(name, ("", "", ()))[2]):
                found[name] = (method, goal, fields)
    return found


def test_every_free_text_comes_with_its_reminder(values, world):
    addresses = [route.address(values) for route in IN_CONVENTION]

    silent = {
        address
        for address, html in pages(world.client("camille"), addresses)
        for form in re.findall(r"<form.*?</form>", html, re.DOTALL)
        if "<textarea" in form and "ni situation personnelle" not in form
    }

    assert silent == set()


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
    def send(data):
        name = data.draw(st.sampled_from(sorted(forms)))
        method, address, fields = forms[name]
        changed = data.draw(st.sets(st.sampled_from(sorted(fields) or [""]), max_size=4))
        typed = {field: data.draw(TYPED) for field in sorted(changed)}
        with transaction.atomic():
            answer = getattr(camille, method)(address, fields | typed)
            b"".join(answer)
            transaction.set_rollback(True)
        tried[answer.status_code] += 1
        assert "/compte/login/" not in answer.get("Location", ""), "her session is over"
        assert answer.status_code in ANSWERS, name

    if forms:
        send()

    said = ", ".join(f"{count} × {status}" for status, count in sorted(tried.items()))
    tell(f"  formulaires ({area}) : {len(forms)}, {said}")
