import json
import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from actions.models import Action, ActionReview, Campaign, Contribution, IndicatorValue
from ctg.convention.models import Membership
from ctg.convention.rights import Role
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
    make_indicator,
)
from tests.factories.ctg import make_commune, make_convention, make_organization

State = Contribution.State
SAID = {"status": "ongoing", "done": "Deux permanences par semaine.", "difficulty": ""}
HTMX = {"HTTP_HX_REQUEST": "true"}


def text(response):
    """What is read on the page, one space between words."""
    main = response.content.decode().split("<main")[1].split("</main>")[0]
    words = re.sub(r"<[^>]+>", " ", main).replace("&amp;", "&")
    return re.sub(r"\s+", " ", words)


@pytest.fixture
def campaign(convention):
    return make_campaign(convention)


@pytest.fixture
def action(convention):
    return make_action(convention, code="P-31", title="Ouvrir des permanences")


@pytest.fixture
def contribution(campaign, action, labege):
    return make_contribution(campaign, action, labege)


@pytest.fixture
def elsewhere(campaign, action, convention):
    """What another commune of the same convention is asked."""
    return make_contribution(campaign, action, make_commune("Auzeville", convention))


@pytest.fixture
def sent(campaign, action, labege, cast):
    return make_contribution(
        campaign, action, labege, state="submitted", submitted_by=cast["sacha"], done="Fait"
    )


# Home


def test_mine_is_one_list_with_last_year_and_what_is_left(
    sacha, campaign, contribution, convention, labege, url
):
    last = make_campaign(
        convention, 2021, is_open=False, closed_at=datetime(2022, 2, 1, tzinfo=UTC)
    )
    make_contribution(last, contribution.action, labege, state="validated", done="Une par mois")
    make_contribution(campaign, make_action(convention), labege, state="submitted")

    with freeze_time("2023-01-19 10:00"):
        page = text(sacha.get(url("progress:home")))

    assert "Mes actions Jusqu’au 31 janvier, dans 12 jours" in page
    assert "1 sur 2 envoyées" in page
    assert "Continuer" in page
    assert (
        "P-31 · Ouvrir des permanences L’an dernier : en cours, « Une par mois » À saisir" in page
    )
    assert "Campagne 2021" in page


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2023-01-30", "Jusqu’au 31 janvier, c’est demain"),
        ("2023-01-31", "Jusqu’au 31 janvier, c’est aujourd’hui"),
        ("2023-02-02", "Date limite passée : c’était le 31 janvier"),
        ("2022-03-01", "Jusqu’au 31 janvier 2023, dans 336 jours"),
    ],
)
def test_deadline_in_words(sacha, contribution, url, today, words):
    with freeze_time(f"{today} 10:00"):
        assert words in text(sacha.get(url("progress:home")))


def test_mine_says_what_is_to_correct(sacha, campaign, action, labege, url):
    make_contribution(
        campaign, action, labege, state="returned", return_comment="Combien de rendez-vous ?"
    )

    page = text(sacha.get(url("progress:home")))

    assert "À corriger : Combien de rendez-vous ? À corriger" in page


def test_mine_when_all_is_sent(sacha, sent, url):
    Contribution.objects.update(state="validated", validated_at=sent.submitted_at)
    page = text(sacha.get(url("progress:home")))

    assert "validée le" in text(sacha.get(url("progress:read", sent.pk)))
    assert "1 sur 1 envoyée" in page
    assert "Tout est envoyé, merci." in page


def test_mine_when_nothing_is_asked(sacha, elsewhere, url):
    page = text(sacha.get(url("progress:home")))

    assert "Rien ne vous est demandé cette année" in page
    assert "Auzeville" not in page


def test_mine_names_the_organisation_of_who_has_several(sacha, cast, convention, campaign, url):
    other = make_commune("Auzeville", convention)
    Membership.objects.create(
        convention=convention, user=cast["sacha"], organization=other, role=Role.CONTRIBUTOR
    )
    make_contribution(campaign, make_action(convention), other)

    assert "Auzeville · Première fois" in text(sacha.get(url("progress:home")))


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("camille", "Préparer une campagne"),
        ("malik", "vous verrez ici qui a répondu"),
        ("sacha", "Vous recevrez un courriel à l’ouverture de la prochaine"),
        ("ines", "vous verrez ici qui a répondu"),
        ("alix", "se lit sur chaque fiche du plan d’action"),
    ],
)
def test_without_open_campaign_the_page_says_what_comes(client_of, url, who, words):
    page = text(client_of(who).get(url("progress:home")))

    assert "Aucune campagne n’est ouverte" in page
    assert words in page


