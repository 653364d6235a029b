import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.ctg import make_user


def code_in(message):
    return re.search(r"^[A-Z0-9-]{6,}$", message.body, re.MULTILINE)[0]


def test_a_code_by_mail_opens_the_page_that_was_asked(client, cast, url, mailoutbox):
    asked = client.get(url("actions:plan"))
    assert asked.url == f"{reverse('account_request_login_code')}?next={url('actions:plan')}"

    sent = client.post(asked.url, {"email": cast["camille"].email, "next": url("actions:plan")})
    answer = client.post(sent.url, {"code": code_in(mailoutbox[0])})

    assert answer.url == url("actions:plan")


def test_an_unknown_address_is_answered_the_same_way(client, cast, mailoutbox):
    address = reverse("account_request_login_code")

    known = client.post(address, {"email": cast["camille"].email})
    unknown = Client().post(address, {"email": "personne@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_a_wrong_code_is_refused_in_french(client, cast):
    client.post(reverse("account_request_login_code"), {"email": cast["camille"].email})

    page = client.post(reverse("account_confirm_login_code"), {"code": "AAAAAA"})

    assert "incorrect" in page.content.decode().lower()


def test_nobody_signs_up_alone(client, db):
    page = client.get(reverse("account_signup")).content.decode()

    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_password_sign_in_works_too(client, db):
    make_user("Dominique", email="dominique@example.org", password="pourquoi-pas-42")

    answer = client.post(
        reverse("account_login"),
        {"login": "dominique@example.org", "password": "pourquoi-pas-42"},
    )

    assert answer.url == "/"


@pytest.mark.parametrize("name", ["help", "accessibility", "legal", "privacy"])
def test_open_pages_need_no_sign_in(client, db, name):
    page = client.get(reverse(name)).content.decode()

    assert "Accessibilité : non conforme" in page


def test_home_goes_to_the_only_convention(camille, convention):
    assert camille.get("/").url == convention.get_absolute_url()


def test_without_convention_the_list_says_what_to_do(client, db):
    client.force_login(make_user())

    assert "Demandez une invitation" in client.get("/").content.decode()
