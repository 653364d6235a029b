import pytest

from actions.models import Contribution
from tests.actions.progress.pages import SAID, State, text
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
)
from tests.factories.ctg import make_convention


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("home", "camille malik sacha ines alix"),
        ("mine", "camille malik sacha"),
        ("answers", "camille malik sacha ines"),
        ("queue", "camille"),
        ("campaign", "camille"),
    ],
)
def test_pages_by_role(client_of, campaign, url, name, allowed):
    for who in ("camille", "malik", "sacha", "ines", "alix"):
        expected = 200 if who in allowed.split() else 403
        assert client_of(who).get(url(f"progress:{name}")).status_code == expected, who
    assert client_of("noa").get(url(f"progress:{name}")).status_code == 404


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("year", "camille malik ines"), ("close", "camille")],
)
def test_year_pages_by_role(client_of, campaign, url, name, allowed):
    for who in ("camille", "malik", "sacha", "ines", "alix"):
        expected = 200 if who in allowed.split() else 403
        assert client_of(who).get(url(f"progress:{name}", 2022)).status_code == expected, who
    assert client_of("noa").get(url(f"progress:{name}", 2022)).status_code == 404


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("answer", "camille sacha"),
        ("read", "camille malik sacha ines"),
        ("return", "camille"),
    ],
)
def test_answer_pages_by_role(client_of, contribution, url, name, allowed):
    for who in ("camille", "malik", "sacha", "ines", "alix"):
        expected = 200 if who in allowed.split() else 403
        address = url(f"progress:{name}", contribution.pk)
        assert client_of(who).get(address).status_code == expected, who
    assert client_of("noa").get(url(f"progress:{name}", contribution.pk)).status_code == 404


def test_another_organisation_s_answer_is_refused_with_words(sacha, elsewhere, url):
    for response in (
        sacha.get(url("progress:answer", elsewhere.pk)),
        sacha.post(url("progress:answer", elsewhere.pk), SAID),
    ):
        assert response.status_code == 403
        assert "Cette réponse est celle d’Auzeville" in text(response)
    assert sacha.get(url("progress:read", elsewhere.pk)).status_code == 403
    assert Contribution.objects.get().state == State.EXPECTED


def test_another_convention_s_answer_does_not_exist(sacha, camille, url):
    foreign = make_convention("autre")
    theirs = make_contribution(
        make_campaign(foreign), make_action(foreign), foreign.epci, state="submitted"
    )

    assert sacha.get(url("progress:answer", theirs.pk)).status_code == 404
    assert camille.get(url("progress:read", theirs.pk)).status_code == 404
    assert camille.post(url("progress:validate", theirs.pk)).status_code == 404
    camille.post(url("progress:queue"), {"answer": [theirs.pk]})
    assert Contribution.objects.get().state == State.SUBMITTED


def test_verbs_are_the_lead_s(client_of, sent, url):
    for who in ("malik", "sacha", "ines", "alix"):
        client = client_of(who)
        for name in ("validate", "return"):
            assert client.post(url(f"progress:{name}", sent.pk)).status_code == 403
        assert client.post(url("progress:reopen", 2022)).status_code == 403
        assert client.get(url("progress:consolidate", 2022, "P-31")).status_code == 403
    assert client_of("camille").get(url("progress:validate", sent.pk)).status_code == 405