def test_a_prepared_campaign_is_not_open(camille, sacha, convention, url):
    campaign = make_campaign(convention, is_open=False)
    make_contribution(campaign, make_action(convention), convention.epci)

    assert "La prochaine campagne est préparée" in text(camille.get(url("progress:home")))
    assert "Aucune campagne n’est ouverte" in text(sacha.get(url("progress:home")))


def test_overview_says_who_answered_wholly_partly_and_not(camille, campaign, convention, url):
    actions = [make_action(convention) for _ in range(2)]
    for name, states in {
        "Auzeville": ("submitted", "validated"),
        "Baziège": ("submitted", "expected"),
        "Corronsac": ("draft", "expected"),
        "Deyme": ("expected", "expected"),
    }.items():
        commune = make_commune(name, convention)
        for action, state in zip(actions, states, strict=True):
            make_contribution(campaign, action, commune, state=state)

    page = text(camille.get(url("progress:home")))

    assert "3 envoyées sur 8 demandées" in page
    assert "2 en attente de validation" in page
    assert "1 n’ont pas commencé Deyme 0 sur 2" in page
    assert "2 en partie Corronsac 0 sur 2 Baziège 1 sur 2" in page
    assert "1 ont tout envoyé Auzeville 2 sur 2" in page
    assert f"{actions[0].heading} 2 sur 4 envoyées" in page


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("camille", ["Vue d’ensemble", "À saisir", "À valider"]),
        ("malik", ["Vue d’ensemble", "À saisir"]),
        ("sacha", []),
        ("ines", []),
        ("alix", []),
    ],
)
def test_tabs_are_those_of_the_role(client_of, campaign, url, who, expected):
    response = client_of(who).get(url("progress:home"))

    tabs = [label for label, _, _ in (response.context.get("tabs") or [])]
    assert tabs == expected
    page = text(response)
    assert ("Clore la campagne" in page) == (who == "camille")
    assert ("À saisir" in page) == (who in ("camille", "malik"))


def test_the_reader_sees_where_it_stands_and_nothing_to_type(client_of, sent, url):
    response = client_of("alix").get(url("progress:home"))

    assert "100 % des réponses attendues sont envoyées" in text(response)
    assert "Vous n’avez rien à faire" in text(response)
    assert "<form" not in response.content.decode().split("<main")[1].split("</main>")[0]


# Rights


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


# Answer


def test_the_form_recalls_last_year(sacha, contribution, convention, labege, url):
    last = make_campaign(convention, 2021, is_open=False)
    before = make_contribution(
        last, contribution.action, labege, state="validated", done="Une par mois"
    )
    indicator = make_indicator(contribution.action, target=150)
    IndicatorValue.objects.create(indicator=indicator, year=2021, contribution=before, value=38)

    page = text(sacha.get(url("progress:answer", contribution.pk)))

    for words in (
        "Labège action 1 sur 1",
        "P-31 · Ouvrir des permanences",
        "L’an dernier : « En cours »",
        "2021 : « Une par mois »",
        "Rendez-vous tenus 2021 : 38 · cible de l’action : 150",
    ):
        assert words in page
    assert page.count("Pas de nom ni de situation personnelle.") == 2


def test_sending_goes_to_the_next_action_then_home(
    sacha, campaign, contribution, convention, labege, url
):
    indicator = make_indicator(contribution.action)
    following = make_contribution(campaign, make_action(convention), labege)

    first = sacha.post(
        url("progress:answer", contribution.pk), SAID | {f"figure_{indicator.pk}": "1 234,5"}
    )
    last = sacha.post(url("progress:answer", following.pk), SAID)

    assert first.url == url("progress:answer", following.pk)
    assert last.url == url("progress:mine")
    contribution.refresh_from_db()
    assert contribution.state == State.SUBMITTED
    assert contribution.figures.get().value == Decimal("1234.5")


def test_sending_the_last_of_the_list_goes_round_to_what_was_left(
    sacha, campaign, contribution, convention, labege, url
):
    last = make_contribution(campaign, make_action(convention), labege)

    response = sacha.post(url("progress:answer", last.pk), SAID)

    assert response.url == url("progress:answer", contribution.pk)


