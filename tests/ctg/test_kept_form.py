"""A session ends while a person writes: what she sends waits for her on the other side."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils import timezone
from freezegun import freeze_time

from ctg.accounts.kept import KEPT, LARGEST
from ctg.accounts.models import User
from ctg.management.bench.visitor import Page
from tests.factories.actions import make_action, make_campaign, make_contribution
from tests.factories.governance import make_committee, make_decision, make_meeting, make_review

TEXT = "Une permanence de plus, le mercredi matin."


@pytest.fixture
def forms(convention, labege, url):
    """(address, fields, where it is read again) of what people write longest in."""
    action = make_action(convention, pilot=convention.epci, communes=[labege])
    campaign = make_campaign(convention)
    answer = make_contribution(campaign, action, labege)
    review = make_review(convention, campaign.year)
    decision = make_decision(make_meeting(make_committee(convention)))
    return [
        (url("actions:edit_section", action.code, "texte"), "description", action),
        (url("progress:answer", answer.pk), "done", answer),
        (url("reviews:prepare", review.year), "foreword", review),
        (url("governance:decision_edit", decision.pk), "text", decision),
    ]


def filled(client, address, field):
    """All that the browser would send, with the text typed in one field."""
    page = Page()
    page.feed(client.get(address).content.decode())
    return max(page.forms, key=len) | {field: [TEXT]}


def end_sessions():
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))


def sign_in_again(client, address, mailoutbox):
    asked = client.get(address).url
    sent = client.post(asked, {"email": "camille@example.org", "next": address})
    code = re.search(r"^[A-Z0-9-]{6,}$", mailoutbox[-1].body, re.MULTILINE)[0]
    return client.post(sent.url, {"code": code}).url


def test_what_was_sent_is_offered_back_and_saved(cast, camille, forms, mailoutbox, tell):
    User.objects.filter(pk=cast["camille"].pk).update(email="camille@example.org")
    for number, (address, field, row) in enumerate(forms):
        sent = filled(camille, address, field)
        end_sessions()

        assert camille.post(address, sent).status_code == 302
        if number == 0:  # by the code, which nobody may ask for too often
            assert sign_in_again(camille, address, mailoutbox) == address
        camille.force_login(cast["camille"])
        offered = camille.get(address)
        again = QueryDict(mutable=True)
        for name, value in offered.context["fields"]:
            again.appendlist(name, value)
        camille.post(address, dict(again.lists()))

        assert TEXT in offered.content.decode()
        row.refresh_from_db()
        assert getattr(row, field) == TEXT
        assert "Reprendre votre saisie" not in camille.get(address).content.decode()
    tell(f"  sessions : {len(forms)} saisies après la fin de la session, 0 perdue")


@pytest.fixture
def address(forms):
    return forms[0][0]


def is_offered(client, address):
    return "Reprendre votre saisie" in client.get(address).content.decode()


def test_htmx_leads_to_the_sign_in_too(client, cast, address):
    headers = {"HX-Request": "true", "HX-Target": "contenu"}

    answer = client.post(address, {"description": TEXT}, headers=headers)

    assert answer["HX-Redirect"].startswith("/compte/login/code/?next=")
    client.force_login(cast["camille"])
    assert is_offered(client, address)


def test_a_stranger_who_signs_in_next_sees_nothing(client, cast, address):
    client.post(address, {"description": TEXT})

    client.force_login(cast["noa"])

    assert client.get(address).status_code == 404


def test_it_is_kept_an_hour(client, cast, address):
    client.post(address, {"description": TEXT})

    with freeze_time(timezone.now() + timedelta(minutes=61)):
        client.force_login(cast["camille"])
        assert not is_offered(client, address)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (None, {"description": "x" * LARGEST}),
        (None, {}),
        (reverse_lazy("account_change_password"), {"password1": "pourquoi-pas-42"}),
    ],
    ids=["too large", "nothing", "password"],
)
def test_what_is_not_kept(client, cast, address, path, data):
    client.post(path or address, data)

    assert KEPT not in client.session
