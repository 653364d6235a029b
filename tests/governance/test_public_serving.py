"""How public pages are served: kept, asked again, whatever the address, found by search engines."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from django.urls import reverse

from tests.factories.actions import make_action
from tests.factories.ctg import make_commune, make_convention, make_theme
from tests.factories.governance import make_public_site

pytestmark = pytest.mark.django_db

PAGES = ("home", "plan", "reviews", "data")


@pytest.fixture
def site(convention):
    return make_public_site(convention)


def public(name, convention, *arguments):
    return reverse(f"public:{name}", args=[convention.slug, *arguments])


# Kept, and asked again


def test_a_page_that_has_not_changed_answers_304(client, convention, site):
    make_action(convention, public=True)
    first = client.get(public("plan", convention))

    again = client.get(public("plan", convention), headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "public, no-cache"
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_a_kept_page_costs_the_same_few_queries(
    client, convention, site, django_assert_num_queries
):
    make_action(convention, public=True)
    kept = client.get(public("plan", convention)).content

    with django_assert_num_queries(3):  # the site, and what may have changed since
        assert client.get(public("plan", convention)).content == kept


@pytest.mark.parametrize(
    "page", ["home", "plan", "data", "download actions json", "download communes geojson"]
)
def test_drawing_costs_the_same_for_one_action_and_three(
    client, convention, site, labege, page, django_assert_max_num_queries
):
    name, *arguments = page.split()

    def queries():
        caches["pages"].clear()
        with django_assert_max_num_queries(30) as counted:
            client.get(public(name, convention, *arguments))
        return len(counted)

    def publish(commune):
        make_action(
            convention, communes=[commune], themes=[theme], pilot=convention.epci, public=True
        )

    theme = make_theme(convention)
    publish(labege)
    one = queries()
    publish(labege)
    publish(make_commune("Odars", convention))

    assert queries() == one > 3


def test_foreign_parameters_never_reach_a_kept_page(client, convention, site):
    for _ in range(2):
        make_action(convention, public=True)

    page = client.get(public("plan", convention), {"utm": "poison", "page": "1"})

    assert "poison" not in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "theme=a&theme=-1&status=x&stake=99999999999999999999",
        "year=abc&late=peut-etre&page=0&vue=autre",
        "page=-7&q=%00%F0%9F%98%80'\"<script>&year=99999",
        "vue=carte&commune=&audience=é",
    ],
)
def test_any_filter_gets_an_answer(client, convention, site, query):
    make_action(convention, title="Une action", public=True)

    page = client.get(f"{public('plan', convention)}?{query}")

    assert page.status_code == 200
    assert "<script>" not in page.content.decode()


# For search engines


def test_search_engines_keep_open_pages_and_no_other(client, camille, convention, site):
    action = make_action(convention, description="Des <rencontres> chaque mois.", public=True)
    shown = client.get(public("action", convention, action.code)).content.decode()
    filtered = client.get(public("plan", convention), {"late": "true"}).content.decode()
    private = camille.get(reverse("actions:plan", args=[convention.slug])).content.decode()

    address = f"http://127.0.0.1:8000{public('action', convention, action.code)}"
    assert f'<link rel="canonical" href="{address}">' in shown
    assert '<meta name="description" content="Des &lt;rencontres&gt; chaque mois.">' in shown
    assert 'name="robots"' not in shown
    assert 'content="noindex, follow"' in filtered
    assert '<meta name="robots" content="noindex">' in private


def test_the_sitemap_lists_open_sites_only(client, convention, site):
    action = make_action(convention, public=True)
    make_action(convention)

    listed = re.findall("<loc>(.*)</loc>", client.get("/sitemap.xml").content.decode())
    robots = client.get("/robots.txt").content.decode()

    assert "Disallow: /\nAllow: /public/\n" in robots and "/sitemap.xml" in robots

    assert [urlsplit(place).path for place in listed] == [
        *(public(page, convention) for page in PAGES),
        public("action", convention, action.code),
    ]
    site.is_open = False
    site.save()
    assert b"<loc>" not in client.get("/sitemap.xml").content


def test_the_front_door_lists_open_territories_alone(client, convention, site):
    make_public_site(make_convention("ailleurs-2021-2025", name="Convention fermée"), is_open=False)

    answer = client.get("/public/")

    page = answer.content.decode()
    assert public("home", convention) in page
    assert "Convention fermée" not in page
    assert not answer.cookies