def test_the_lead_answers_for_an_organisation(camille, contribution, url):
    assert camille.post(url("progress:answer", contribution.pk), SAID).url == url("progress:mine")

    assert Contribution.objects.get().submitted_by.first_name == "Camille"


def test_later_keeps_an_incomplete_answer(sacha, contribution, url):
    response = sacha.post(
        url("progress:answer", contribution.pk), {"done": "À finir", "later": "1"}, follow=True
    )

    assert response.redirect_chain[-1][0] == url("progress:mine")
    assert "Votre brouillon est enregistré." in text(response)
    assert "Brouillon" in text(response)


def test_a_wrong_figure_is_named_the_rest_is_kept(sacha, contribution, url):
    indicator = make_indicator(contribution.action)
    name = f"figure_{indicator.pk}"

    response = sacha.post(url("progress:answer", contribution.pk), SAID | {name: "douze"})

    page = text(response)
    assert "Un champ est à corriger" in page
    assert f"{indicator.title} : Écrivez un nombre en chiffres" in page
    assert "Tout le reste est gardé comme brouillon." in page
    assert 'value="douze"' in response.content.decode()
    stored = Contribution.objects.get()
    assert (stored.state, stored.done) == (State.DRAFT, SAID["done"])
    assert not stored.figures.exists()


def test_later_and_back_gives_a_wrong_figure_as_it_was_typed(sacha, contribution, url):
    figure = f"figure_{make_indicator(contribution.action).pk}"
    address = url("progress:answer", contribution.pk)

    left = sacha.post(address, SAID | {figure: "douze", "later": "1"}, follow=True)

    assert "Un chiffre ou un texte est à corriger avant l’envoi." in text(left)
    back = sacha.get(address)
    assert 'value="douze"' in back.content.decode()
    assert "Écrivez un nombre en chiffres" in text(back)
    assert SAID["done"] in text(back)
    sacha.post(address, SAID | {figure: "12"})
    stored = Contribution.objects.get()
    assert (stored.state, stored.refused, stored.figures.get().value) == ("submitted", {}, 12)


# One click


def test_nothing_new_sends_last_year_s_status(sacha, contribution, convention, labege, url):
    last = make_campaign(convention, 2021, is_open=False, closed_at=timezone.now())
    make_contribution(last, contribution.action, labege, state="validated", status="suspended")
    assert "Rien de nouveau depuis 2021" in text(sacha.get(url("progress:answer", contribution.pk)))

    sacha.post(url("progress:nothing_new", contribution.pk))

    sent = campaign_answer(2022)
    assert (sent.state, sent.status, sent.done, sent.is_unchanged) == (
        "submitted",
        "suspended",
        "",
        True,
    )
    assert "Rien de nouveau depuis 2021." in text(sacha.get(url("progress:read", sent.pk)))


def test_each_way_of_answering_goes_on_to_the_next_action(
    sacha, campaign, contribution, convention, labege, url
):
    last = make_campaign(convention, 2021, is_open=False, closed_at=timezone.now())
    make_contribution(last, contribution.action, labege, state="validated")
    second, third = (make_contribution(campaign, make_action(convention), labege) for _ in range(2))

    unchanged = sacha.post(url("progress:nothing_new", contribution.pk))
    aside = sacha.post(url("progress:set_aside", second.pk), {"reason": "Pas d’équipement"})

    assert unchanged.url == url("progress:answer", second.pk)
    assert aside.url == url("progress:answer", third.pk)


def campaign_answer(year):
    return Contribution.objects.get(campaign__year=year)


def test_nothing_new_never_replaces_what_was_begun(sacha, contribution, convention, labege, url):
    page = text(sacha.get(url("progress:answer", contribution.pk)))
    assert "Rien de nouveau" not in page, "la première fois, il n’y a rien à reprendre"
    first = sacha.post(url("progress:nothing_new", contribution.pk), follow=True)
    assert "première fois" in text(first)

    last = make_campaign(convention, 2021, is_open=False, closed_at=timezone.now())
    make_contribution(last, contribution.action, labege, state="validated")
    sacha.post(url("progress:answer", contribution.pk), {"done": "Commencé", "later": "1"})
    refused = sacha.post(url("progress:nothing_new", contribution.pk), follow=True)

    assert "Vous avez commencé cette réponse" in text(refused)
    assert (campaign_answer(2022).state, campaign_answer(2022).done) == ("draft", "Commencé")


