"""Every page × every role, found by following the links as a person would: axe, width, picture."""

from collections import deque
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from tests.browser.conftest import ANYONE, ARTIFACTS, DESK, PHONE

HOME = "/sicoval-2020-2024/"
PUBLIC = "/public/sicoval-2020-2024/"
OPEN_PAGES = ["/aide/", "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/"]
FILES = (".pdf", ".zip", ".xlsx", ".ods", ".csv", ".ics", ".json", ".geojson", ".txt", "/pdf/")
NARROW = {"width": 320, "height": 640}
ZOOMED = {"width": 640, "height": 450}  # a 1280 × 900 screen at 200 %

# What axe finds in the pages of Django’s own administration, which we do not rewrite.
LEFT_IN_ADMIN = {"region", "landmark-unique", "empty-table-header", "color-contrast"}


# Buttons and fields that have neither border nor text once the colours are the system’s.
INVISIBLE = """() => [...document.querySelectorAll("button, input, select, textarea")]
    .filter((one) => one.checkVisibility() && !["hidden", "checkbox", "radio"].includes(one.type))
    .filter((one) => getComputedStyle(one).borderStyle === "none" && !one.innerText.trim()
        && !one.closest("label") && !one.querySelector("svg"))
    .map((one) => one.outerHTML.slice(0, 100))"""


def route_of(path):
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def crawl(visitor, start):
    """Visit one page of each route that links lead to; the routes seen, and what is wrong."""
    seen, wrong, waiting = set(), [], deque(start)
    while waiting:
        address = waiting.popleft()
        path = urlsplit(address).path
        route = route_of(path)
        if route is None or route in seen or path.endswith(FILES) or "admin" in route:
            continue
        if route.startswith("public:") != (visitor.name == ANYONE):
            continue
        seen.add(route)
        try:
            answer = visitor.page.goto(visitor.base + address)
        except Error as download:
            assert "Download is starting" in str(download)
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        if answer.status != 200:
            wrong.append(f"{answer.status} {address}")
            continue
        try:
            visitor.check(path)
        except AssertionError as failure:
            wrong.append(str(failure))
        waiting.extend(links(visitor.page))
    return seen, wrong


def links(page):
    """Addresses of our own site on this page; downloads and other windows left alone."""
    return page.eval_on_selector_all(
        "a[href]:not([download])",
        """(found) => found
            .filter((a) => a.origin === location.origin)
            .map((a) => a.pathname + a.search)""",
    )


@pytest.mark.parametrize(
    ("who", "viewport", "scheme"),
    [
        ("camille", DESK, "light"),
        ("camille", PHONE, "dark"),
        ("malik", DESK, "dark"),
        ("sacha", PHONE, "light"),
        ("ines", DESK, "light"),
        ("alix", PHONE, "dark"),
        ("noa", DESK, "light"),
    ],
)
def test_every_page_of_a_role_is_clean(visit, who, viewport, scheme):
    visitor = visit(who, viewport)
    visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    visitor.page.on("download", lambda download: download.cancel())

    seen, wrong = crawl(visitor, [urlsplit(visitor.page.url).path, *OPEN_PAGES])

    assert not wrong, "\n".join(wrong)
    assert {"actions:plan", "actions:detail", "reviews:list", "help"} <= seen or who == "noa"


def test_every_public_page_is_clean(visit):
    for viewport, scheme in ((DESK, "light"), (PHONE, "dark"), (NARROW, "light")):
        visitor = visit(ANYONE, viewport)
        visitor.page.emulate_media(color_scheme=scheme)

        visitor.go("/public/")
        seen, wrong = crawl(visitor, [PUBLIC])

        assert not wrong, "\n".join(wrong)
        assert {f"public:{name}" for name in ("home", "plan", "action", "reviews", "data")} <= seen
        assert visitor.page.context.cookies() == []


@pytest.mark.parametrize("viewport", [NARROW, ZOOMED], ids=["320 px", "200 %"])
def test_nothing_runs_over_the_side_when_narrow_or_zoomed(visit, viewport):
    visitor = visit("camille", viewport)

    for path in (HOME, f"{HOME}plan/", f"{HOME}plan/actions/A-01/", f"{HOME}financements/"):
        visitor.go(path)


def test_forced_colours_keep_every_control_visible(visit):
    visitor = visit("camille")
    visitor.page.emulate_media(forced_colors="active")

    for path in (HOME, f"{HOME}plan/?vue=tableau", f"{HOME}plan/actions/A-01/"):
        visitor.page.goto(visitor.base + path)
        visitor.page.screenshot(path=ARTIFACTS / f"contrastes{path.count('/')}.png")
        lost = visitor.page.evaluate(INVISIBLE)
        assert lost == [], path


def test_reduced_motion_stops_what_moves(visit):
    visitor = visit("camille")
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.page.goto(f"{visitor.base}{HOME}plan/")

    moving = visitor.page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
            const style = getComputedStyle(one);
            return [style.transitionDuration, style.animationDuration]
                .some((list) => list.split(", ").some((time) => parseFloat(time) > 0.01));
        }).map((one) => one.outerHTML.slice(0, 80))"""
    )

    assert moving == []


def test_the_first_tab_leads_to_the_contents_and_focus_is_seen(visit):
    visitor = visit("alix")
    page = visitor.page

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_the_administration_has_only_the_defects_of_its_framework(visit, django_user_model):
    django_user_model.objects.filter(email="camille@demo.example").update(
        is_staff=True, is_superuser=True
    )
    visitor = visit("camille")

    for path in ("/admin/", "/admin/actions/action/", "/admin/convention/organization/add/"):
        visitor.page.goto(visitor.base + path)
        violations = Axe().run(visitor.page).response["violations"]
        assert {found["id"] for found in violations} <= LEFT_IN_ADMIN, path
