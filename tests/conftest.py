"""The cast, the same in every test: Camille leads, Malik pilots, Sacha contributes for Labège,
Inès funds, Alix is elected, Noa belongs to another territory."""

import sys

import psycopg  # noqa: F401  (before a test stops the clock: its C code looks at dates)
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache, caches
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from ctg import search
from tests.factories.ctg import make_cast, make_commune, make_convention
from tests.rights.world import World


def pytest_configure(config):
    """The migrations, long to play, are for PostgreSQL and for tests/machines on both."""
    config.option.nomigrations = connection.vendor == "sqlite"


def pytest_collection_modifyitems(items):
    """Without the mark, the world would be made in the database of the installation."""
    for item in items:
        if "world" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)


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
    return make_cast(convention, labege)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The cast, made once for the tests of a module that undo what they do."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


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