def test_set_aside_asks_why_and_owes_nothing_more(sacha, camille, contribution, url):
    address = url("progress:set_aside", contribution.pk)
    assert "Dites en quelques mots pourquoi." in text(sacha.post(address, {"reason": " "}))

    sacha.post(address, {"reason": "Pas de crèche chez nous"})

    stored = Contribution.objects.get()
    assert (stored.state, stored.set_aside_reason) == ("set_aside", "Pas de crèche chez nous")
    assert not Contribution.objects.waiting_for_answer().exists()
    assert not Contribution.objects.asked().exists()
    assert "Non concernée" in text(sacha.get(url("progress:mine")))
    assert "Pas de crèche chez nous" in text(camille.get(url("progress:answers")))
    assert "Pas de crèche chez nous" in text(
        camille.get(url("progress:consolidate", 2022, stored.action.code))
    )


def test_who_set_aside_may_change_her_mind(sacha, contribution, url):
    sacha.post(url("progress:set_aside", contribution.pk), {"reason": "Pas chez nous"})
    page = text(sacha.get(url("progress:answer", contribution.pk)))
    assert "Vous avez dit ne pas être concernés" in page

    sacha.post(url("progress:answer", contribution.pk), SAID)

    assert Contribution.objects.get().state == State.SUBMITTED


def test_the_lead_gives_back_what_was_wrongly_set_aside(camille, sacha, contribution, url):
    sacha.post(url("progress:set_aside", contribution.pk), {"reason": "Pas chez nous"})

    camille.post(url("progress:return", contribution.pk), {"comment": "Si, la ludothèque"})

    assert Contribution.objects.get().state == State.RETURNED


def test_sending_without_a_status_is_refused_and_kept(sacha, contribution, url):
    response = sacha.post(url("progress:answer", contribution.pk), {"done": "Oui"})

    assert "Dites où en est l’action chez vous." in text(response)
    assert Contribution.objects.get().done == "Oui"


def test_autosave_answers_one_line(sacha, contribution, url):
    with freeze_time("2023-01-19 09:42"):
        response = sacha.post(
            url("progress:answer", contribution.pk), {"done": "Deux permanences"}, **HTMX
        )

    assert response.content.decode() == "brouillon enregistré à 10\u00a0h\u00a042"
    assert json.loads(response.headers["HX-Trigger"]) == {
        "ctg:saved": {"version": "2023-01-19T09:42:00+00:00"}
    }
    assert Contribution.objects.get().state == State.DRAFT


def test_autosave_with_a_wrong_figure_says_so_and_keeps_the_rest(sacha, contribution, url):
    indicator = make_indicator(contribution.action)

    response = sacha.post(
        url("progress:answer", contribution.pk),
        {"done": "Deux permanences", f"figure_{indicator.pk}": "douze"},
        **HTMX,
    )

    said = response.content.decode()
    assert "sauf «\u00a0Rendez-vous tenus\u00a0»\u00a0: Écrivez un nombre en chiffres" in said
    assert Contribution.objects.get().done == "Deux permanences"


def test_a_second_click_sends_nothing_twice(sacha, contribution, url):
    address = url("progress:answer", contribution.pk)
    sacha.post(address, SAID)

    again = sacha.post(address, SAID)

    assert again.status_code == 302
    assert contribution.history.filter(state=State.SUBMITTED).count() == 1


def test_a_change_after_the_sending_is_shown_back_not_taken(sacha, sent, url):
    response = sacha.post(url("progress:answer", sent.pk), SAID | {"done": "Autre chose"})

    assert "Cette réponse ne peut plus être modifiée" in text(response)
    assert "Autre chose" in text(response)
    assert Contribution.objects.get().done == "Fait"
    assert "Envoyer mon avancement" not in text(response)


def test_a_draft_behind_the_sending_is_not_taken(sacha, sent, url):
    response = sacha.post(url("progress:answer", sent.pk), {"done": "Autre"}, **HTMX)

    assert "ne se modifie plus" in response.content.decode()
    assert '<span hx-swap-oob="delete:#send">' in response.content.decode()
    assert Contribution.objects.get().done == "Fait"


def test_a_sent_or_closed_answer_is_read_with_words(sacha, campaign, sent, url):
    response = sacha.get(url("progress:answer", sent.pk), follow=True)
    assert response.redirect_chain == [(url("progress:read", sent.pk), 302)]
    assert "par Sacha, elle ne se modifie plus, sauf si elle est renvoyée" in text(response)

    Campaign.objects.update(closed_at=campaign.opened_at)
    assert "campagne close" in text(sacha.get(url("progress:read", sent.pk)))


