import io

import pytest
from openpyxl import Workbook, load_workbook

from actions.exchange import services
from actions.exchange.exports import plan_sheet, whole_plan
from ctg.spreadsheets import write
from tests.factories.ctg import make_commune, make_organization


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def territory(convention):
    """Communes and partners whose names people spell in their own way."""
    for name in ("Ramonville-Saint-Agne", "Castanet-Tolosan", "Auzeville-Tolosane", "Auzielle"):
        make_commune(name, convention)
    for name in (
        "CCAS de Ramonville-Saint-Agne",
        "CCAS de Castanet-Tolosan",
        "MJC, jeunes et arts",
    ):
        convention.organizations.add(make_organization(name))
    msa = make_organization("Mutualité sociale agricole Midi-Pyrénées Sud", short_name="MSA MPS")
    convention.organizations.add(msa)
    return convention


def book(*rows, name="Plan"):
    made = Workbook()
    made.active.title = name
    for row in rows:
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    return file


@pytest.fixture
def send(territory, cast):
    """send(header, *rows) → the import, as Camille sends it."""

    def sending(*rows):
        return services.receive(territory, book(*rows), "plan.xlsx", by=cast["camille"])

    return sending


@pytest.fixture
def imported(send, cast):
    def importing(*rows):
        return services.confirm(send(*rows), by=cast["camille"])

    return importing


@pytest.fixture
def edited(territory):
    """edited({"Action": "…"}) → the export of the plan, cells of its first row changed."""

    def editing(changes, row=2):
        file = io.BytesIO()
        write("xlsx", file, plan_sheet(whole_plan(territory)))
        opened = load_workbook(file)
        page = opened.active
        header = {cell.value: cell.column for cell in page[1]}
        for label, value in changes.items():
            page.cell(row, header[label]).value = value
        out = io.BytesIO()
        opened.save(out)
        out.seek(0)
        return out

    return editing
