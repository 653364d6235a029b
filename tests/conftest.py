"""The cast, the same in every test: Camille leads, Malik pilots, Sacha contributes for Labège,
Inès funds, Alix is elected, Noa belongs to another territory."""

import sys

import psycopg  # noqa: F401  (before a test stops the clock: its C code looks at dates)
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.urls import reverse

from ctg import search
from ctg.convention.rights import Role
from tests.factories.ctg import make_commune, make_convention, make_member


def pytest_configure(config):
    """The migrations, long to play, are for PostgreSQL and for tests/machines on both."""
    config.option.nomigrations = connection.vendor == "sqlite"


@pytest.fixture(autouse=True)
def empty_caches():
    """So that a query count never depends on the test before."""
    cache.clear()
    caches["pages"].clear()
    ContentType.objects.clear_cache()
    search.forget_all()


@pytest.fixture(autouse=True)
def static_files_not_listed(settings):
    """Every Client starts the site, which would look for all of them each time."""
    settings.WHITENOISE_USE_FINDERS = False


@pytest.fixture(autouse=True)
def pdf_drawn_here(settings, tmp_path_factory):
    """In the process of the test, and each chapter once for all tests."""
    settings.PDF_PROCESSES = 0
    settings.PDF_STORE = tmp_path_factory.getbasetemp() / "pdf"


@pytest.fixture
def convention(db):
    return make_convention()


@pytest.fixture
def labege(convention):
    return make_commune("Labège", convention)


@pytest.fixture
def cast(convention, labege):
    """Each person by first name, with the organisation she acts for."""
    elsewhere = make_convention("ailleurs-2021-2025", short_name="CTG d’ailleurs")
    return {
        "camille": make_member(convention, Role.LEAD, first_name="Camille"),
        "malik": make_member(convention, Role.PILOT, first_name="Malik"),
        "sacha": make_member(convention, Role.CONTRIBUTOR, labege, first_name="Sacha"),
        "ines": make_member(convention, Role.FUNDER, convention.caf, first_name="Inès"),
        "alix": make_member(convention, Role.READER, first_name="Alix"),
        "noa": make_member(elsewhere, Role.LEAD, first_name="Noa"),
    }


@pytest.fixture
def client_of(cast):
    def signed_in(name):
        client = Client()
        client.force_login(cast[name])
        return client

    return signed_in


@pytest.fixture
def camille(client_of):
    return client_of("camille")


@pytest.fixture
def sacha(client_of):
    return client_of("sacha")


@pytest.fixture
def url(convention):
    """url("actions:detail", "A-1") inside the convention."""

    def build(name, *args):
        return reverse(name, args=[convention.slug, *args])

    return build


@pytest.fixture
def tell(capsys):
    """Says a figure in the middle of the run: faults tried are counted and printed."""

    def say(line):
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return say
