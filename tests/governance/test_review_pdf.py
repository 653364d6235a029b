"""The file that is published: accessible, complete, the same each time, and made of local files."""

from dataclasses import replace
from io import BytesIO
from unicodedata import category

import page as pdf_ua
import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from ctg.convention.rights import Role
from ctg.pdf import PdfUnavailable
from governance.reviews import render, services
from governance.reviews.build import build_review
from governance.reviews.render import render_archive, render_review
from tests.factories.actions import make_action, make_action_review
from tests.factories.ctg import make_member
from tests.factories.reviews import make_plan, make_written_review

pytestmark = pytest.mark.django_db


def first_of(block):
    """The first character that Unicode gives a meaning to, in these 128."""
    named = (chr(code) for code in range(block, block + 0x80) if category(chr(code))[0] != "C")
    return next(named, None)


ODD = {
    "emoji": "😀👩‍👩‍👧🇫🇷☃\ufe0f",
    "east asian": "日本語 한국어",
    "right to left": "العربية עברית",
    "indic": "हिन्दी ไทย",
    "controls": "a\u0001b\u007fc\u0085d\u000be",
    "bidi": "\u202eabc\u202c\u2066x\u2069",
    "invisible": "a\u200bb\u200dc\ufeffd\u00ade",
    "private": "\ue000\uf8ff\U000f0000",
    "non-characters": "\ufffe\uffff\ufdd0",
    "astral": "𝔄𝕏𝄞𒀀𓀀",
    "combining": "a\u0301\u0302\u0303e\u20dd",
    "separators": "a\u2028b\u2029c\u3000d",
    "tags": "\U000e0041\U000e007f",
    "unassigned": "\u0378\U0001fff0\U000e0080",
    "every block": " ".join(filter(None, map(first_of, range(0, 0x30000, 0x80)))),
}


@pytest.fixture
def plan(convention):
    plan = make_plan(convention)
    make_written_review(plan)
    return plan


def failures(content, tmp_path, profile="ua1"):
    file = tmp_path / "bilan.pdf"
    file.write_bytes(content)
    return [failure.message for failure in pdf_ua.validate_pdf(str(file), profile=profile).failures]


def titles(outline):
    for item in outline:
        if isinstance(item, list):
            yield from titles(item)
        else:
            yield item.title


def text_of(content):
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def test_review_is_an_accessible_french_document(plan, tmp_path):
    content = render_review(build_review(plan.convention, 2022))

    reader = PdfReader(BytesIO(content))
    assert failures(content, tmp_path) == []
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert reader.metadata.title == "Bilan annuel 2022 — CTG Sicoval"
    assert reader.metadata.author == "Sicoval"
    assert reader.metadata.subject.startswith("Bilan de l’année 2022 de la convention")
    assert "bilan annuel" in reader.metadata["/Keywords"]
    outline = list(titles(reader.outline))
    assert outline[:2] == ["Bilan annuel 2022", "L’essentiel en une page"]
    assert "Enjeu 2\u00a0: Soutenir" in outline
    assert "A-02 Prêter du matériel" in outline


def test_first_two_pages_stand_alone(plan):
    content = render_review(build_review(plan.convention, 2022))

    cover, essentials, contents, *others = text_of(content)

    assert "annuel 2022" in cover
    assert "Une année utile." in essentials and "Ensemble" in essentials
    assert contents.startswith("Sommaire")
    assert essentials.rstrip().endswith(f"2 / {len(others) + 3}")


def test_contents_give_page_numbers(plan):
    pages = text_of(render_review(build_review(plan.convention, 2022)))

    line = next(line for line in pages[2].splitlines() if line.startswith("Les financements"))
    number = int(line.rsplit(maxsplit=1)[-1].strip(".…"))
    assert "Les financements" in pages[number - 1]


def test_every_page_of_a_draft_and_of_a_demonstration_says_so(plan, tmp_path):
    demo = replace(build_review(plan.convention, 2022), is_demo=True)

    content = render_review(demo, draft=True)

    pages = text_of(content)
    assert failures(content, tmp_path) == []
    assert [n for n, text in enumerate(pages) if "fictives de démonstration" not in text] == []
    assert [n for n, text in enumerate(pages) if "Projet" not in text] == []


def test_same_data_same_bytes(plan):
    review = build_review(plan.convention, 2022)

    assert render_review(review) == render_review(review)


