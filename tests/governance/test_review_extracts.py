"""Shorter documents from the same data: what each says, who reads it, on screen and on paper."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.template.loader import render_to_string
from pypdf import PdfReader

from ctg.convention.models import Organization
from ctg.convention.rights import Role
from governance.models import AnnualReview
from governance.reviews import extract_views
from governance.reviews.build import build_review
from governance.reviews.data import ReviewData
from governance.reviews.data.chapters import Remark
from governance.reviews.extracts import essentials, extracts
from governance.reviews.render import extract_filename, print_context, render_extract
from governance.reviews.sections import OPTIONAL, contents, sections
from tests.factories.ctg import make_member
from tests.factories.governance import make_review
from tests.factories.reviews import make_written_review
from tests.governance.test_review_sections import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(plan):
    make_written_review(plan)
    return build_review(plan.convention, 2022)


def named(review, slug):
    return next(extract for extract in extracts(review) if extract.slug == slug)


def page(review, slug):
    context = print_context(review, draft=False, extract=named(review, slug))
    return plain(render_to_string("reviews/review_print.html", context))


def test_every_extract_is_offered(review):
    slugs = [extract.slug for extract in extracts(review)]

    assert slugs == [
        "essentiel",
        "enjeu-1",
        "enjeu-2",
        "commune-auzielle",
        "commune-baziege",
        "commune-clermont",
        "fiches",
    ]


def test_extracts_of_frozen_data_are_the_same(review):
    frozen = ReviewData.from_json(review.to_json())

    assert extracts(frozen) == extracts(review)


def test_data_frozen_before_the_communes_had_chapters_is_still_read(review):
    stored = review.to_json()
    del stored["communes"], stored["left_out"]

    slugs = [extract.slug for extract in extracts(ReviewData.from_json(stored))]

    assert slugs == ["essentiel", "enjeu-1", "enjeu-2", "fiches"]


def test_essentials_stand_alone_on_two_pages(review):
    pdf = PdfReader(BytesIO(render_extract(review, essentials(review))))

    assert len(pdf.pages) == 2
    first, second = (sheet.extract_text() for sheet in pdf.pages)
    assert "Une année utile." in first and "Prolonger d’un an" in first
    assert "Mille visites" in second and "Prolonger ce qui marche." in second
    assert "Chiffres arrêtés le" in plain(second)


def test_what_several_actions_say_is_said_once(review):
    remarks = (Remark("A-01", "", "Mille visites"), Remark("A-02", "", "Mille visites"))
    stake = replace(review.stakes[0], highlights=remarks)

    overleaf = essentials(replace(review, stakes=(stake,))).sections[1].value

    ((_, (said,)),) = overleaf.highlights
    assert (said.code, said.text) == ("A-01, A-02", "Mille visites")


def test_second_page_has_the_decisions_the_first_left(review):
    (asked,) = review.outlook.decisions
    many = tuple(replace(asked, text=f"Décision {rank}") for rank in range(12))
    crowded = replace(
        review,
        outlook=replace(review.outlook, decisions=many),
        essentials=replace(review.essentials, decisions=many[:3], more_decisions=9),
    )

    html = page(crowded, "essentiel")

    assert "Et 9 autres : au verso." in html
    assert "Décision 6" in html and "Décision 7" not in html
    assert "Et 5 autres dans le bilan complet." in html


def test_commune_extract_says_what_concerns_it(review):
    html = page(review, "commune-auzielle")

    assert (
        "Auzielle prend part à 3 actions, en plus de 1 action pour tout le territoire. "
        "Elle a envoyé 2 réponses sur 2." in html
    )
    assert "Annuaire distribué" in html and "Sans local" in html
    assert "Prolonger d’un an" in html
    assert "Loger en urgence" not in html
    assert "Former les agents" in html
    assert '<th scope="row">Crèche</th>' in html and "950,50 €" in html


def test_commune_without_anything_says_so(review):
    html = page(review, "commune-clermont")

    assert "Elle n’a encore envoyé aucune des 1 réponses attendues." not in html
    assert "La réponse attendue n’est pas encore envoyée." in html
    assert "Aucune réponse validée pour 2022." in html
    assert "Bonus territoire de ses équipements" not in html


def test_stake_extract_has_its_chapter_and_the_method(review):
    html = page(review, "enjeu-2")

    assert "Soutenir" in html and "Méthode et date des chiffres" in html
    assert "Mettre en réseau" not in html


def test_sheets_extract_has_every_action(review):
    html = page(review, "fiches")

    assert html.count('class="sheet"') == 5


def test_extract_has_its_own_file_name(review):
    extract = named(review, "commune-auzielle")

    assert (
        extract_filename(review, extract, draft=True)
        == "bilan-commune-auzielle-2022-sicoval-2020-2024-projet.pdf"
    )


def test_sections_left_out_are_nowhere(review):
    shorter = replace(review, left_out=("enjeux", "fiches", "glossaire"))

    anchors = [part.anchor for part in contents(shorter)]

    assert anchors == [
        *("essentiel", "avant-propos", "convention", "gouvernance", "communes"),
        *("contributions", "partenaires", "financements", "perspectives"),
        *("indicateurs", "methode"),
    ]


def test_only_the_essentials_and_the_method_are_always_there(review):
    bare = replace(review, left_out=tuple(OPTIONAL), foreword="")

    assert [part.anchor for part in sections(bare)] == ["methode"]


@pytest.fixture
def quick_pdf(monkeypatch):
    def render(data, extract, *, draft=False):
        return f"%PDF {extract.slug} {draft}".encode()

    monkeypatch.setattr(extract_views, "render_extract", render)


@pytest.fixture
def published(plan, review, cast):
    AnnualReview.objects.all().delete()
    return make_review(plan.convention, published_by=cast["camille"], data=review.to_json())


@pytest.mark.parametrize("who", ["camille", "malik", "sacha", "ines", "alix"])
def test_published_extract_is_for_every_member(client_of, published, url, who):
    answer = client_of(who).get(url("reviews:extract", 2022, "commune-auzielle"))

    assert "Annuaire distribué" in answer.content.decode()


@pytest.mark.parametrize(("who", "status"), [("malik", 200), ("alix", 403), ("noa", 404)])
@pytest.mark.parametrize("name", ["extract", "extract_pdf"])
def test_extract_of_a_draft_is_for_those_who_follow_it(
    client_of, review, url, quick_pdf, name, who, status
):
    answer = client_of(who).get(url(f"reviews:{name}", 2022, "essentiel"))

    assert answer.status_code == status


def test_extract_pdf_is_drawn_from_frozen_data(client_of, published, url, quick_pdf):
    answer = client_of("alix").get(url("reviews:extract_pdf", 2022, "essentiel"))

    assert answer.content == b"%PDF essentiel False"
    assert "bilan-essentiel-2022-" in answer["Content-Disposition"]


def test_sheets_are_long_and_made_in_the_background(client_of, published, url):
    answer = client_of("alix").get(url("reviews:extract_pdf", 2022, "fiches"), follow=True)

    assert "Mettre en page les fiches" in answer.content.decode()


def test_unknown_extract_is_not_found(camille, published, url):
    assert camille.get(url("reviews:extract", 2022, "commune-toulouse")).status_code == 404


def test_extracts_of_unreadable_data_are_not_found(camille, published, url):
    AnnualReview.objects.update(data={"format_version": 0})

    assert camille.get(url("reviews:extract", 2022, "essentiel")).status_code == 404


def test_member_of_a_commune_is_one_click_from_her_extract(client, plan, published, url):
    auzielle = Organization.objects.get(name="Auzielle")
    client.force_login(make_member(plan.convention, Role.READER, auzielle))
    address = url("reviews:extract", 2022, "commune-auzielle")

    assert f'href="{address}"' in client.get(url("governance:home")).content.decode()
    assert f'chip-mine" href="{address}' in client.get(url("reviews:detail", 2022)).content.decode()


def test_annexes_are_folded_on_screen(camille, published, url):
    html = camille.get(url("reviews:detail", 2022)).content.decode()

    assert '<details class="annex" id="annexe-fiches">' in html
    assert f"http://testserver{url('reviews:detail', 2022)}" in html
