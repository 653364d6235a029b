"""A real Chromium on the living demonstration; skipped with words where there is none.

Screenshots of every page visited are kept in artifacts/ for a person to look at.
"""

import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
ANYONE = "public"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip("Chromium n’est pas installé."))


@pytest.fixture(scope="session")
def chromium():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs its own event loop
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def loaded():
    """The rows of the demonstration once loaded, so that each test does not load it again."""
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as rows:
        yield rows


@pytest.fixture
def demo(transactional_db, live_server, loaded):
    """The address of a running site with the demonstration loaded; no review is published yet."""
    connection.ensure_connection()
    if loaded.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
        loaded.backup(connection.connection)
    else:
        size = ("--actions", "12", "--years", "3", "--seed", "1")
        call_command("load_demo", *size, "--no-publish", verbosity=0)
        connection.connection.backup(loaded)
    return live_server.url


class Visitor:
    """One person in one window: goes to addresses, keeps a picture, answers for axe."""

    def __init__(self, page, base, name):
        self.page, self.base, self.name = page, base, name

    def go(self, path):
        response = self.page.goto(self.base + path)
        assert response.status == 200, f"{response.status} {path}"
        self.check(path)

    def check(self, label):
        """Axe finds nothing, nothing runs over the side, and a picture is kept."""
        width = self.page.viewport_size["width"]
        ARTIFACTS.mkdir(exist_ok=True)
        name = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-") or "accueil"
        self.page.screenshot(path=ARTIFACTS / f"{self.name}-{name}-{width}.png", full_page=True)
        violations = Axe().run(self.page).response["violations"]
        found = [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in violations]
        assert found == [], f"{label} ({width} px)"
        over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{label} déborde de {over} px à {width} px"


@pytest.fixture
def visit(chromium, demo):
    """visit("camille", PHONE): signed in by the door of the demonstration; ANYONE: not."""
    contexts = []

    def open_as(name, viewport=DESK):
        context = chromium.new_context(
            viewport=viewport, locale="fr-FR", timezone_id="Europe/Paris"
        )
        contexts.append(context)
        page = context.new_page()
        if name != ANYONE:
            page.goto(f"{demo}/compte/login/code/")
            page.locator(f'button[value="{name}@demo.example"]').click()
            page.wait_for_url(lambda url: "/compte/" not in url)
        return Visitor(page, demo, name)

    yield open_as
    for context in contexts:
        context.close()