def test_archived_edition_carries_its_figures(plan, tmp_path):
    review = build_review(plan.convention, 2022)

    content = render_archive(review)

    assert failures(content, tmp_path) == []
    assert failures(content, tmp_path, profile="3a") == []
    assert text_of(content) == text_of(render_review(review))
    attached = PdfReader(BytesIO(content)).attachments
    assert list(attached) == [
        "actions.csv",
        "bonus-par-gestionnaire.csv",
        "bonus-par-type.csv",
        "budgets.csv",
        "communes.csv",
        "indicateurs.csv",
    ]
    lines = attached["actions.csv"][0].decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Code;Action;Enjeu;") and lines[1].startswith("A-01;Tenir un ann")
    assert render_archive(review) == content


def test_year_without_anything_is_a_valid_document(convention, tmp_path):
    content = render_review(build_review(convention, 2022))

    assert failures(content, tmp_path) == []
    assert "ne compte encore aucune action" in text_of(content)[1]


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_characters_keep_the_document_valid(convention, tmp_path, text):
    action = make_action(convention, title="Titre")
    make_action_review(action, summary=f"avant {text} après", highlight=text)

    content = render_review(build_review(convention, 2022))

    assert failures(content, tmp_path) == []
    assert any("avant" in page and "après" in page for page in text_of(content))


def test_very_long_texts_keep_the_document_valid(plan, tmp_path):
    plan.convention.annual_reviews.update(foreword="mot " * 2500, outlook="x" * 10_000)
    plan.done.reviews.update(summary="phrase. " * 1250, decision_asked="mot " * 2500)
    plan.convention.annual_reviews.get().syntheses.update(text="ligne\n\n" * 1400)

    content = render_review(build_review(plan.convention, 2022))

    assert failures(content, tmp_path) == []
    assert sum(page.count("phrase.") for page in text_of(content)) >= 1250


def test_many_columns_and_communes_keep_the_document_valid(plan, tmp_path):
    review = build_review(plan.convention, 2022)
    column, row = review.territory.columns[0], review.territory.rows[0]
    wide = replace(
        review.territory,
        columns=(column,) * 40,
        rows=tuple(replace(row, counts=(1,) * 40) for _ in range(120)),
    )

    assert failures(render_review(replace(review, territory=wide)), tmp_path) == []


# The command


def build(*arguments):
    call_command("build_review", *map(str, arguments), verbosity=0)


def test_command_writes_the_pdf_of_the_page(plan, tmp_path):
    output = tmp_path / "bilan.pdf"

    build(2022, "--convention", plan.convention.slug, "--output", output)

    assert "Projet, non publié" in text_of(output.read_bytes())[0]


def test_command_writes_the_stored_file_of_a_published_review(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(services, "render_review", lambda data, **asked: b"octets")
    lead = make_member(plan.convention, Role.LEAD)
    services.publish(plan.convention.annual_reviews.get(), by=lead)

    build(2022, "--convention", plan.convention.slug, "--output", tmp_path / "bilan.pdf")
    build(2022, "--convention", plan.convention.slug, "--output", tmp_path / "b.html", "--html")

    assert (tmp_path / "bilan.pdf").read_bytes() == b"octets"
    assert "Projet" not in (tmp_path / "b.html").read_text()


def test_command_writes_the_page_to_print(plan, tmp_path):
    output = tmp_path / "bilan.html"

    build(2022, "--convention", plan.convention.slug, "--output", output, "--html")

    assert "Projet, non publié" in output.read_text()


@pytest.mark.parametrize(
    ("slug", "year", "message"),
    [
        ("inconnue", 2022, "Aucune convention n’a l’adresse « inconnue »"),
        ("sicoval-2020-2024", 2019, "2019 est hors de la convention"),
    ],
)
def test_command_says_what_is_wrong(convention, tmp_path, slug, year, message):
    with pytest.raises(CommandError, match=message) as refusal:
        build(year, "--convention", slug, "--output", tmp_path / "bilan.pdf")

    assert refusal.value.returncode == 1


def test_command_says_where_it_cannot_write(convention, tmp_path):
    with pytest.raises(CommandError, match="Impossible d’écrire"):
        build(
            2022,
            "--convention",
            convention.slug,
            "--output",
            tmp_path / "absent" / "b.html",
            "--html",
        )


def test_command_says_what_to_install(convention, tmp_path, monkeypatch):
    def lack(*args, **kwargs):
        raise PdfUnavailable("Installez fonts-inter.")

    monkeypatch.setattr(render, "render_document", lack)

    with pytest.raises(CommandError, match="fonts-inter"):
        build(2022, "--convention", convention.slug, "--output", tmp_path / "bilan.pdf")
