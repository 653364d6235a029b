import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from actions.exchange.exports import plan_sheet, whole_plan
from actions.models import ActionPartner, ActionStep
from ctg.spreadsheets import FORMATS
from tests.factories.actions import make_action, make_indicator
from tests.factories.ctg import make_theme


def downloaded(client, address):
    return b"".join(client.get(address))


def titles(content):
    page = load_workbook(io.BytesIO(content)).active
    header, *rows = page.iter_rows(values_only=True)
    return [row[header.index("Action")] for row in rows]


def test_export_follows_the_filters_and_the_order_on_screen(camille, convention, url):
    parents = make_theme(convention, "Parentalité")
    for title, day in (("Bébés", 1), ("Aînés", 2), ("Cafés", 3)):
        make_action(convention, title=title, themes=[parents], ends_on=date(2024, 1, day))
    make_action(convention, title="Autre chose")
    address = f"{url('actions:export', 'xlsx')}?theme={parents.pk}"

    assert titles(downloaded(camille, f"{address}&tri=-fin")) == ["Cafés", "Aînés", "Bébés"]
    assert titles(downloaded(camille, address)) == ["Bébés", "Aînés", "Cafés"]


def test_the_page_offers_its_own_set(camille, convention, url):
    make_action(convention, title="Forum")
    page = camille.get(url("actions:plan"), {"q": "forum", "vue": "tableau", "tri": "-fin"})
    assert (
        f'href="{url("actions:export", "ods")}?q=forum&amp;vue=tableau&amp;tri=-fin"'
        in page.content.decode()
    )


def test_export_says_everything_of_an_action(convention, labege):
    action = make_action(
        convention,
        code="A-01",
        title="Forum des parents",
        pilot=convention.epci,
        communes=[labege],
        scope="communes",
        calendar="Dernier trimestre 2025",
        starts_on=date(2025, 10, 1),
        ends_on=timezone.localdate() - timedelta(days=1),
        is_blocked=True,
    )
    ActionPartner.objects.create(action=action, organization=convention.caf, role="funder")
    ActionStep.objects.create(action=action, title="Réserver", due_on=date(2025, 10, 1))
    make_indicator(action, "Familles", target=120, unit="familles", target_year=2025)
    make_indicator(action, "Ambiance", nature="qualitative")

    sheet = plan_sheet(whole_plan(convention))
    (line,) = sheet.lines()
    said = dict(zip([column.label for column in sheet.columns], line, strict=True))

    assert said["Identifiant"] == action.pk
    assert said["Enjeu"] == "1 · Enjeu 1"
    assert said["Territoire concerné"] == "Labège"
    assert (said["Pilote"], said["Financeurs"]) == ("Sicoval", "Caf 31")
    assert said["Calendrier"] == "Dernier trimestre 2025"
    assert said["Étapes"] == "Réserver (échéance 01/10/2025)"
    assert said["Indicateurs quantitatifs"] == "Familles (cible : 120 familles en 2025)"
    assert said["Indicateurs qualitatifs"] == "Ambiance"
    assert (said["Bloquée"], said["En retard"]) == ("oui", "oui")


def test_archived_actions_stay_out(convention):
    make_action(convention, archived_at=timezone.now())
    assert list(plan_sheet(whole_plan(convention)).lines()) == []


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_carries_every_row(extension, camille, convention, url):
    make_action(convention, title="=cmd()")
    content = downloaded(camille, url("actions:export", extension))
    if extension == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
        assert [row["Action"] for row in rows] == ["'=cmd()"]
    else:
        assert content.startswith(b"PK")


def test_unknown_format_is_not_found(camille, url):
    assert camille.get(url("actions:export", "exe")).status_code == 404


def test_export_asks_as_many_queries_for_three_actions(camille, convention, url):
    def asked():
        make_indicator(
            make_action(convention, pilot=convention.epci, themes=[make_theme(convention)])
        )
        with CaptureQueriesContext(connection) as queries:
            downloaded(camille, url("actions:export", "csv"))
        return len(queries)

    first, _, third = asked(), asked(), asked()
    assert first == third
