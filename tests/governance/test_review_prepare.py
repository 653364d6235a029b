"""Preparing a review: last year beside, figures that changed, sections chosen."""

import pytest

from actions.models import ActionReview
from governance.models import AnnualReview
from governance.reviews.build import build_review
from governance.reviews.quotes import Changed, changed, plan_facts, stake_facts
from governance.reviews.sections import ALWAYS, OPTIONAL
from tests.factories.governance import make_review
from tests.factories.reviews import make_plan, make_written_review
from tests.governance.test_review_sections import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(convention):
    return make_written_review(make_plan(convention))


def page(client, url):
    return plain(client.get(url("reviews:prepare", 2022)).content.decode())


def autosave(client, url, data):
    return client.post(url("reviews:prepare", 2022), data, headers={"HX-Request": "true"})


# Figures quoted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L’avancement est de 46 %, en hausse.", True),
        ("L’avancement est de 46\u00a0%.", True),
        ("L’avancement est de 146 %.", False),
        ("L’avancement est de 3,46 %.", False),
        ("Rien n’est dit des chiffres.", False),
    ],
)
def test_a_figure_is_quoted_as_a_whole(text, found):
    seen, now = {"avancement": "46\u00a0%"}, {"avancement": "48\u00a0%"}

    assert changed(text, seen, now) == (
        [Changed("avancement", "46\u00a0%", "48\u00a0%")] if found else []
    )


def test_a_figure_that_did_not_change_is_no_trouble():
    assert changed("46 %", {"avancement": "46 %"}, {"avancement": "46 %"}) == []


def test_a_figure_that_is_gone_is_said_so():
    assert changed("12 visites", {"A-01": "12"}, {}) == [Changed("A-01", "12", "—")]


def test_facts_of_the_plan(draft):
    facts = plan_facts(build_review(draft.convention, 2022))

    assert facts["d’avancement moyen"] == "40\u00a0%"
    assert facts["communes qui ont répondu"] == "2 communes"
    assert facts["actions réalisées"] == "1 réalisée"
    assert facts["actions abandonnées"] == "0 abandonnée"


def test_facts_of_a_stake(draft):
    review = build_review(draft.convention, 2022)

    facts = stake_facts(review.essentials.stakes[0], review.stakes[0])

    assert facts["nombre d’actions"] == "2\u00a0actions"
    assert facts["avancement moyen"] == "65\u00a0%"
    assert facts["A-01 Visites"] == "1\u202f000"


def test_text_that_quotes_a_figure_changed_since_is_shown(camille, draft, url):
    autosave(camille, url, {"headline": "Nous en sommes à 40 %."})
    assert "a changé" not in page(camille, url)

    ActionReview.objects.filter(action__code="A-02", year=2022).update(progress=100)
    html = page(camille, url)

    assert "« 40 % » est devenu <strong>55 %</strong>" in html
    assert "1 texte cite un chiffre qui a changé depuis" in html


def test_text_confirmed_as_it_stands_is_no_longer_shown(camille, draft, url):
    autosave(camille, url, {"headline": "Nous en sommes à 40 %."})
    ActionReview.objects.filter(action__code="A-02", year=2022).update(progress=100)
    whole = {"headline": "Nous en sommes à 40 %.", "foreword": "", "outlook": "", "meeting": ""}
    whole["kept"] = [*OPTIONAL, ALWAYS]

    camille.post(url("reviews:prepare", 2022), whole)
    assert "a changé" in page(camille, url)

    camille.post(url("reviews:prepare", 2022), whole | {"confirm": "headline"})
    assert "a changé" not in page(camille, url)


# Last year


def test_last_year_is_beside_each_text(camille, draft, url):
    last = make_review(draft.convention, 2021, headline="Une année de lancement.")
    last.syntheses.create(stake=draft.convention.stakes.first(), text="Tout restait à faire.")

    html = page(camille, url)

    assert "Ce qui était écrit en 2021" in html
    assert "Une année de lancement." in html and "Tout restait à faire." in html


def test_first_year_has_nothing_beside(camille, draft, url):
    assert "Ce qui était écrit" not in page(camille, url)


# Sections


def test_sections_unticked_are_left_out(camille, draft, url):
    kept = [key for key in (*OPTIONAL, ALWAYS) if key != "glossaire"]

    autosave(camille, url, {"kept": kept})

    draft.refresh_from_db()
    assert draft.left_out == ["glossaire"]
    assert 'id="glossaire"' not in camille.get(url("reviews:detail", 2022)).content.decode()


def test_every_section_may_be_unticked(camille, draft, url):
    autosave(camille, url, {"kept": [ALWAYS]})

    draft.refresh_from_db()
    assert draft.left_out == list(OPTIONAL)


def test_sections_not_sent_are_not_unticked(camille, draft, url):
    AnnualReview.objects.update(left_out=["glossaire"])
    camille.post(url("reviews:prepare", 2022), {"headline": "Une phrase"})

    draft.refresh_from_db()
    assert (draft.left_out, draft.headline) == (["glossaire"], "Une phrase")


def test_unknown_section_is_refused(camille, draft, url):
    answer = autosave(camille, url, {"kept": [ALWAYS, "inventée"]})

    assert "Non enregistré" in answer.content.decode()
