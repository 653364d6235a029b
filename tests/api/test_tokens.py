from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ctg.convention.models import ApiToken
from ctg.mail.services import deliver_due
from tests.api.conftest import Program, make_token, plain
from tests.factories.ctg import make_convention

pytestmark = pytest.mark.django_db
PAGE = "/compte/jetons/"


def fields(**changes):
    month = timezone.localdate() + timedelta(days=30)
    return {"name": "Tableau de bord", "scope": "read", "expires_on": month} | changes


def test_a_token_is_shown_once_and_only_its_hash_is_kept(camille, cast, mailoutbox):
    page = camille.post(PAGE, fields())

    written = page.context["written"]
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    token = cast["camille"].api_tokens.get()
    assert token.name == "Tableau de bord"
    assert written not in str(vars(token))
    assert written not in camille.get(PAGE).content.decode()
    deliver_due(timezone.now() + timedelta(minutes=1))
    assert "« Tableau de bord »" in mailoutbox[0].body


def test_its_making_and_its_end_are_in_the_journal(camille, cast, convention):
    camille.post(PAGE, fields())
    token = cast["camille"].api_tokens.get()

    camille.post(f"{PAGE}{token.pk}/retirer/")

    acts = convention.journal.filter(verb__startswith="api_token.").values_list("verb", flat=True)
    assert list(acts) == ["api_token.revoked", "api_token.created"]


@pytest.mark.parametrize("days", (0, 366))
def test_a_token_ends_within_a_year(camille, cast, days):
    page = camille.post(PAGE, fields(expires_on=timezone.localdate() + timedelta(days=days)))

    assert page.context["form"].errors["expires_on"] == [
        "Choisissez une date entre demain et dans un an."
    ]
    assert not ApiToken.objects.exists()


def test_one_revokes_one_s_own_tokens_only(client_of, cast):
    make_token(cast["camille"])
    token = cast["camille"].api_tokens.get()

    assert client_of("alix").post(f"{PAGE}{token.pk}/retirer/").status_code == 404


def test_another_convention_cannot_be_named(camille, cast):
    elsewhere = make_convention("autre-2021-2025")

    page = camille.post(PAGE, fields(convention=elsewhere.pk))

    assert list(page.context["form"].errors) == ["convention"]


def refusal(answer):
    return answer.status_code, plain(answer.json()["detail"])


def test_a_token_that_opens_nothing(program, cast):
    camille = program("camille")
    token = cast["camille"].api_tokens.get()
    told = (401, "Ce jeton n’ouvre rien : il est inconnu, expiré ou retiré.")

    wrong = Program(camille.slug, {"Authorization": "Bearer ctg_rien"}).get()
    assert refusal(wrong) == told
    assert wrong.headers["WWW-Authenticate"] == "Bearer"
    ApiToken.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert refusal(camille.get()) == told
    ApiToken.objects.update(expires_on=timezone.localdate(), revoked_at=timezone.now())
    assert refusal(camille.get()) == told
    ApiToken.objects.update(revoked_at=None)
    assert camille.get().status_code == 200
    token.user.is_active = False
    token.user.save()
    assert refusal(camille.get()) == told


def test_a_token_to_read_does_not_write(program):
    camille = program("camille", ApiToken.Scope.READ)

    assert camille.get("stakes/").status_code == 200
    assert refusal(camille.post("stakes/", {})) == (
        403,
        "Ce jeton permet de lire, pas de modifier : il en faut un autre.",
    )


def test_a_token_of_one_convention_opens_no_other(program, convention, cast):
    other = make_convention("autre-2021-2025")
    cast["camille"].memberships.create(convention=other, organization=other.epci, role="lead")
    everywhere, here = program("camille"), program("camille", convention=convention)

    for opened, status in ((everywhere, 200), (here, 404)):
        assert Program(other.slug, opened.headers).get("actions/").status_code == status
        assert Program(other.slug, opened.headers).get().status_code == status


def test_the_day_of_the_last_use_is_kept(program, cast):
    program("camille").get()

    assert cast["camille"].api_tokens.get().last_used_on == timezone.localdate()


def test_pages_use_the_api_by_their_session(client_of, cast, convention):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(cast["camille"])
    address = f"/api/v1/conventions/{convention.slug}/stakes/"

    assert careful.get(address).status_code == 200
    assert refusal(careful.post(address, {}, content_type="application/json")) == (
        403,
        "Le jeton CSRF de la page manque ou n’est plus bon : rechargez la page.",
    )


def test_without_token_nor_session(client, convention, db):
    answer = client.get(f"/api/v1/conventions/{convention.slug}/")

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_too_many_requests_are_asked_to_wait(program, settings):
    settings.API_RATES = {"key": "2/min", "address": "100/min"}
    camille, malik = program("camille"), program("malik")

    answers = [camille.get() for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].json()["title"] == "Trop de demandes"
    assert malik.get().status_code == 200


def test_erasing_a_person_closes_her_tokens(client_of, cast, program):
    alix = program("alix")

    client_of("alix").post(reverse("erase"), {"confirm": "on"})

    assert alix.get().status_code == 401


def test_a_wrong_address_is_a_problem_too(program, convention):
    answer = program("camille").get("parti/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_body_that_is_not_json(program):
    answer = program("camille").ask("post", "stakes/", "{")

    assert refusal(answer) == (400, "Le corps de la demande n’est pas du JSON lisible.")


def test_conventions_are_one_s_own(program, convention):
    make_convention("autre-2021-2025")
    answer = Client().get("/api/v1/conventions/", headers=program("alix").headers)

    assert [one["slug"] for one in answer.json()["results"]] == [convention.slug]