def test_an_answer_of_a_campaign_not_opened_yet_does_not_exist(sacha, convention, labege, url):
    prepared = make_campaign(convention, is_open=False)
    asked = make_contribution(prepared, make_action(convention), labege)

    assert sacha.get(url("progress:answer", asked.pk)).status_code == 404


def test_an_expired_session_comes_back_to_the_form(client, contribution, url):
    address = url("progress:answer", contribution.pk)

    response = client.post(address, SAID)

    assert response.url == f"{reverse('account_request_login_code')}?next={address}"


def test_two_people_on_one_answer_see_both_versions(sacha, camille, contribution, url):
    address = url("progress:answer", contribution.pk)
    seen = sacha.get(address).context["form"]["seen"].value()
    camille.post(address, {"done": "Dit par Camille", "status": "done", "later": "1"})

    autosaved = sacha.post(address, {"done": "Dit par Sacha", "seen": seen}, **HTMX)
    refused = sacha.post(address, SAID | {"done": "Dit par Sacha", "seen": seen})

    assert "HX-Trigger" not in autosaved.headers
    assert "Non enregistré\u00a0: Camille vient de modifier" in autosaved.content.decode()
    page = text(refused)
    assert "Camille a enregistré cette réponse pendant votre saisie." in page
    assert "Où en êtes-vous ? Réalisée" in page
    assert "Qu’avez-vous fait cette année ? Dit par Camille" in page
    assert Contribution.objects.get().done == "Dit par Camille"

    again = refused.context["form"]["seen"].value()
    sacha.post(address, SAID | {"done": "Dit par Sacha", "seen": again})
    assert Contribution.objects.get().done == "Dit par Sacha"


def test_one_s_own_drafts_are_no_conflict(sacha, contribution, url):
    address = url("progress:answer", contribution.pk)
    seen = sacha.get(address).context["form"]["seen"].value()

    for done in ("Un", "Un deux", "Un deux trois"):
        sacha.post(address, {"done": done, "seen": seen}, **HTMX)

    assert Contribution.objects.get().done == "Un deux trois"


def test_typed_text_is_escaped(sacha, campaign, action, labege, url):
    draft = make_contribution(campaign, action, labege, state="draft", done="<script>x</script>")

    for name in ("answer", "read"):
        page = sacha.get(url(f"progress:{name}", draft.pk)).content.decode()
        assert "<script>x" not in page


def test_an_empty_sending_changes_nothing(sacha, contribution, url):
    make_indicator(contribution.action)

    response = sacha.post(url("progress:answer", contribution.pk))

    assert "Dites où en est l’action chez vous." in text(response)
    assert Contribution.objects.get().state == State.EXPECTED


def test_a_campaign_closed_while_typing_gives_the_text_back(sacha, campaign, contribution, url):
    Campaign.objects.update(closed_at=campaign.opened_at)

    response = sacha.post(url("progress:answer", contribution.pk), SAID)

    assert "Cette réponse ne peut plus être modifiée" in text(response)
    assert SAID["done"] in text(response)
    assert "campagne close" in text(sacha.get(url("progress:read", contribution.pk)))


# Answers


def test_answers_are_one_s_own_or_all_for_those_who_follow(
    sacha, client_of, contribution, elsewhere, url
):
    mine = text(sacha.get(url("progress:answers")))
    all_of_them = text(client_of("ines").get(url("progress:answers")))

    assert "Labège · 2022" in mine
    assert "Auzeville" not in mine
    assert "Auzeville · 2022" in all_of_them


def test_answers_are_filtered(camille, convention, campaign, contribution, elsewhere, url):
    other = make_action(convention, code="A-32", title="Équiper les mairies")
    make_contribution(campaign, other, contribution.organization, state="submitted")

    def found(query):
        response = camille.get(url("progress:answers") + query)
        return [(c.action.code, str(c.organization)) for c in response.context["page"]]

    assert found("?q=A-32") == [("A-32", "Labège")]
    assert found("?q=mairies&year=2022") == [("A-32", "Labège")]
    assert found("?state=submitted") == [("A-32", "Labège")]
    assert found(f"?organization={elsewhere.organization_id}") == [("P-31", "Auzeville")]
    assert found("?q=rien") == []
    assert "Aucune réponse ne correspond" in text(camille.get(url("progress:answers") + "?q=rien"))


