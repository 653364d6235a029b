import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ctg.api import RESOURCES
from tests.api.rows import make_rows
from tests.factories.ctg import make_commune, make_member


@pytest.fixture
def counts(program, convention, labege, cast, settings, tmp_path):
    """{resource: queries of its list}, with so many of each in the convention."""
    settings.MEDIA_ROOT = tmp_path
    camille = program("camille")

    def count():
        found = {}
        for resource in RESOURCES:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                answer = camille.get(f"{resource}/")
            found[resource] = (len(asked), answer.json()["count"])
        return found

    return count


def test_lists_query_count(counts, convention, labege, cast):
    """However many rows."""
    make_rows(convention, labege, cast["camille"])
    counts()
    before = counts()
    for year in (2021, 2020):
        make_rows(convention, labege, cast["camille"], year)
        make_member(convention, organization=make_commune(f"Commune {year}", convention))
    after = counts()

    assert {name: queries for name, (queries, _) in after.items()} == {
        name: queries for name, (queries, _) in before.items()
    }
    same = {name for name in RESOURCES if after[name][1] == before[name][1]}
    assert same == set()
