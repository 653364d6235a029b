from datetime import date
from io import BytesIO

import page
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pypdf import PdfReader

from actions.models import SheetPrint
from actions.printing.services import print_sheets, printable, request_print
from actions.printing.sheets import paper_sheets, render_sheets
from ctg.pdf import PdfUnavailable
from tests.factories.actions import make_action, make_indicator


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.PDF_STORE = tmp_path / "pdf"


def text_of(pdf):
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_sheet_is_an_accessible_pdf(camille, convention, labege, url, tmp_path):
    action = make_action(
        convention,
        title="Ouvrir un café des parents",
        description="Un samedi par mois.",
        communes=[labege],
        scope="communes",
        pilot=convention.caf,
    )
    action.steps.create(title="Recruter", due_on=date(2022, 6, 30))
    make_indicator(action, "Familles accueillies", target=40)

    answer = camille.get(url("actions:sheet_pdf", action.code))

    file = tmp_path / "fiche.pdf"
    file.write_bytes(answer.content)
    (text,) = text_of(answer.content)
    for words in ("Ouvrir un café des parents", "Un samedi par mois", "Labège", "Recruter", "40"):
        assert words in text
    assert page.validate_pdf(file, profile="ua1").is_compliant
    assert f"fiche-{action.code}.pdf" in answer["Content-Disposition"]
    assert PdfReader(file).metadata.title.startswith(action.heading)


def test_each_sheet_has_its_own_page_in_plan_order(convention):
    codes = [make_action(convention, code=code, position=n).code for n, code in enumerate("CAB")]

    pdf = render_sheets(convention, printable(convention, codes), at=timezone.now())

    assert len(text_of(pdf)) == 3
    assert [next(c for c in "CAB" if f"{c} " in text) for text in text_of(pdf)] == ["C", "A", "B"]


@pytest.mark.parametrize("count", [1, 3])
def test_sheets_query_count(convention, labege, count, django_assert_num_queries):
    for _ in range(count):
        make_indicator(make_action(convention, communes=[labege], pilot=convention.epci))
    codes = [action.code for action in convention.actions.all()]

    with django_assert_num_queries(12):
        paper_sheets(convention, printable(convention, codes))


def test_many_sheets_are_made_in_the_background(
    client_of, convention, url, django_capture_on_commit_callbacks
):
    camille = client_of("camille")
    for _ in range(8):
        make_action(convention)

    announced = camille.get(url("actions:sheets"), {"all": "1", "query": ""}).content.decode()
    asked = camille.post(url("actions:sheets"), {"all": "1", "query": ""})
    waiting = camille.get(asked.url).content.decode()
    print_sheets.call(SheetPrint.objects.get().pk)
    ready = camille.get(asked.url, headers={"HX-Request": "true"}).content.decode()
    file = camille.get(url("actions:sheet_print_file", SheetPrint.objects.get().pk))

    assert "8 fiches" in announced
    assert 'hx-trigger="every 2s"' in waiting
    assert "8 fiches, prêtes" in ready
    assert "every 2s" not in ready
    assert len(text_of(b"".join(file))) == 8
    made = SheetPrint.objects.get()
    assert (made.done, made.total) == (2, 2)
    assert client_of("malik").get(asked.url).status_code == 404


def test_nothing_ticked_is_answered_in_words(camille, convention, url):
    page = camille.get(url("actions:sheets"), {"action": "inconnue"}, follow=True)

    assert "Cochez au moins une action" in page.content.decode()


def test_a_print_that_fails_says_why_and_is_not_made_twice(monkeypatch, cast, convention):
    action = make_action(convention)
    asked = request_print(convention, codes=[action.code], by=cast["camille"])

    def refuse(*args, **options):
        raise PdfUnavailable("La police manque.")

    monkeypatch.setattr("actions.printing.services.render_sheets", refuse)
    print_sheets.call(asked.pk)
    monkeypatch.undo()
    print_sheets.call(asked.pk)

    asked.refresh_from_db()
    assert (asked.failure, bool(asked.file)) == ("La police manque.", False)


def test_a_new_print_takes_the_place_of_the_former(
    cast, convention, django_capture_on_commit_callbacks
):
    action = make_action(convention)
    first = request_print(convention, codes=[action.code], by=cast["camille"])
    print_sheets.call(first.pk)
    first.refresh_from_db()

    with django_capture_on_commit_callbacks(execute=True):
        request_print(convention, codes=[action.code], by=cast["camille"])

    assert SheetPrint.objects.count() == 1
    assert not first.file.storage.exists(first.file.name)


def test_command_writes_the_whole_plan(convention, tmp_path):
    file = tmp_path / "plan.pdf"
    options = {"convention": convention.slug, "output": file}
    with pytest.raises(CommandError, match="pas encore d’action"):
        call_command("print_sheets", **options)
    make_action(convention, title="Ouvrir un café")

    call_command("print_sheets", **options, verbosity=0)

    assert "Ouvrir un café" in text_of(file.read_bytes())[0]
    with pytest.raises(CommandError, match="Impossible d’écrire"):
        call_command("print_sheets", convention=convention.slug, output=tmp_path)
    with pytest.raises(CommandError, match="Aucune convention"):
        call_command("print_sheets", convention="inconnue", output=file)
