"""The addresses of the site: none taken by a convention, no secret of theirs in the journal."""

import json
import logging
from logging.config import dictConfig

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.urls import get_resolver

from ctg.convention.models.convention import RESERVED_SLUGS, refuse_reserved_slug
from ctg.operations.logs import hide_secrets, logging_config
from tests.rights.routes import OUTSIDE, by_name

SECRET = "pX3-secret_of_A-door"
OPENED_BY_ADDRESS = [
    route for route in OUTSIDE if {"token", "key", "uidb36"} & set(route.arguments)
]


def test_no_convention_takes_an_address_of_the_site():
    *ours, _ = get_resolver().url_patterns
    words = {str(one.pattern).split("/")[0] for one in ours}
    words = {word for word in words if slug_re.match(word)}  # robots.txt is none

    assert words - RESERVED_SLUGS == set()
    with pytest.raises(ValidationError, match="réservée"):
        refuse_reserved_slug("aide")


@pytest.mark.parametrize("route", OPENED_BY_ADDRESS, ids=by_name)
def test_an_address_that_opens_a_door_is_not_written_in_the_journal(route):
    address = route.address(dict.fromkeys(route.arguments, SECRET) | {"pk": 1})
    assert SECRET in address

    said = hide_secrets(None, "info", {"request": f"GET {address}?statut=ongoing"})

    assert SECRET not in said["request"]
    assert said["request"].startswith("GET /")


def test_links_doors_are_all_tried():
    names = {route.name for route in OPENED_BY_ADDRESS}
    assert {"link:mine", "link:answer", "meeting_reply", "invitation", "calendar_feed"} <= names
    assert {"shared:review", "mail:unsubscribe"} <= names


def test_what_django_says_by_itself_is_masked_too(capsys):
    config = logging_config(level="INFO", as_json=True) | {"disable_existing_loggers": False}
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        dictConfig(config)
        logging.getLogger("django.request").warning("Not Found: %s", f"/lien/{SECRET}/3/")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)

    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "Not Found: /lien/…"
