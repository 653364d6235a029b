import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from actions.models import Correspondence, PlanImport
from tests.actions.exchange.conftest import book
from tests.factories.actions import make_action


@pytest.fixture
def sent(camille, territory, url):
    """sent(rows…) → the import that Camille’s upload opened."""

    def sending(*rows):
        file = SimpleUploadedFile("plan.xlsx", book(*rows).read())
        answer = camille.post(url("actions:imports"), {"file": file})
        assert answer.status_code == 302
        return PlanImport.objects.latest("pk")

    return sending


def shown(client, address):
    return client.get(address).content.decode()


def test_from_upload_to_plan_and_back(camille, territory, sent, url):
    one = sent(["Action", "Pilote", "Statut"], ["Forum", "Caf", "Bof"])
    page = shown(camille, url("actions:import", one.pk))
    assert "Créée" in page and "Statut (C2)" in page and "Bof" in page
    assert not territory.actions.exists()

    camille.post(url("actions:import_confirm", one.pk))
    assert territory.actions.get().title == "Forum"
    assert "Annuler cet import" in shown(camille, url("actions:import", one.pk))

    camille.post(url("actions:import_undo", one.pk))
    assert not territory.actions.current().exists()
    assert "Import annulé" in shown(camille, url("actions:import", one.pk))
    assert "plan.xlsx" in shown(camille, url("actions:imports"))


def test_a_file_that_cannot_be_read_is_refused_at_its_field(camille, territory, url):
    file = SimpleUploadedFile("photo.png", b"\x89PNG")
    answer = camille.post(url("actions:imports"), {"file": file})
    assert "n’est pas un classeur" in answer.content.decode()
    assert not PlanImport.objects.exists()


def test_nothing_sent_is_said(camille, url):
    assert "obligatoire" in camille.post(url("actions:imports")).content.decode()


def test_columns_and_names_are_explained_on_the_page(camille, territory, sent, url):
    one = sent(["Quoi", "Avec"], ["Forum", "CCAS"])
    address = url("actions:import", one.pk)
    assert "Aucune action reconnue" in shown(camille, address)

    camille.post(address, {"colonne-0": "title", "colonne-1": "contributors"})
    page = shown(camille, address)
    assert "Forum" in page and "Des noms à préciser" in page

    chosen = territory.organizations.get(name="CCAS de Castanet-Tolosan")
    camille.post(address, {"question-0": chosen.pk})
    assert "Des noms à préciser" not in shown(camille, address)
    assert {(one.kind, one.said) for one in Correspondence.objects.all()} == {
        ("column", "quoi"),
        ("column", "avec"),
        ("organization", "ccas"),
    }


def test_what_a_file_says_is_never_markup(camille, territory, sent, url):
    one = sent(
        ["Action", "<b>Météo</b>", "Partenaires"], ["<script>x</script>", "<i>soleil</i>", "<u>"]
    )
    page = shown(camille, url("actions:import", one.pk))
    for markup in ("<script>x", "<i>soleil", "<b>Météo", "<u>"):
        assert markup not in page


def test_lines_are_sorted_by_what_becomes_of_them(camille, territory, sent, url):
    make_action(territory, title="Salon")
    one = sent(["N°", "Action"], [1, "Forum"], [2, "Salon"], [3, None])
    address = url("actions:import", one.pk)
    assert "Ce qu’elle contiendra" in shown(camille, f"{address}?voir=created")
    assert "Ce qu’elle contiendra" not in shown(camille, f"{address}?voir=refused")
    assert "Il manque l’intitulé" in shown(camille, f"{address}?voir=a-relire")


def test_the_report_says_every_line(camille, territory, sent, url):
    one = sent(["N°", "Action", "Statut"], [1, "Forum", "Bof"], [2, None, "Fait"])
    content = b"".join(camille.get(url("actions:import_report", one.pk, "xlsx")))
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True, min_row=2))
    assert (2, "Créée", "Bof") in {(row[1], row[2], row[7]) for row in rows}
    assert rows[-1][2] == "Refusée" and rows[-1][-1] == "Il manque l’intitulé."
    assert camille.get(url("actions:import_report", one.pk, "exe")).status_code == 404


def test_a_draft_can_be_dropped(camille, territory, sent, url):
    one = sent(["Action", "Pilote"], ["Forum", "Caf"])
    camille.post(url("actions:import_drop", one.pk))
    assert "Import abandonné" in shown(camille, url("actions:import", one.pk))
    answer = camille.post(url("actions:import_confirm", one.pk), follow=True)
    assert "déjà fait, ou abandonné" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_import_list_query_count(count, camille, territory, sent, url, django_assert_num_queries):
    for _ in range(count):
        sent(["Action", "Pilote"], ["Forum", "Caf"])
    with django_assert_num_queries(7):
        camille.get(url("actions:imports"))


@pytest.mark.parametrize("count", [1, 3])
def test_import_page_query_count(count, camille, territory, sent, url, django_assert_num_queries):
    names = ("CCAS", "Associations", "Familles")
    one = sent(["Action", "Partenaires"], *([f"A{n}", names[n]] for n in range(count)))
    assert len(one.preview["questions"]) == count
    with django_assert_num_queries(7):
        camille.get(url("actions:import", one.pk))
