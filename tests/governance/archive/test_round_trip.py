"""A convention archived, then restored elsewhere, is the same: table by table, file by file."""

import csv
import hashlib
import io
import json
from decimal import Decimal
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from actions.models import Action, BulkChange, Overlap, Reminder
from actions.services import start
from ctg.accounts.models import User
from ctg.convention.models import Convention, Document, JournalEntry, Membership, Organization
from financing.models import Rate
from governance.archive.restoring import restore_archive
from governance.archive.tables import LEFT_OUT, SECRET, Selection, Table, our_models, tables
from governance.models import PublicSite
from tests.factories.actions import make_action
from tests.factories.ctg import make_convention, make_user
from tests.factories.governance import make_review

pytestmark = pytest.mark.django_db


def content(convention):
    """Every column that travels of every row; keys included, for they are kept."""
    selection = Selection(convention)
    return {
        table.name: list(
            selection.rows(table).order_by("pk").values(*(field.attname for field in table.fields))
        )
        for table in tables()
    }


@pytest.fixture
def demonstration(tmp_path):
    """Two years of a fictional territory, a document, and what people change afterwards."""
    call_command("load_demo", publish=False, actions=12, years=2, seed=1, stdout=io.StringIO())
    convention = Convention.objects.get(slug="sicoval-2020-2024")
    convention.documents.create(title="Convention", file=ContentFile(b"%PDF-1.7", "signée.pdf"))
    for table in tables():
        if table.tracked and not table.tracked._meta.auto_created:
            for row in table.tracked._base_manager.all()[:3]:
                row.save()  # which writes its history
    action, mine = convention.actions.first(), Selection(convention)
    for field in Action._meta.many_to_many:
        getattr(action, field.name).set(mine.rows(mine.by_model[field.related_model])[:2])
    BulkChange.objects.create(convention=convention, summary="Pilote changé").lines.create(
        action=action, before={"pilot": action.pk}, after={"pilot": None}
    )
    return convention


def test_the_whole_demonstration_comes_back(demonstration, archived, empty_place):
    Reminder.objects.update(message=None)  # the queue of mails stays
    PublicSite.objects.update(is_open=False)  # as they come back
    before = content(demonstration)
    empty = {name for name, rows in before.items() if not rows}
    path = archived(demonstration)
    empty_place()

    restored = restore_archive(path)

    after = content(restored)
    assert {name for name in before if before[name] != after[name]} == set()
    assert len(empty) < 12, f"the demonstration leaves too much untried: {empty}"
    with Document.objects.get(title="Convention").file.open() as file:
        assert file.read() == b"%PDF-1.7"


def test_public_pages_come_back_closed(convention, archived, empty_place):
    PublicSite.objects.create(convention=convention, is_open=True)
    path = archived(convention)
    empty_place()
    said = io.StringIO()

    call_command("restore_archive", str(path), stdout=said)

    assert [site.is_open for site in PublicSite.objects.all()] == [False]
    assert "pages publiques sont fermées" in said.getvalue()


def test_the_other_conventions_stay(demonstration, archived, empty_place):
    elsewhere = set(Convention.objects.values_list("slug", flat=True)) - {demonstration.slug}
    strangers = Membership.objects.exclude(convention=demonstration).values_list("user__email")
    path = archived(demonstration)

    with ZipFile(path) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist() if ".csv" in name)

    assert elsewhere and strangers
    for word in (*elsewhere, *(email for (email,) in strangers)):
        assert word.encode() not in whole


def test_the_history_and_the_journal_still_tell_of_the_same_rows(
    convention, cast, archived, empty_place
):
    action = make_action(convention, code="A-1")
    start(action, by=cast["camille"])
    path = archived(convention)
    empty_place()
    restore_archive(path)

    restored = Action.objects.get()
    assert [entry.target for entry in JournalEntry.objects.all()] == [restored]
    assert [state.status for state in restored.history.all()] == ["ongoing", "todo"]


def test_life_goes_on_after_the_last_row(convention, archived, empty_place):
    make_action(convention, code="A-1")
    path = archived(convention)
    empty_place()

    restored = restore_archive(path)

    make_action(restored, code="A-2")
    assert restored.actions.count() == 2


def test_a_member_signs_in_again_and_the_others_keep_their_name_only(
    convention, cast, archived, empty_place
):
    left = make_user(first_name="Dominique", email="dominique@example.org")
    JournalEntry.objects.filter(convention=convention).update(by=left)
    convention.bulk_changes.create(summary="Reprise", made_by=left)
    cast["camille"].set_password("secret")
    User.objects.filter(pk=cast["camille"].pk).update(is_staff=True, is_superuser=True)
    path = archived(convention)
    empty_place()
    restore_archive(path)

    camille = User.objects.get(first_name="Camille")
    assert camille.email == cast["camille"].email
    assert not camille.has_usable_password()
    assert not camille.is_staff and not camille.is_superuser
    assert User.objects.get(first_name="Dominique").email.endswith("@invalid.example")
    assert not User.objects.filter(first_name="Noa").exists()


