"""Workbooks as people send them, and as people who mean harm would."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from ctg.spreadsheets import Column, Kind, Sheet, Unreadable, read_workbook, write

XLSX_HEAD = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
    'spreadsheetml/2006/main"><sheetData>'
)
XLSX_FOOT = "</sheetData></worksheet>"
ODS_MEDIA = "application/vnd.oasis.opendocument.spreadsheet"


def xlsx(fill=lambda page: None, **sheets):
    book = Workbook()
    fill(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def rewritten(file, **parts):
    """The archive with some parts replaced; keys with __ for / and _ for the dot."""
    new = io.BytesIO()
    parts = {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in parts.items()}
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            if name not in parts:
                archive.writestr(name, old.read(name))
        for name, text in parts.items():
            archive.writestr(name, text)
    new.seek(0)
    return new


def ods(body):
    """A content.xml around the rows of one table."""
    names = " ".join(
        f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"'
        for p in ("office", "table", "text", "style")
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_MEDIA)
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Plan">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    file.seek(0)
    return file


def test_xlsx_values_and_merges():
    def write_page(page):
        page.title = "Plan"
        page.append(["  Enjeu ", "Action", 0.6, date(2024, 3, 1), True, 12])
        page.append([None, "Deux\r\nlignes"])
        page.append([None, "#REF!"])
        page["C1"].number_format = "0 %"
        page.merge_cells("A1:A2")

    (grid,) = read_workbook(xlsx(write_page), "plan.xlsx")

    assert grid.name == "Plan"
    assert grid.rows[0] == ["Enjeu", "Action", "60 %", datetime(2024, 3, 1), True, 12]
    assert grid.rows[1] == [None, "Deux\nlignes"]
    assert (grid.own(1, 0), grid.shown(1, 0)) == (None, "Enjeu")


def test_hidden_and_empty_sheets_are_left_out():
    def hide(page):
        page.append(["Liste"])
        page.sheet_state = "hidden"

    grids = read_workbook(xlsx(hide, Plan=[["Action"]], Vide=[]), "plan.xlsx")
    assert [grid.name for grid in grids] == ["Plan"]


def test_what_we_write_as_ods_is_read_back():
    file = io.BytesIO()
    columns = [
        Column("Nom", lambda row: row[0]),
        Column("Le", lambda row: row[1], Kind.DATE),
        Column("Combien", lambda row: row[2], Kind.NUMBER),
    ]
    write("ods", file, Sheet("Plan", columns, [("a\nb", date(2024, 3, 1), 12), ("c", None, 1.5)]))

    (grid,) = read_workbook(file, "plan.ods")

    assert grid.rows == [["Nom", "Le", "Combien"], ["a\nb", date(2024, 3, 1), 12], ["c", None, 1.5]]


def test_ods_spans_repeats_and_notes():
    (grid,) = read_workbook(
        ods(
            '<table:table-row><table:table-cell office:value-type="string"'
            ' table:number-rows-spanned="2"><office:annotation><text:p>Note</text:p>'
            "</office:annotation><text:p>Petite<text:s text:c='2'/>enfance</text:p>"
            "</table:table-cell>"
            '<table:table-cell office:value-type="percentage" office:value="0.25"/>'
            '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
            "<table:table-row><table:covered-table-cell/><table:table-cell"
            ' office:value-type="string" table:number-columns-repeated="2"><text:p>x</text:p>'
            "</table:table-cell></table:table-row>"
            '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/>'
            "</table:table-row>"
        ),
        "plan.ods",
    )
    assert grid.rows == [["Petite  enfance", "25 %"], [None, "x", "x"]]
    assert grid.shown(1, 0) == "Petite  enfance"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_of_any_kind(encoding, separator):
    title = f'"Café, thé{separator} goûter\nà l’école"'
    text = f"Plan d’action\r\nAction{separator}Pilote\r\n{title}{separator}Élus\r\n"

    (grid,) = read_workbook(io.BytesIO(text.encode(encoding)), "plan.csv")

    assert grid.rows[1:] == [
        ["Action", "Pilote"],
        [f"Café, thé{separator} goûter\nà l’école", "Élus"],
    ]


def broken(content, **parts):
    return rewritten(xlsx(Plan=[["Action"]]), **parts)


ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
PART = "xl__worksheets__sheet1_xml"
REFUSED = {
    "vide.xlsx": (b"", "vide"),
    "photo.xlsx": (b"\x89PNG....", "n’est pas un classeur"),
    "plan.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ancien classeur .xls"),
    "secret.xlsx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "mot de passe",
    ),
    "plan.pdf": (b"%PDF-1.7", "PDF"),
    "binaire.csv": (b"Action;Pilote\n\0\0", "n’est pas un texte"),
    "tronque.xlsx": (b"PK\x03\x04rien", "abîmé"),
    "guillemet.csv": (b'Action;Pilote\n"' + b"a" * 200_000, "guillemet"),
    "lettres.csv": (b"Action;\x81\x8d\n", "illisibles"),
    "blanc.csv": (b" \n;;\n", "aucune cellule"),
    "bombe.xlsx": (rewritten(xlsx(), **{PART: "0" * 50_000_000}).read(), "trop grand"),
    "entites.xlsx": (
        rewritten(xlsx(), **{PART: ENTITIES + "<worksheet>&b;</worksheet>"}).read(),
        "interdites",
    ),
    "cache.xlsx": (
        rewritten(xlsx(), **{PART: (ENTITIES + "<worksheet/>").encode("utf-16")}).read(),
        "interdites",
    ),
    "macros.xlsm": (rewritten(xlsx(), **{"xl__vbaProject.bin": "x"}).read(), "macros"),
    "macros.xlsx": (rewritten(xlsx(), **{"xl__vbaProject.bin": "x"}).read(), "macros"),
    "plan.ods": (xlsx(Plan=[["Action"]]).read(), "c’est un .xlsx"),
    "plan.csv": (xlsx(Plan=[["Action"]]).read(), "c’est un .xlsx"),
    "lettre.docx": (rewritten(xlsx(), **{"word__document_xml": "x"}).read(), "c’est un .xlsx"),
    "abime.xlsx": (rewritten(xlsx(), **{PART: "<worksheet><sheetData><row>"}).read(), "abîmé"),
    "chiffre.ods": (
        rewritten(
            ods("<table:table-row/>"),
            **{"META-INF__manifest_xml": "<manifest:encryption-data/>"},
        ).read(),
        "mot de passe",
    ),
    "lignes.xlsx": (
        rewritten(
            xlsx(),
            **{PART: XLSX_HEAD + "<row><c><v>1</v></c></row>" * 60_000 + XLSX_FOOT},
        ).read(),
        "lignes remplies",
    ),
    "repete.ods": (
        ods(
            '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
            'office:value-type="float" office:value="1" table:number-columns-repeated="16000"/>'
            "</table:table-row>"
        ).read(),
        "lignes remplies",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_words_and_with_little_memory(name):
    content, words = REFUSED[name]
    tracemalloc.start()
    with pytest.raises(Unreadable, match=words):
        read_workbook(io.BytesIO(content), name)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100_000_000


def test_a_file_that_is_too_heavy_is_not_even_read():
    class Heavy(io.BytesIO):
        def tell(self):
            return 200_000_000

        def read(self, *args):
            raise AssertionError("read")

    with pytest.raises(Unreadable, match="20 Mo"):
        read_workbook(Heavy(), "plan.xlsx")


def test_a_million_empty_rows_cost_nothing():
    rows = "".join(f'<row r="{n}"/>' for n in range(2, 1_000_000))
    text = f'{XLSX_HEAD}<row r="1"><c r="A1"><v>1</v></c></row>{rows}{XLSX_FOOT}'
    (grid,) = read_workbook(rewritten(xlsx(), **{PART: text}), "plan.xlsx")
    assert grid.rows == [[1]] and grid.is_cut


def test_far_cells_do_not_stretch_the_sheet():
    text = (
        f'{XLSX_HEAD}<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>'
        f'<row r="1048576"><c r="A1048576"><v>3</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    )
    (grid,) = read_workbook(rewritten(xlsx(), **{PART: text}), "plan.xlsx")
    assert grid.rows == [[1]] and len(grid.covered) < 300


def test_transposed_keeps_merges():
    (grid,) = read_workbook(xlsx(lambda p: (p.append([1, 2]), p.merge_cells("A1:A2"))), "p.xlsx")
    grid.rows.append([])
    assert grid.transposed().rows == [[1, None], [2, None]]
