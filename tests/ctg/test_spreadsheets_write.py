import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook

from ctg.spreadsheets import FORMATS, Column, Kind, Sheet, download, write

COLUMNS = [
    Column("Nom", lambda row: row[0], width=40),
    Column("Montant", lambda row: row[1], Kind.MONEY),
    Column("Le", lambda row: row[2], Kind.DATE),
    Column("À", lambda row: row[3], Kind.MOMENT),
    Column("Lu", lambda row: row[4], Kind.YES_NO),
    Column("Repère", lambda row: "r1", hidden=True),
]
ROW = ("Crèche", Decimal("1234.50"), date(2024, 3, 1), datetime(2024, 3, 1, 9, tzinfo=UTC), True)


def written(extension, *rows, title="Plan", columns=COLUMNS):
    file = io.BytesIO()
    write(extension, file, Sheet(title, columns, iter(rows)))
    file.seek(0)
    return file


def ods_part(file, name):
    with zipfile.ZipFile(file) as archive:
        return archive.read(name).decode()


def test_xlsx_keeps_types_header_filters_and_widths():
    page = load_workbook(written("xlsx", ROW))["Plan"]

    assert [cell.value for cell in page[1]] == ["Nom", "Montant", "Le", "À", "Lu", "Repère"]
    name, amount, day, moment, read, _ = page[2]
    assert (name.value, amount.value, read.value) == ("Crèche", 1234.5, "oui")
    assert day.value.date() == date(2024, 3, 1) and day.number_format == "dd/mm/yyyy"
    assert moment.value == datetime(2024, 3, 1, 10)  # Paris
    assert "€" in amount.number_format
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:F2"
    assert page.column_dimensions["A"].width == 40
    assert page.column_dimensions["F"].hidden


def test_ods_keeps_types_header_and_filters():
    file = written("ods", ROW)
    content = ods_part(file, "content.xml")

    fromstring(content)
    assert 'office:value-type="float" office:value="1234.50"' in content
    assert 'office:date-value="2024-03-01"' in content
    assert 'office:date-value="2024-03-01T10:00:00"' in content
    assert "table:target-range-address=\"'Plan'.A1:'Plan'.F2\"" in content
    assert 'table:visibility="collapse"' in content
    assert "VerticalSplitMode" in ods_part(file, "settings.xml")
    with zipfile.ZipFile(file) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_csv_opens_in_a_french_excel():
    text = written("csv", ROW).read()

    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
    assert rows[1] == ["Crèche", "1234,50", "01/03/2024", "01/03/2024 10:00", "oui", "r1"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("extension", FORMATS)
def test_no_text_becomes_a_formula(extension, sign):
    payload = f"{sign}HYPERLINK(A1)"
    file = written(extension, (payload,), columns=[Column("Nom", lambda row: row[0])])

    match extension:
        case "xlsx":
            cell = load_workbook(file).active["A2"]
            assert cell.data_type == "s" and cell.value.startswith("'")
        case "ods":
            content = ods_part(file, "content.xml")
            assert "table:formula" not in content
            assert re.search(r'value-type="string"><text:p>\'', content)
        case "csv":
            (cell,) = list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))[1:][0]
            assert cell.startswith("'")


def test_a_list_item_is_not_a_formula():
    columns = [Column("Nom", lambda row: row)]
    assert load_workbook(written("xlsx", "- un\n- deux", columns=columns)).active["A2"].value == (
        "- un\n- deux"
    )
    assert "'- un" in written("csv", "- un", columns=columns).read().decode("utf-8-sig")


@pytest.mark.parametrize("extension", FORMATS)
def test_signs_that_no_file_accepts_are_left_out(extension):
    columns = [Column("Nom", lambda row: row)]
    file = written(extension, "a\x00b\x0bc & <d>", title="Été [1/2] : l'hiver", columns=columns)
    if extension == "xlsx":
        assert load_workbook(file).active["A2"].value == "abc & <d>"
    if extension == "ods":
        assert "abc &amp; &lt;d&gt;" in ods_part(file, "content.xml")
    if extension == "csv":
        assert "abc & <d>" in file.read().decode("utf-8-sig")


def test_a_sheet_without_rows_still_has_its_header():
    assert load_workbook(written("xlsx")).active.auto_filter.ref == "A1:F1"


def test_download_names_the_file():
    answer = download("ods", "plan-2024", Sheet("Plan", COLUMNS, [ROW]))

    assert answer["Content-Disposition"] == 'attachment; filename="plan-2024.ods"'
    assert answer["Content-Type"] == FORMATS["ods"].media_type
    assert b"".join(answer).startswith(b"PK")
    answer.file_to_stream.close()