def test_no_answer_yet(camille, url):
    assert "Aucune réponse pour l’instant" in text(camille.get(url("progress:answers")))


# Campaign

DATES = {
    "year": "2022",
    "opens_on": "2023-01-02",
    "reminds_on": "2023-01-16",
    "closes_on": "2023-01-31",
    "validates_on": "2023-02-15",
}


def test_a_campaign_is_prepared_then_opened(camille, convention, labege, url):
    make_action(convention, pilot=labege)

    camille.post(url("progress:campaign"), DATES)
    campaign = Campaign.objects.get()
    assert not campaign.is_open

    response = camille.post(
        url("progress:campaign"), DATES | {"closes_on": "2023-02-05", "open": "1"}, follow=True
    )
    campaign.refresh_from_db()
    assert campaign.is_open
    assert campaign.closes_on.isoformat() == "2023-02-05"
    assert campaign.contributions.count() == 1
    assert "La campagne 2022 est ouverte" in text(response)


def test_dates_of_an_open_campaign_are_moved(camille, campaign, url):
    camille.post(url("progress:campaign"), DATES | {"closes_on": "2023-02-10"})

    assert Campaign.objects.get().closes_on.isoformat() == "2023-02-10"
    page = text(camille.get(url("progress:campaign")))
    assert "Dates de la campagne" in page


def test_opening_an_open_campaign_is_refused_with_words(camille, campaign, url):
    page = text(camille.post(url("progress:campaign"), DATES | {"open": "1"}))

    assert "Cette campagne est déjà ouverte." in page


def test_closing_says_what_it_leaves_then_closes(camille, campaign, sent, elsewhere, url):
    page = text(camille.get(url("progress:close", 2022)))
    assert "1 réponse manque encore" in page
    assert "1 réponse reste à valider" in page
    assert campaign.is_open

    response = camille.post(url("progress:close", 2022), follow=True)

    assert "La campagne 2022 est close." in text(response)
    assert not Campaign.objects.get().is_open
    assert "déjà close" in text(camille.get(url("progress:close", 2022)))
    assert "n’est pas ouverte" in text(camille.post(url("progress:close", 2022), follow=True))


def test_a_campaign_never_opened_is_not_closed(camille, convention, url):
    make_campaign(convention, is_open=False)

    assert "n’est pas encore ouverte" in text(camille.get(url("progress:close", 2022)))


def test_a_closed_campaign_is_reopened_but_not_beside_another(camille, convention, campaign, url):
    camille.post(url("progress:close", 2022))
    response = camille.post(url("progress:reopen", 2022), follow=True)
    assert "La campagne 2022 est de nouveau ouverte." in text(response)

    make_campaign(convention, 2021, closed_at=datetime(2060, 2, 1, tzinfo=UTC))
    refused = camille.post(url("progress:reopen", 2021), follow=True)
    assert "La campagne 2022 est encore ouverte" in text(refused)


# Validate


def test_the_queue_shows_the_facts_beside(camille, sent, convention, labege, url):
    indicator = make_indicator(sent.action, target=150)
    last = make_campaign(
        convention, 2021, is_open=False, closed_at=datetime(2022, 2, 1, tzinfo=UTC)
    )
    before = make_contribution(last, sent.action, labege, state="validated", done="Une par mois")
    for answer, value in ((sent, 212), (before, 38)):
        IndicatorValue.objects.create(
            indicator=indicator, year=answer.campaign.year, contribution=answer, value=value
        )

    page = text(camille.get(url("progress:queue")))

    assert "Labège P-31 · Ouvrir des permanences · 2022" in page
    assert "2022 En cours Fait 2021 En cours Une par mois" in page
    assert "Rendez-vous tenus 212 38 150" in page


def test_one_answer_is_validated_and_the_list_comes_back(camille, sent, url):
    address = url("progress:queue") + "?q=P-31"

    response = camille.post(url("progress:validate", sent.pk), {"next": address})

    assert response.url == address
    assert Contribution.objects.get().state == State.VALIDATED
    again = camille.post(url("progress:validate", sent.pk), follow=True)
    assert "Seule une contribution envoyée se valide." in text(again)


def test_never_back_to_another_site(camille, sent, url):
    response = camille.post(url("progress:validate", sent.pk), {"next": "https://ailleurs.example"})

    assert response.url == url("progress:queue")


