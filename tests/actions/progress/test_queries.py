from datetime import UTC, datetime

import pytest

from actions.models import Campaign, Contribution, IndicatorValue
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
)
from tests.factories.ctg import make_organization


def fill(campaign, convention, commune, count, **fields):
    """``count`` actions, each with an answer, last year’s, and a figure for both."""
    last = make_campaign(
        convention, 2021, is_open=False, closed_at=datetime(2022, 2, 1, tzinfo=UTC)
    )
    for _ in range(count):
        action = make_action(convention)
        indicator = make_indicator(action)
        for year in (campaign, last):
            answer = make_contribution(year, action, commune, **fields)
            IndicatorValue.objects.create(
                indicator=indicator, year=year.year, contribution=answer, value=1
            )
            make_contribution(year, action, make_organization(), **fields)


@pytest.mark.parametrize(
    ("who", "name", "args", "state", "queries"),
    [
        ("sacha", "home", (), "submitted", 16),
        ("camille", "home", (), "submitted", 12),
        ("camille", "queue", (), "submitted", 12),
        ("camille", "answers", (), "submitted", 9),
        ("camille", "year", (2022,), "validated", 13),
    ],
)
def test_query_counts(
    client_of,
    convention,
    campaign,
    labege,
    url,
    who,
    name,
    args,
    state,
    queries,
    django_assert_num_queries,
):
    client = client_of(who)
    found = {}
    for count in (1, 3):
        IndicatorValue.objects.all().delete()
        Contribution.objects.all().delete()
        Campaign.objects.filter(year=2021).delete()
        fill(campaign, convention, labege, count, state=state)
        with django_assert_num_queries(queries) as captured:
            client.get(url(f"progress:{name}", *args))
        found[count] = len(captured)
    assert found[1] == found[3]


@pytest.mark.parametrize("count", [1, 3])
def test_answer_query_count(
    sacha, convention, campaign, labege, url, count, django_assert_num_queries
):
    fill(campaign, convention, labege, count, state="draft")
    answer = campaign.contributions.of([labege]).first()

    with django_assert_num_queries(12):
        sacha.get(url("progress:answer", answer.pk))


@pytest.mark.parametrize("count", [1, 3])
def test_consolidate_query_count(
    camille, convention, campaign, action, url, count, django_assert_num_queries
):
    for _ in range(count):
        answer = make_contribution(
            campaign, action, make_organization(), state="validated", done="Dit"
        )
        IndicatorValue.objects.create(
            indicator=make_indicator(action), year=2022, contribution=answer, value=1
        )

    with django_assert_num_queries(16):
        camille.get(url("progress:consolidate", 2022, action.code))