def test_a_link_to_what_stays_behind_travels_empty(convention, archived, empty_place):
    former = make_convention("avant-2016-2019")
    old = make_action(former, code="A-1")
    Convention.objects.filter(pk=convention.pk).update(follows=former)
    make_action(convention, code="B-1", renewed_from=old)
    path = archived(convention)
    empty_place()

    restored = restore_archive(path)

    assert restored.follows is None
    assert restored.actions.get().renewed_from is None
    assert restored.actions.get().history.first().renewed_from_id is None


def test_every_value_comes_back_as_it_was(convention, archived, empty_place):
    nasty = '=SOMME(A1)\r\n\'« "quoted" »; ,\t\u00a0– fin'
    for rank, text in enumerate([nasty, "'", "-12", "", "+33 5", "@moi", "ligne\nligne"]):
        make_action(convention, code=f"A-{rank}", description=text)
    Rate.objects.create(kind="alsh_floor", valid_from="2022-01-01", amount="0.15", source="Cnaf")
    before = content(convention)
    path = archived(convention)
    empty_place()

    restored = restore_archive(path)

    assert content(restored) == before
    assert Rate.objects.get().amount == Decimal("0.1500")


def test_nothing_in_a_table_is_a_formula(convention, archived):
    make_action(convention, code="A-1", description="=HYPERLINK(1)", title="+1")

    with ZipFile(archived(convention)) as archive:
        lines = csv.DictReader(io.TextIOWrapper(archive.open("tables/actions.action.csv"), "utf-8"))
        (line,) = lines

    assert (line["description"], line["title"]) == ("'=HYPERLINK(1)", "'+1")


def test_the_manifest_names_and_hashes_every_file(convention, cast, archived):
    make_action(convention, code="A-1")
    make_review(convention, 2021, published_by=cast["camille"], data={"format_version": 0})
    with ZipFile(archived(convention)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert set(manifest["files"]) | {"manifest.json"} == set(archive.namelist())
        for name, told in manifest["files"].items():
            found = archive.read(name)
            assert told == {"bytes": len(found), "sha256": hashlib.sha256(found).hexdigest()}
    assert manifest["rows"]["actions.action"] == 1
    # What the site had lost already is told, and stops nothing.
    assert [lost.split(" : ")[0] for lost in manifest["missing"]] == [
        "bilans/bilan-2021-archives.pdf",
        "files/bilans/bilan-2021.pdf",
    ]


def test_the_tables_are_those_that_the_data_package_describes(convention, archived):
    make_action(convention, code="A-1")
    with ZipFile(archived(convention)) as archive:
        described = json.loads(archive.read("datapackage.json"))["resources"]
        for resource in described:
            with archive.open(resource["path"]) as file:
                lines = list(csv.reader(io.TextIOWrapper(file, "utf-8", newline="")))
            names = [field["name"] for field in resource["schema"]["fields"]]
            assert lines[0] == names
            assert len(lines) == resource["rows"] + 1
            assert resource["schema"]["primaryKey"] in names
    status = next(
        field
        for resource in described
        if resource["name"] == "actions.action"
        for field in resource["schema"]["fields"]
        if field["name"] == "status"
    )
    assert "ongoing : En cours" in status["description"]


def test_memory_does_not_follow_the_rows(convention, archived, django_assert_max_num_queries):
    """Rows are read by portions, in as many queries for three actions as for one."""
    make_action(convention, code="A-1")
    with django_assert_max_num_queries(400) as first:
        archived(convention)
    make_action(convention, code="A-2")
    make_action(convention, code="A-3")
    with django_assert_max_num_queries(400) as second:
        archived(convention)
    assert len(second) == len(first)


def test_every_model_is_in_or_declared_out_with_a_reason():
    """A new model that the walk does not reach must say why in governance/archive/tables.py."""
    inside = {table.name for table in tables()}
    ours = {model._meta.label_lower for model in our_models()}
    assert ours - inside == set(LEFT_OUT)
    assert all(LEFT_OUT.values())


def test_no_secret_travels():
    """A column named as a secret is hidden, or its whole table is left out."""
    told = {
        f"{table.name}.{field.name}"
        for table in tables()
        for field in table.fields
        if any(word in field.name for word in ("password", "token", "secret", "session"))
    }
    assert told == set()
    assert SECRET.keys() <= {table.name for table in tables()}


def test_what_must_be_said_leads_to_what_travels():
    """A row that cannot live without another does not leave without it."""
    inside = {table.model for table in tables()}
    assert [
        f"{table.name}.{field.name}"
        for table in tables()
        for field in table.references
        if not field.null and field.related_model not in inside and "type" not in field.name
    ] == []


def test_shared_rows_are_those_the_convention_mentions(convention, labege):
    other = Organization.objects.create(name="Sans lien")
    selection = Selection(convention)
    organizations = selection.rows(Table(Organization))
    assert labege.organization_ptr in organizations
    assert other not in organizations


def test_an_overlap_is_kept_with_its_reasons(convention, archived, empty_place):
    pair = [make_action(convention, code=code) for code in ("A-1", "A-2")]
    Overlap.objects.create(first=pair[0], second=pair[1], score="0.91", reasons=["titre", "public"])
    path = archived(convention)
    empty_place()

    restore_archive(path)

    assert Overlap.objects.get().reasons == ["titre", "public"]