def test_many_answers_are_validated_at_once(camille, campaign, sent, convention, labege, url):
    other = make_contribution(campaign, make_action(convention), labege, state="submitted")
    left = make_contribution(campaign, make_action(convention), labege, state="submitted")

    response = camille.post(
        url("progress:queue"), {"answer": [sent.pk, other.pk, "x"]}, follow=True
    )

    assert "2 réponses sont validées." in text(response)
    assert Contribution.objects.waiting_for_validation().get() == left

    camille.post(url("progress:queue"), {"page": f"{left.pk}"})
    assert not Contribution.objects.waiting_for_validation().exists()


def test_nothing_ticked_says_so(camille, sent, url):
    response = camille.post(url("progress:queue"), follow=True)

    assert "Cochez au moins une réponse à valider." in text(response)


def test_the_queue_is_filtered_and_says_when_empty(camille, sent, url):
    filtered = text(camille.get(url("progress:queue") + "?q=A-99"))
    assert "Aucune réponse à valider ne correspond" in filtered

    camille.post(url("progress:validate", sent.pk))
    assert "Rien à valider pour l’instant" in text(camille.get(url("progress:queue")))


def test_an_answer_is_returned_with_a_comment(camille, sent, url):
    address = url("progress:return", sent.pk)
    assert "Renvoyer pour correction" in text(camille.get(address))

    empty = camille.post(address, {"comment": "  "})
    assert "Dites ce qui est à corriger." in text(empty)
    assert Contribution.objects.get().state == State.SUBMITTED

    response = camille.post(address, {"comment": "Combien ?"}, follow=True)
    assert "P-31, Labège : réponse renvoyée, à corriger." in text(response)
    assert Contribution.objects.get().return_comment == "Combien ?"


def test_returning_what_was_not_sent_is_refused_with_words(camille, contribution, url):
    page = text(camille.post(url("progress:return", contribution.pk), {"comment": "Combien ?"}))

    assert "n’a pas été envoyée" in page


# Year and consolidation


def test_the_year_lists_what_is_left_then_what_is_done(camille, convention, campaign, action, url):
    make_contribution(campaign, action, convention.epci, state="validated")
    reviewed = make_action(convention, code="A-40", title="Sensibiliser")
    make_action_review(reviewed, progress=60)
    make_action(convention, code="A-50", status=Action.Status.DONE)
    make_action(convention, code="A-51", archived_at=datetime(2022, 1, 1, tzinfo=UTC))

    left = text(camille.get(url("progress:year", 2022)))
    done = text(camille.get(url("progress:year", 2022) + "?voir=faites"))

    assert "À consolider (1) Consolidées (1)" in left
    assert "P-31 · Ouvrir des permanences 1 réponse validée sur 1" in left
    assert "A-40" not in left
    assert "A-40 · Sensibiliser aucune réponse demandée À venir 60 %" in done
    assert "A-50" not in left + done
    assert "A-51" not in left + done


def test_an_older_year_lists_only_what_it_asked(camille, convention, campaign, action, url):
    old = make_campaign(convention, 2021, closed_at=datetime(2060, 2, 1, tzinfo=UTC))
    make_contribution(old, make_action(convention, code="A-40"), convention.epci)

    page = text(camille.get(url("progress:year", 2021)))

    assert "A-40" in page
    assert "P-31" not in page
    assert "Close le 1er février 2060" in page


def test_the_year_says_when_all_or_nothing_is_done(camille, campaign, action, url):
    assert "Aucune action n’est encore consolidée" in text(
        camille.get(url("progress:year", 2022) + "?voir=faites")
    )
    make_action_review(action)
    assert "Tout est consolidé" in text(camille.get(url("progress:year", 2022) + "?voir=reste"))


def test_a_year_without_campaign_does_not_exist(camille, campaign, url):
    assert camille.get(url("progress:year", 2021)).status_code == 404
    assert camille.get(url("progress:consolidate", 2022, "A-99")).status_code == 404


@pytest.mark.parametrize(
    ("state", "words"),
    [("submitted", "1 réponse à valider. Valider d’abord"), ("draft", "1 réponse pas encore")],
)
def test_consolidation_says_what_is_missing(camille, campaign, action, labege, url, state, words):
    make_contribution(campaign, action, labege, state=state)

    assert words in text(camille.get(url("progress:consolidate", 2022, "P-31")))


