import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from freezegun import freeze_time

from actions import answering, asking
from actions.models import Contribution
from ctg.convention.models import JournalEntry
from ctg.mail.services import deliver_due
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
)
from tests.factories.ctg import make_commune

CLOSED = datetime(2023, 2, 1, 8, tzinfo=UTC)
SAID = {"status": "done", "done": "Terminé."}


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def campaign(convention):
    return make_campaign(convention, opened_at=datetime(2023, 1, 2, tzinfo=UTC))


@pytest.fixture
def action(convention):
    return make_action(convention, code="P-31", title="Ouvrir des permanences")


@pytest.fixture
def contribution(campaign, action, labege):
    return make_contribution(campaign, action, labege)


# Who owes what


def test_the_lead_asks_one_more_and_one_less(camille, contribution, action, convention, url):
    auzeville = make_commune("Auzeville", convention)
    chosen = {"action": action.pk, "organizations": [auzeville.pk, contribution.organization_id]}

    added = camille.post(url("progress:expected"), chosen, follow=True)

    assert "P-31 est demandée à 1 organisme de plus." in words(added)
    assert Contribution.objects.waiting_for_answer().count() == 2
    again = camille.post(url("progress:expected"), chosen, follow=True)
    assert "déjà interrogés" in words(again)

    removed = camille.post(url("progress:ask_no_longer", contribution.pk), follow=True)
    assert "P-31 n’est plus attendue de Labège." in words(removed)
    contribution.refresh_from_db()
    assert (contribution.state, contribution.set_aside_reason) == ("set_aside", asking.WITHDRAWN)

    camille.post(url("progress:expected"), chosen)
    contribution.refresh_from_db()
    assert (contribution.state, contribution.set_aside_reason) == ("expected", "")
    verbs = JournalEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["contribution.asked", "contribution.set_aside", "contribution.asked"]


def test_what_was_sent_is_not_withdrawn(camille, cast, contribution, url):
    contribution.status = "ongoing"
    answering.submit(contribution, figures={}, by=cast["sacha"])

    page = camille.post(url("progress:ask_no_longer", contribution.pk), follow=True)

    assert "elle ne se modifie plus" in words(page)
    assert Contribution.objects.get().state == "submitted"


def test_an_organisation_of_elsewhere_is_not_asked(camille, contribution, action, url):
    page = camille.post(
        url("progress:expected"), {"action": action.pk, "organizations": [make_commune("Loin").pk]}
    )

    assert "Un champ est à corriger" in words(page)
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_of_who_owes_what(
    count, camille, campaign, convention, url, django_assert_num_queries
):
    for _ in range(count):
        action = make_action(convention)
        for name in ("Auzeville", "Baziège"):
            make_contribution(campaign, action, make_commune(name, convention))
    camille.get(url("progress:expected"))

    with django_assert_num_queries(11):
        camille.get(url("progress:expected"))


# Exceptions


def test_an_exception_opens_a_closed_campaign_to_one_organisation_until_a_day(
    client_of, campaign, contribution, action, convention, labege, url
):
    other = make_contribution(campaign, action, make_commune("Auzeville", convention))
    campaign.closed_at = CLOSED
    campaign.save()
    with freeze_time("2023-02-03"):
        said = client_of("camille").post(
            url("progress:access", 2022),
            {"organization": labege.pk, "until": "2023-02-10", "reason": "Agent absent"},
            follow=True,
        )
    assert "jusqu’au 10 février 2023, accordé par Camille · Agent absent" in words(said)

    with freeze_time("2023-02-10 20:00"):
        sacha = client_of("sacha")
        assert "Accès exceptionnel" in words(sacha.get(url("progress:mine")))
        refused = client_of("camille").post(url("progress:answer", other.pk), SAID)
        assert "ne peut plus être modifiée" in words(refused)
        sacha.post(url("progress:answer", contribution.pk), SAID)
    assert Contribution.objects.get(organization=labege).state == "submitted"
    assert JournalEntry.objects.filter(verb="campaign.access_granted").count() == 1


