"""Journey 1: Sacha answers in two minutes, on a phone, whatever happens to the network."""

import re
from datetime import date

import pytest
from django.core import mail
from django.utils import timezone

from actions.models import Contribution, IndicatorValue
from tests.browser.conftest import PHONE, Visitor
from tests.factories.actions import (
    make_action,
    make_campaign,
    make_contribution,
    make_indicator,
)

HOME = "/sicoval-2020-2024/avancement/"
INTERACTIONS = 6
AUTOSAVED = "brouillon enregistré à"


@pytest.fixture
def asked(transactional_db, convention, labege):
    """Five actions of an open campaign, each answered last year, one as a draft this year."""
    campaign = make_campaign(convention, closes_on=date(2060, 1, 31), validates_on=date(2060, 2, 2))
    now = timezone.now()
    last = make_campaign(convention, 2021, opened_at=now, closed_at=now)
    for title in ("Permanences", "Passerelles", "Cafés des parents", "Ludothèque", "Transport"):
        action = make_action(convention, title=title)
        before = make_contribution(last, action, labege, state="validated", done="Une par mois")
        for name, value in (("Rendez-vous tenus", 38), ("Habitants aidés", 31)):
            indicator = make_indicator(action, name, target=150)
            IndicatorValue.objects.create(
                indicator=indicator, year=2021, contribution=before, value=value
            )
        make_contribution(campaign, action, labege)
    campaign.contributions.filter(action__title="Ludothèque").update(state="draft", done="Début")
    return campaign


@pytest.fixture
def window(chromium, live_server, cast, client_of):
    """window(java_script_enabled=False): a phone where Sacha is signed in."""
    contexts = []

    def open_one(**options):
        context = chromium.new_context(
            viewport=PHONE, locale="fr-FR", timezone_id="Europe/Paris", **options
        )
        contexts.append(context)
        session = client_of("sacha").cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return Visitor(context.new_page(), live_server.url, "sacha")

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def sacha(asked, window):
    return window()


