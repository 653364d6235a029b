"""The HTML of each section, on screen as on paper, with data and without."""

import re
from dataclasses import replace

import pytest
from django.template.loader import render_to_string

from governance.reviews.build import build_review
from governance.reviews.render import cover_bars, filename, print_context
from governance.reviews.sections import contents, indicator_parts, stake_parts
from tests.factories.actions import make_action, make_action_review
from tests.factories.reviews import make_plan, make_written_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(convention):
    make_written_review(make_plan(convention))
    return build_review(convention, 2022)


def section(name, review, part, **more):
    context = print_context(review, draft=False) | {"section": part} | more
    return plain(render_to_string(f"reviews/sections/{name}.html", context))


def plain(html):
    """One space between words, so that a test says what is read."""
    return re.sub(r"(\s|&nbsp;)+", " ", html)


def page(review, *, draft=False):
    return plain(render_to_string("reviews/review_print.html", print_context(review, draft=draft)))


def test_essentials(review):
    html = section("essentials", review, review.essentials)

    assert '<p class="lead">Une année utile.</p>' in html
    assert "<h4>Relier</h4>" in html
    assert "2 actions, <strong>65 %</strong> d’avancement (60 % en 2021)" in html
    assert "Prolonger d’un an" in html
    assert 'data-label="Écart versé − prévu">− 550 €</td>' in html


def test_essentials_without_anything(convention):
    empty = build_review(convention, 2022)

    html = section("essentials", empty, empty.essentials)

    assert "Le plan d’action ne compte encore aucune action." in html
    assert "Aucune action ne demande de décision au comité." in html
    assert "Aucune ligne de bonus n’est saisie pour 2022." in html


def test_essentials_point_to_the_other_decisions(review):
    more = replace(review.essentials, more_decisions=2)

    assert 'Et 2 autres : <a href="#perspectives" data-page=' in section("essentials", review, more)


def test_framework(review):
    html = section("framework", review, review.framework)

    assert "Un projet social de territoire" in html
    assert '<span class="objective-number">1.1</span> Mettre en réseau' in html
    assert "<strong>Principes communs :</strong> co-construction." in html
    assert "<td>2 mars 2020</td><td>Signature</td>" in html


def test_framework_sets_long_principles_apart(review):
    group = replace(review.framework.principles[0], texts=("Une phrase longue " * 3,))

    html = section("framework", review, replace(review.framework, principles=(group,)))

    assert '<div class="principle"><h4>Principes communs</h4>' in html


def test_framework_without_plan(convention):
    empty = build_review(convention, 2022)

    html = section("framework", empty, empty.framework)

    assert "Aucun enjeu n’est encore inscrit au plan." in html


def test_steering(review):
    html = section("steering", review, review.steering)

    assert '<th scope="row">Comité de pilotage</th>' in html
    assert "Sans réunion notée en 2022 : Groupe logement." in html
    assert "Arrêter l’atelier" in html and '<span class="code">A-01</span>' in html
    assert "Décisions des années précédentes encore à appliquer" in html
    assert "pour le 30 sept. 2022" in html


def test_stake(review):
    html = section("stake", review, review.stakes[0])

    assert '<p class="eyebrow">Enjeu 1</p>' in html
    assert 'data-bookmark="Enjeu 1 : Relier"' in html
    assert "Les réseaux tiennent." in html
    assert '<th scope="row"><span class="action-code">A-05</span> Former les agents</th>' in html
    assert "non consolidée" in html
    assert '<td class="figure" data-label="2022"><strong>1 000</strong></td>' in html
    assert "cible atteinte" in html


def test_stake_without_action_or_indicator(review):
    bare = replace(
        review.stakes[1], objectives=(replace(review.stakes[1].objectives[0], actions=()),)
    )
    html = section("stake", review, bare)

    assert "Aucune action n’est inscrite sous cet objectif." in html
    assert "Aucun indicateur de cet enjeu n’a de valeur pour 2022." in html


def test_stake_without_objective(review):
    html = section("stake", review, replace(review.stakes[1], objectives=()))

    assert "Aucun objectif stratégique n’est inscrit sous cet enjeu." in html


def test_territory(review):
    html = section("territory", review, review.territory)

    assert "1 action concerne tout le territoire" in html
    assert '<th scope="row">Auzielle</th><td class="stake-1 depth-1">1</td>' in html
    assert '<figure class="tile-map">' in html


def test_territory_without_map(review):
    html = section("territory", review, replace(review.territory, tiles=(), everywhere=0))

    assert "Chaque action est comptée dans les communes qui y participent." in html
    assert "tile-map" not in html


def test_contributions(review):
    html = section("contributions", review, review.contributions)

    assert 'id="commune-auzielle"' in html
    assert "« Dix prêts »" in html
    assert "<strong>Difficulté :</strong> « Sans local »" in html
    assert "Pas encore lu" not in html
    assert "Sans réponse</span> Clermont." in html