def test_consolidation_rolls_up_what_was_validated(
    camille, convention, campaign, action, labege, url
):
    indicator = make_indicator(action, target=500)
    answers = {
        "Auzeville": ("validated", "done", 30),
        "Baziège": ("validated", "ongoing", 12),
        "Corronsac": ("submitted", "ongoing", 1000),
        "Deyme": ("expected", "", None),
    }
    for name, (state, status, value) in answers.items():
        answer = make_contribution(
            campaign,
            action,
            make_commune(name, convention),
            state=state,
            status=status,
            done=f"Dit par {name}" if status else "",
            difficulty="La pluie" if name == "Baziège" else "",
        )
        if value:
            IndicatorValue.objects.create(
                indicator=indicator, year=2022, contribution=answer, value=value
            )

    response = camille.get(url("progress:consolidate", 2022, "P-31"))
    page = text(response)

    assert "1 réponse à valider et 1 réponse pas encore envoyée." in page
    assert "Statuts 2 1 en cours 1 réalisée" in page
    assert "Rendez-vous tenus — 42 500" in page
    assert "Auzeville réalisée Dit par Auzeville" in page
    assert "Dit par Corronsac" not in page
    assert "Difficultés remontées Baziège La pluie" in page
    form = response.context["form"]
    assert form.initial[f"figure_{indicator.pk}"] == Decimal(42)
    assert form.instance.status == Action.Status.ONGOING


@pytest.mark.parametrize(
    ("own", "said", "proposed"),
    [
        ("todo", [], "todo"),
        ("todo", ["done", "done"], "done"),
        ("todo", ["suspended"], "ongoing"),
        ("todo", ["todo", "done"], "ongoing"),
        ("postponed", ["done"], "postponed"),
    ],
)
def test_the_status_proposed_is_that_of_the_answers(
    camille, convention, campaign, url, own, said, proposed
):
    action = make_action(convention, code="A-60", status=own)
    for status in said:
        make_contribution(campaign, action, make_organization(), state="validated", status=status)

    response = camille.get(url("progress:consolidate", 2022, "A-60"))

    assert response.context["form"].initial["status"] == proposed


def test_consolidating_saves_and_goes_to_the_next_left(camille, convention, campaign, action, url):
    indicator = make_indicator(action)
    make_action(convention, code="A-32")
    data = {
        "status": "ongoing",
        "progress": "70",
        "summary": "L’année du démarrage",
        "decision_asked": "Étendre ?",
        f"figure_{indicator.pk}": "1 200",
    }

    following = camille.post(
        url("progress:consolidate", 2022, "P-31"), data | {"next": "1"}, follow=True
    )
    last = camille.post(url("progress:consolidate", 2022, "A-32"), data | {"next": "1"})

    assert following.redirect_chain == [(url("progress:consolidate", 2022, "A-32"), 302)]
    assert "P-31 : le bilan 2022 est enregistré." in text(following)
    assert last.url == url("progress:year", 2022)
    review = ActionReview.objects.get(action=action)
    assert (review.progress, review.decision_asked) == (70, "Étendre ?")
    assert indicator.values.get(contribution=None).value == Decimal(1200)


def test_a_review_starts_from_the_year_before_and_is_corrected(camille, campaign, action, url):
    make_action_review(action, 2021, progress=40, summary="Démarrage")
    address = url("progress:consolidate", 2022, "P-31")
    page = camille.get(address)
    assert page.context["form"].initial["progress"] == 40
    assert "Bilan 2021 À venir 40 % Démarrage" in text(page)

    camille.post(address, {"status": "ongoing", "progress": "50"})
    response = camille.post(address, {"status": "ongoing", "progress": "55"})

    assert response.url == url("progress:year", 2022)
    assert action.reviews.get(year=2022).progress == 55


def test_a_wrong_consolidation_is_kept_on_the_page(camille, campaign, action, url):
    indicator = make_indicator(action)

    response = camille.post(
        url("progress:consolidate", 2022, "P-31"),
        {
            "status": "ongoing",
            "progress": "120",
            "summary": "Beaucoup",
            f"figure_{indicator.pk}": "douze",
        },
    )

    assert "2 champs sont à corriger" in text(response)
    assert "Beaucoup" in response.content.decode()
    assert 'value="douze"' in response.content.decode()
    assert not ActionReview.objects.exists()


# Query counts


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