class Hand:
    """What a person does to answer one action; each question and each button counts for one."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def answer(self, text="Deux permanences par semaine depuis mars."):
        self.choose("En cours")
        self.write(self.page.get_by_label("Qu’avez-vous fait cette année"), text)
        for figure in self.page.locator(".fields-row input").all():
            self.write(figure, "1 212,5")


class Mouse(Hand):
    def choose(self, label):
        self.page.get_by_text(label, exact=True).click()
        self.count += 1

    def write(self, field, text):
        field.click()
        field.fill(text)
        self.count += 1

    def press(self, name, role="button"):
        self.page.get_by_role(role, name=name).click()
        self.count += 1


class Keyboard(Hand):
    def reach(self, target):
        for _ in range(60):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} ne s’atteint pas au clavier")

    def choose(self, label):
        while not self.page.locator("input[type=radio]:focus").count():
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        while not self.page.get_by_label(label, exact=True).is_checked():
            self.page.keyboard.press("ArrowDown")
        self.count += 1

    def write(self, field, text):
        self.reach(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.count += 1

    def press(self, name, role="button"):
        self.reach(self.page.get_by_role(role, name=name))
        self.page.keyboard.press("Enter")
        self.count += 1


@pytest.mark.parametrize("hand_of", [Mouse, Keyboard])
def test_sacha_answers_her_five_actions(sacha, asked, hand_of):
    sacha.go(HOME)
    page = sacha.page
    hand_of(page).press(re.compile("Commencer|Continuer"), role="link")

    for rank in range(5):
        page.wait_for_url("**/reponses/*/")
        sacha.check(f"réponse {hand_of.__name__} {rank}")
        address, hand = page.url, hand_of(page)
        hand.answer()
        hand.press("Envoyer mon avancement")
        page.wait_for_url(lambda url, address=address: url != address)
        assert hand.count <= INTERACTIONS

    page.wait_for_url("**/a-saisir/")
    assert page.get_by_text("Tout est envoyé, merci.").is_visible()
    sacha.check(f"tout envoyé {hand_of.__name__}")
    assert not asked.contributions.waiting_for_answer().exists()
    assert page.evaluate("Object.keys(localStorage).length") == 0


@pytest.fixture
def form(sacha):
    """The first action left, open and empty of last words."""
    sacha.go(HOME)
    sacha.page.get_by_role("link", name=re.compile("Commencer|Continuer")).click()
    sacha.page.wait_for_url("**/reponses/*/")
    return sacha.page


def typed(page):
    return page.get_by_label("Qu’avez-vous fait cette année")


def saved(page, words=""):
    return page.locator("#saved", has_text=words)


def contribution(page):
    return Contribution.objects.get(pk=re.search(r"reponses/(\d+)", page.url)[1])


def test_what_is_typed_is_saved_while_typing(form):
    typed(form).fill("Trois permanences")

    saved(form, AUTOSAVED).wait_for()

    assert contribution(form).done == "Trois permanences"
    assert form.evaluate("Object.keys(localStorage).length") == 0


def test_a_wrong_figure_is_said_while_typing_and_at_the_end(sacha, form):
    figure = form.locator(".fields-row input").first
    typed(form).fill("Trois permanences")
    figure.fill("douze")

    saved(form, "sauf").wait_for()
    assert "Écrivez un nombre en chiffres" in saved(form).inner_text()
    sacha.check("chiffre refusé à la frappe")

    form.get_by_text("Réalisée", exact=True).click()
    form.get_by_role("button", name="Envoyer mon avancement").click()
    form.get_by_text("Un champ est à corriger").wait_for()
    assert figure.input_value() == "douze"
    assert typed(form).input_value() == "Trois permanences"
    sacha.check("chiffre refusé à l’envoi")


def test_a_cut_network_loses_nothing(sacha, form):
    form.context.set_offline(True)
    typed(form).fill("Tapé dans le train")
    form.get_by_text("Connexion perdue").wait_for()
    form.get_by_role("button", name="Envoyer mon avancement").click()
    assert "reponses" in form.url
    assert contribution(form).done != "Tapé dans le train"
    sacha.check("connexion perdue")

    form.context.set_offline(False)
    saved(form, AUTOSAVED).wait_for()

    assert contribution(form).done == "Tapé dans le train"


def test_a_window_closed_without_network_gives_the_text_back(sacha, form):
    address = form.url
    form.context.set_offline(True)
    typed(form).fill("Tapé puis fermé")
    form.get_by_text("Connexion perdue").wait_for()
    form.close()
    sacha.page.context.set_offline(False)

    again = sacha.page.context.new_page()
    again.goto(address)

    assert again.get_by_text("n’avait pas pu être enregistré").is_visible()
    assert typed(again).input_value() == "Tapé puis fermé"
    saved(again, AUTOSAVED).wait_for()
    assert contribution(again).done == "Tapé puis fermé"


def test_an_expired_session_comes_back_to_the_form_with_its_content(sacha, form, cast):
    address, asked = form.url, contribution(form)
    form.context.clear_cookies(name="sessionid")
    typed(form).fill("Tapé pendant la pause")
    form.get_by_text("Votre session a expiré").wait_for()
    sacha.check("session expirée")
    form.get_by_text("En cours", exact=True).click()
    form.get_by_role("button", name="Envoyer mon avancement").click()

    form.wait_for_url("**/compte/login/code/**")
    form.get_by_label("adresse électronique").or_(form.locator("input[type=email]")).first.fill(
        cast["sacha"].email
    )
    form.get_by_role("button", name="Recevoir mon code").click()
    form.wait_for_url("**/confirm/**")
    code = re.search(r"^[A-Z0-9-]{6,}$", mail.outbox[-1].body, re.MULTILINE)[0]
    form.locator("input[name=code]").fill(code)
    form.get_by_role("button", name="Me connecter").click()

    form.wait_for_url(address)
    assert form.get_by_text("Tapé pendant la pause").is_visible()
    sacha.check("saisie reprise")
    form.get_by_role("button", name="Envoyer ce que j’avais écrit").click()
    form.wait_for_url(lambda url: url != address)
    asked.refresh_from_db()
    assert (asked.state, asked.done) == ("submitted", "Tapé pendant la pause")


def test_two_clicks_and_the_back_button_send_once(form):
    address, asked = form.url, contribution(form)
    form.get_by_text("En cours", exact=True).click()
    typed(form).fill("Envoyé une fois")
    form.get_by_role("button", name="Envoyer mon avancement").dblclick()
    form.wait_for_url(lambda url: url != address)

    form.go_back()

    form.wait_for_url("**/lire/")
    assert asked.history.filter(state="submitted").count() == 1
    assert form.get_by_text("Envoyé une fois").first.is_visible()


def test_a_text_older_than_the_server_s_is_offered_not_imposed(sacha, form):
    address, asked = form.url, contribution(form)
    form.context.set_offline(True)
    typed(form).fill("Tapé au téléphone")
    form.get_by_text("Connexion perdue").wait_for()
    form.close()
    asked.done, asked.saved_at = "Tapé au bureau", timezone.now()
    asked.save()
    sacha.page.context.set_offline(False)

    again = sacha.page.context.new_page()
    again.goto(address)

    assert again.get_by_text("la réponse a changé depuis").is_visible()
    assert typed(again).input_value() == "Tapé au bureau"
    again.get_by_role("button", name="Reprendre ce texte").click()
    assert typed(again).input_value() == "Tapé au téléphone"
    saved(again, AUTOSAVED).wait_for()


def test_it_all_works_without_javascript(asked, window):
    visitor = window(java_script_enabled=False)
    plain = visitor.page
    plain.goto(visitor.base + HOME)
    plain.get_by_role("link", name=re.compile("Commencer|Continuer")).click()
    first = contribution(plain)
    typed(plain).fill("Sans script")
    plain.get_by_role("button", name="Plus tard").click()
    assert plain.get_by_text("Votre brouillon est enregistré.").is_visible()

    plain.goto(f"{visitor.base}{HOME}reponses/{first.pk}/")
    assert typed(plain).input_value() == "Sans script"
    plain.get_by_text("En cours", exact=True).click()
    plain.get_by_role("button", name="Envoyer mon avancement").click()

    first.refresh_from_db()
    assert (first.state, first.done) == ("submitted", "Sans script")
