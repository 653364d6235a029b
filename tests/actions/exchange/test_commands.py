from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from actions.models import PlanImport
from tests.actions.exchange.conftest import book
from tests.factories.actions import make_action


@pytest.fixture
def file(tmp_path):
    def made(*rows, name="plan.xlsx"):
        path = tmp_path / name
        path.write_bytes(book(*rows).read())
        return path

    return made


def run(*arguments):
    out, errors = StringIO(), StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=errors)
    return out.getvalue(), errors.getvalue()


def test_import_then_export_then_import_changes_nothing(territory, cast, file, tmp_path):
    path = file(["Action", "Pilote"], ["Forum", "Sicoval"])
    out, _ = run("import_plan", path, "--convention", territory.slug)
    assert "1\xa0créée" in out and territory.actions.get().title == "Forum"

    copy = tmp_path / "copie.ods"
    assert "1\xa0action" in run("export_plan", copy, "--convention", territory.slug)[0]
    out, _ = run("import_plan", copy, "--convention", territory.slug)
    assert out == "1\xa0sans changement\n"
    assert set(PlanImport.objects.values_list("state", flat=True)) == {"applied", "dropped"}


def test_dry_run_writes_nothing(territory, file):
    out, _ = run("import_plan", file(["Action", "Pilote"], ["Forum", "Caf"]), "--dry-run")
    assert "1\xa0créée" in out
    assert not territory.actions.exists() and not PlanImport.objects.exists()


def test_a_refused_line_is_said_and_fails(territory, file):
    path = file(["N°", "Action", "Statut"], [1, "Forum", "Bof"], [2, None, None])
    errors = StringIO()
    with pytest.raises(CommandError, match="1\xa0refusée"):
        call_command("import_plan", str(path), stdout=StringIO(), stderr=errors)
    assert "Plan, ligne 2, Statut (C2) : Statut « Bof » inconnu" in errors.getvalue()
    assert "Plan, ligne 3 : Il manque l’intitulé." in errors.getvalue()
    assert territory.actions.get().title == "Forum"


def test_refusals_in_words(territory, cast, file, tmp_path):
    path = file(["Action", "Pilote"], ["Forum", "Caf"])
    for arguments, words in (
        (("import_plan", path), "précisez --convention"),
        (("import_plan", path, "--convention", "rien"), "Aucune convention"),
        (("import_plan", tmp_path / "rien.xlsx", "--convention", territory.slug), "Impossible"),
        (("export_plan", tmp_path / "plan.doc", "--convention", territory.slug), ".xlsx, .ods"),
        (("export_plan", tmp_path / "a" / "p.csv", "--convention", territory.slug), "Impossible"),
        (
            ("import_plan", file(["Mot"], ["x"], name="a.xlsx"), "--convention", territory.slug),
            "Aucune action",
        ),
    ):
        with pytest.raises(CommandError, match=words):
            run(*arguments)


def test_a_damaged_file_is_refused(territory, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"PK rien")
    with pytest.raises(CommandError, match="abîmé"):
        run("import_plan", path)


def test_without_any_convention(db, file):
    with pytest.raises(CommandError, match="pas encore de convention"):
        run("import_plan", file(["Action"], ["Forum"]))


def test_export_of_a_plan_with_two_actions(territory, tmp_path):
    make_action(territory)
    make_action(territory)
    assert "2\xa0actions" in run("export_plan", tmp_path / "plan.csv")[0]