def test_partners(review):
    html = section("partners", review, review.partners)

    assert "2 organismes en dehors des communes pilotent ou accompagnent des actions." in html
    assert '<th scope="row">Caf 31</th>' in html


def test_funding(review):
    html = section("funding", review, review.funding)

    assert "951 € de bonus territoire versés en 2022 pour 1 500 € prévus" in html
    assert "<strong>10 520 374 €</strong> par an, base 2018" in html
    assert 'data-label="Notifié">950,50 €</td>' in html
    assert '<th scope="row">Léo</th>' in html


def test_funding_without_anything(convention):
    empty = build_review(convention, 2022)

    html = section("funding", empty, empty.funding)

    assert "Aucune ligne de bonus territoire n’est saisie pour 2022." in html
    assert "Aucun budget d’action n’est saisi pour 2022." in html


def test_outlook(review):
    html = section("outlook", review, review.outlook)

    assert "Prolonger ce qui marche." in html
    assert "Travaux à refaire" in html


def test_sheets(review):
    html = section("sheets", review, stake_parts(review))

    assert 'id="fiche-A-01"' in html
    assert "<strong>Fait marquant :</strong> Mille visites" in html
    assert "Visites :</span> <strong>1 000</strong> visites (400 l’an dernier), cible 900" in html
    assert "Avis des familles :</span> Très attendu" in html
    assert "10 € prévus, 8,10 € accordés, — réalisés" in html


def test_late_and_blocked_action_says_both(convention):
    action = make_action(convention, status="ongoing", is_blocked=True, ends_on="2022-01-31")
    make_action_review(action, status="ongoing")
    review = build_review(convention, 2022)

    html = section("sheets", review, stake_parts(review))

    assert "En retard</span>" in html and "· bloquée" in html


def test_indicators(review):
    html = section("indicators", review, indicator_parts(review), years=review.years)

    assert (
        '<th scope="col" class="figure">2020</th><th scope="col" class="figure">2021</th>' in html
    )
    assert "Avis des familles" in html


def test_method(review):
    html = section("method", review, review.method)

    assert "4 actions sur 5 ont un bilan consolidé pour 2022" in html
    assert "était passée le 31 décembre 2022" in html
    assert "6 réponses ont été demandées, 4 ont été envoyées et 3 validées" in html


def test_method_of_a_correction(review):
    corrected = replace(review, edition=2, correction_note="Le bonus versé.")

    html = section("method", corrected, corrected.method)

    assert "Cette édition 2 corrige la précédente : Le bonus versé." in html
    assert "Édition 2, corrigée" in page(corrected)


def test_contents_lead_to_sections_that_exist(review):
    html = page(review)

    anchors = [entry.anchor for entry in contents(review)]
    assert len(anchors) == 15
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in html] == []


def test_contents_leave_out_what_has_nothing_to_say(convention):
    labels = [entry.anchor for entry in contents(build_review(convention, 2022))]

    assert labels == [
        "essentiel",
        "convention",
        "gouvernance",
        "financements",
        "perspectives",
        "glossaire",
        "methode",
    ]


def test_anchors_are_unique(review):
    ids = re.findall(r' id="([^"]+)"', page(review))

    assert len(ids) == len(set(ids))


def test_demonstration_says_so(review):
    assert "Données fictives de démonstration" not in page(review)

    demo = replace(review, is_demo=True)

    assert page(demo).count("Données fictives de démonstration") == 3


def test_draft_is_marked(review):
    assert "Projet" not in page(review)
    assert "Projet, non publié" in page(review, draft=True)
    assert 'class="review review-draft"' in page(review, draft=True)


def test_cover_bars_are_as_high_as_the_stakes_are_advanced(review):
    one, two = cover_bars(review.essentials.stakes)

    assert (one.x, one.width, two.x) == (0, 99.0, 111.0)
    assert (one.height, two.height) == (pytest.approx(68.9), pytest.approx(41.18))
    assert (one.label, one.share) == ("Enjeu 1", "65\u00a0%")


def test_cover_without_stake_has_no_drawing(convention):
    assert "<svg" not in page(build_review(convention, 2022))


def test_filename_tells_year_edition_and_draft(review):
    assert filename(review) == "bilan-2022-sicoval-2020-2024.pdf"
    assert filename(replace(review, edition=2), draft=True) == (
        "bilan-2022-sicoval-2020-2024-edition-2-projet.pdf"
    )


def test_typed_markup_stays_text(convention):
    action = make_action(convention, title="<script>alert(1)</script>")
    make_action_review(action, summary="<img src=x onerror=alert(1)>", decision_asked="<b>Oui</b>")

    html = page(build_review(convention, 2022))

    assert "<script" not in html and "<img" not in html and "<b>" not in html
    assert html.count("&lt;script&gt;") >= 2
