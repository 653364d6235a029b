import pytest

from ctg.convention.journal import record
from tests.api.conftest import pointers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("moment", "count"),
    [("2001-01-01T00:00:00-22:05", 1), ("2101-01-01T00:00:00Z", 0), ("2001-01-01", 1)],
)
def test_the_journal_since_a_moment(program, convention, moment, count):
    camille = program("camille")
    convention.journal.all().delete()
    record("essai", convention, convention=convention, by=None, summary="Essai")

    assert camille.get("journal/", {"since": moment}).json()["count"] == count


def test_a_moment_before_all_calendars(program):
    answer = program("camille").get("journal/", {"until": "0001-01-01T00:00:00+23:00"})

    assert set(pointers(answer)) == {"?until"}