def test_an_exception_ends_by_itself_or_by_the_lead(
    client_of, campaign, contribution, labege, cast, url
):
    campaign.closed_at = CLOSED
    campaign.save()
    with freeze_time("2023-02-03"):
        granted = asking.grant_access(
            campaign, labege, until=date(2023, 2, 10), reason="Absence", by=cast["camille"]
        )
    with freeze_time("2023-02-11 08:00"):
        late = client_of("sacha").post(url("progress:answer", contribution.pk), SAID)
        assert "ne peut plus être modifiée" in words(late)
    with freeze_time("2023-02-05 08:00"):
        client_of("camille").post(url("progress:end_access", 2022, granted.pk))
        client_of("sacha").post(url("progress:answer", contribution.pk), SAID)
    assert Contribution.objects.get().state == "expected"


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"until": "2023-01-31"}, "Cette date est passée."),
        ({"reason": ""}, "Ce champ est obligatoire."),
        ({"organization": ""}, "Ce champ est obligatoire."),
    ],
)
def test_an_exception_says_why_until_when_and_for_whom(
    client_of, campaign, contribution, labege, url, changes, because
):
    campaign.closed_at = CLOSED
    campaign.save()
    asked = {"organization": labege.pk, "until": "2023-02-10", "reason": "Absence"} | changes

    with freeze_time("2023-02-03"):
        page = client_of("camille").post(url("progress:access", 2022), asked)

    assert because in words(page)
    assert not campaign.exceptions.exists()


# Correct


@pytest.fixture
def sent(cast, contribution):
    contribution.status, contribution.done = "ongoing", "Deux permanences."
    answering.submit(contribution, figures={}, by=cast["sacha"])
    return contribution


def test_a_correction_is_validated_and_its_author_is_told(camille, cast, sent, url, mailoutbox):
    figure = make_indicator(sent.action)
    address = url("progress:correct", sent.pk)
    assert "Dites ce que vous avez corrigé." in words(camille.post(address, SAID))

    camille.post(
        address,
        {
            "status": "ongoing",
            "done": "Douze permanences.",
            f"figure_{figure.pk}": "12",
            "comment": "Deux par mois, soit douze",
        },
    )

    sent.refresh_from_db()
    assert (sent.state, sent.done, sent.figures.get().value) == (
        "validated",
        "Douze permanences.",
        12,
    )
    assert (sent.submitted_by, sent.validated_by) == (cast["sacha"], cast["camille"])
    deliver_due(timezone.now() + timedelta(hours=1))
    assert mailoutbox[-1].to == [cast["sacha"].email]
    assert "Deux par mois, soit douze" in mailoutbox[-1].body
    assert JournalEntry.objects.filter(verb="contribution.corrected").exists()


def test_only_what_was_sent_is_corrected(camille, contribution, url):
    page = camille.post(
        url("progress:correct", contribution.pk), SAID | {"comment": "Je réponds à sa place"}
    )

    assert "n’a pas été envoyée" in words(page)
    assert Contribution.objects.get().state == "expected"


def test_ten_validations_are_told_in_one_message(camille, cast, campaign, labege, url, mailoutbox):
    for _ in range(10):
        one = make_contribution(
            campaign, make_action(campaign.convention), labege, status="ongoing"
        )
        answering.submit(one, figures={}, by=cast["sacha"])
    page = " ".join(str(pk) for pk in Contribution.objects.values_list("pk", flat=True))

    camille.post(url("progress:queue"), {"page": page})
    deliver_due(timezone.now() + timedelta(hours=1))

    assert [m.subject for m in mailoutbox] == ["10 nouvelles vous concernent dans la convention"]


def test_a_text_can_be_cited(camille, sent, url):
    answering.validate(sent, by=sent.submitted_by)

    page = camille.get(url("progress:consolidate", 2022, "P-31")).content.decode()

    assert 'data-cite="Labège\u00a0: «\u00a0Deux permanences.\u00a0»"' in page
