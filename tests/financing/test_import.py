"""A spreadsheet of facilities and figures: read over row by row, then all or nothing."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ctg.spreadsheets import Grid, Sheet, write
from financing.exports import FACILITY_COLUMNS
from financing.imports import key, rows_of
from financing.models import BonusLine, Declaration, Facility
from financing.overview import with_line_of
from tests.factories.ctg import make_commune
from tests.factories.financing import make_bonus_line, make_declaration, make_funded_facility

HEAD = "Équipement;Type;Commune;Gestionnaire;Thématiques;Ouvert le;Offre existante;Prévu (€)"
NEW = "Crèche Neuve;EAJE;Labège;Les Lucioles;Petite enfance;2021-09-01;{existing};{forecast}"


@pytest.fixture
def nursery(convention, labege):
    return make_funded_facility(convention, name="Crèche du Moulin", commune=labege, capacity=60)


def upload(client, url, *rows, name="plan.csv"):
    content = "\n".join((HEAD, *rows)).encode()
    return client.post(
        url("financing:import"),
        {"year": 2022, "stage": "actual", "file": SimpleUploadedFile(name, content)},
    )


def confirm(client, url, answer):
    return client.post(url("financing:import"), {"rows": answer.context["sealed"]})


def new(existing="20", forecast="1 500,50"):
    return NEW.format(existing=existing, forecast=forecast)


def test_headers_are_recognised_whatever_their_dress():
    rows = rows_of(
        Grid("x", [["Titre"], [], ["ÉQUIPEMENT", "prevu (€)", "?"], ["A", Decimal("12.0")], [None]])
    )

    assert rows == [(4, {"name": "A", "forecast": "12"})]
    assert key("  Offre  existante (places) ") == "offre existante places"


def test_facilities_and_figures_are_written_when_she_says_so(camille, convention, url, nursery):
    moulin = "creche du moulin;;;;;;41;"
    answer = upload(camille, url, new(), new().replace("Neuve", "Autre"), moulin)
    assert answer.context["reading"].problems == []
    assert Facility.objects.count() == 1

    confirm(camille, url, answer)

    added = Facility.objects.get(name="Crèche Neuve")
    assert (added.kind, added.commune.name, added.opened_on) == (
        "eaje",
        "Labège",
        date(2021, 9, 1),
    )
    assert added.competent_authority == convention.epci
    assert Facility.objects.filter(manager__name="Les Lucioles").count() == 2
    assert convention.organizations.filter(name="Les Lucioles").count() == 1
    assert nursery.bonus_lines.get().existing_quantity == 41
    assert added.bonus_lines.get().forecast == Decimal("1500.50")
    assert Declaration.objects.count() == 3


def test_the_same_file_again_changes_nothing(camille, url, nursery):
    confirm(camille, url, upload(camille, url, new()))
    before = list(BonusLine.history.values_list("pk"))

    answer = upload(camille, url, new())

    assert "Tout ce que dit ce fichier est déjà enregistré" in answer.content.decode()
    assert list(BonusLine.history.values_list("pk")) == before


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (";EAJE;Labège;Sicoval;Petite enfance;;1;", "Équipement", "Le nom manque"),
        (new("-3"), "Offre existante", "supérieure ou égale à 0"),
        (new("beaucoup"), "Offre existante", "Écrivez un nombre"),
        (new("99999"), "Offre existante", "vraisemblable"),
        (new("1").replace("Labège", "Atlantide"), "Commune", "Sélectionnez un choix valide"),
        (new("1").replace("EAJE", "Piscine"), "Type", "Piscine"),
        (new("1").replace("2021-09-01", "2025-09-01"), "Équipement", "fermé en 2022"),
        (new("1").replace("Petite enfance", "Emploi"), "Thématiques", "Emploi"),
        ("Crèche du Moulin;;;;;;61;", "Offre existante", "dépassent la capacité"),
    ],
)
def test_problems_are_said_by_row_and_column_and_nothing_is_written(
    camille, url, nursery, row, column, message
):
    answer = upload(camille, url, "Crèche du Moulin 2;;;;;;;", row)

    said = [(p.row, p.column) for p in answer.context["reading"].problems if message in p.message]
    assert (3, column) in said
    assert "Tout enregistrer" not in answer.content.decode()
    confirm(camille, url, answer)
    assert Facility.objects.count() == 1
    assert not BonusLine.objects.exists()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (54117.649999999994, "54117.65"),
        (40.0, "40"),
        ("38.0", "38"),
        (date(2022, 9, 1), "2022-09-01"),
    ],
)
def test_cells_are_read_as_the_spreadsheet_shows_them(cell, text):
    assert rows_of(Grid("Feuille", [["Équipement", "Prévu"], ["A", cell]])) == [
        (2, {"name": "A", "forecast": text})
    ]


def test_a_name_is_given_once(camille, url, nursery):
    answer = upload(camille, url, new(), new())

    (problem,) = answer.context["reading"].problems
    assert problem.message.startswith("Déjà à la ligne 2")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("vide.csv", b"", "vide"),
        ("plan.csv", b"Action;Pilote\nA;B", "Aucune colonne « Équipement »"),
        ("plan.pdf", b"%PDF-1.7", "PDF"),
    ],
)
def test_a_file_that_is_not_one_is_refused(camille, url, name, content, message):
    file = SimpleUploadedFile(name, content)
    typed = {"year": 2022, "stage": "actual", "file": file}

    answer = camille.post(url("financing:import"), typed)

    assert message in str(answer.context["form"].errors["file"])


def test_a_preview_that_was_tampered_with_is_refused(camille, url, nursery):
    answer = upload(camille, url, new())
    sealed = answer.context["sealed"][:-2] + "xx"

    said = camille.post(url("financing:import"), {"rows": sealed}, follow=True)

    assert "n’est plus valable" in said.content.decode()
    assert Facility.objects.count() == 1


def test_what_was_exported_is_read_back(camille, convention, url, nursery):
    line = make_bonus_line(nursery, forecast=Decimal("50000.50"), existing_quantity=40)
    make_declaration(line, existing_quantity=40)
    make_commune("Ailleurs")
    buffer = BytesIO()
    sheet = Sheet("Bonus 2022", FACILITY_COLUMNS, with_line_of(convention.facilities.all(), 2022))
    write("xlsx", buffer, sheet)

    answer = camille.post(
        url("financing:import"),
        {
            "year": 2022,
            "stage": "actual",
            "file": SimpleUploadedFile("bonus.xlsx", buffer.getvalue()),
        },
    )

    reading = answer.context["reading"]
    assert (reading.problems, reading.is_ready) == ([], False)
