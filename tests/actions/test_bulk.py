"""Many actions changed as one act: previewed, done by the verbs, undone as one."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.history.versions import versions
from actions.models import Action, BulkChange
from ctg.convention.models import JournalEntry
from tests.factories.actions import make_action
from tests.factories.ctg import make_commune, make_theme


@pytest.fixture
def two(convention):
    return [make_action(convention, code=code, pilot=convention.epci) for code in ("A-1", "A-2")]


def send(client, url, codes=("A-1", "A-2"), confirm=True, **data):
    data |= {"action": list(codes)} | ({"confirm": "1"} if confirm else {})
    return client.post(url("actions:bulk"), data, follow=True)


def undo(client, url):
    change = BulkChange.objects.get()
    return read(client.post(url("actions:bulk_undo", change.pk), follow=True))


def read(page):
    return page.content.decode().replace("\u00a0", " ")


def test_the_preview_says_what_would_change_and_writes_nothing(camille, convention, two, url):
    done = make_action(convention, code="A-3", status=Action.Status.DONE)

    page = read(send(camille, url, ["A-1", "A-2", "A-3"], confirm=False, status="lancer"))

    assert "Ce qui changera" in page
    assert "Une action « Réalisée » ne peut pas changer ainsi de statut." in page
    done.refresh_from_db()
    assert set(Action.objects.values_list("status", flat=True)) == {"todo", "done"}
    assert not JournalEntry.objects.exists()
    assert not BulkChange.objects.exists()


def test_done_in_one_act_with_a_line_of_journal_on_each_sheet(camille, two, url):
    send(camille, url, status="reporter", to="2099-01-31", reason="Travaux")

    for action in two:
        action.refresh_from_db()
        assert (action.status, action.ends_on) == ("postponed", date(2099, 1, 31))
    assert JournalEntry.objects.filter(verb="action.postponed").count() == 2
    assert BulkChange.objects.get().lines.count() == 2


def test_all_that_changed_of_a_sheet_is_one_version(camille, convention, two, url):
    theme = make_theme(convention, "Jeunesse")

    send(camille, url, status="lancer", add_themes=[theme.pk], starts_on="2022-01-01")

    version, _ = versions(two[0])
    assert {"thématiques", "début"} == {change.label for change in version.changes}


def test_what_a_status_asks_is_asked_at_its_field(camille, two, url):
    page = send(camille, url, status="reporter").content.decode()

    assert "Nouvelle date de fin</a> : Ce champ est obligatoire." in page
    assert not BulkChange.objects.exists()


def test_themes_communes_pilot_and_dates_change_together_and_come_back(
    camille, convention, labege, two, url
):
    old, new = make_theme(convention, "Enfance"), make_theme(convention, "Jeunesse")
    two[0].themes.add(old)
    send(
        camille,
        url,
        pilot=convention.caf.pk,
        add_themes=[new.pk],
        remove_themes=[old.pk],
        add_communes=[labege.pk],
        starts_on="2022-01-01",
        ends_on="2023-01-01",
    )
    two[0].refresh_from_db()
    assert (two[0].pilot, list(two[0].themes.all())) == (convention.caf, [new])
    assert (two[0].scope, list(two[0].communes.all())) == ("communes", [labege])
    assert (two[0].starts_on, two[0].ends_on) == (date(2022, 1, 1), date(2023, 1, 1))

    undo(camille, url)

    back = Action.objects.get(pk=two[0].pk)
    assert (back.pilot, list(back.themes.all())) == (convention.epci, [old])
    assert (back.scope, back.communes.count(), back.starts_on) == ("territory", 0, None)


def test_undo_leaves_what_somebody_changed_since_and_says_so(camille, convention, two, url):
    theme = make_theme(convention, "Jeunesse")
    send(camille, url, status="lancer", add_themes=[theme.pk])
    Action.objects.filter(code="A-1").update(status="done", progress=100)

    page = undo(camille, url)

    assert "Statut : changé depuis, laissé tel quel (Réalisée)." in page
    assert Action.objects.get(code="A-1").status == "done"
    assert Action.objects.get(code="A-2").status == "todo"
    assert not theme.actions.exists()


def test_undo_twice_is_refused(camille, two, url):
    send(camille, url, status="lancer")
    undo(camille, url)

    assert "déjà annulé" in undo(camille, url)


def test_an_action_archived_meanwhile_is_said_and_the_others_are_done(camille, two, url):
    Action.objects.filter(code="A-2").update(archived_at="2022-01-01T00:00Z")

    page = send(camille, url, confirm=False, status="lancer").content.decode()
    assert "Elle a été archivée entre-temps." in page

    send(camille, url, status="lancer")
    assert Action.objects.get(code="A-1").status == "ongoing"
    assert Action.objects.get(code="A-2").status == "todo"


def test_an_action_changed_since_the_preview_is_left_alone(camille, two, url):
    seen_at = camille.get(url("actions:bulk"), {"action": "A-1"}).context["seen_at"]
    two[0].save()

    send(camille, url, status="lancer", seen_at=seen_at)

    assert Action.objects.get(code="A-1").status == "todo"


def test_stale_codes_are_counted(camille, two, url):
    page = camille.get(url("actions:bulk"), {"action": ["A-1", "A-9"]})
    page = read(page)

    assert "1 action choisie" in page
    assert "1 code ne correspond à aucune action" in page


def test_all_that_match_the_filter(camille, convention, labege, two, url):
    make_action(convention, code="A-3", communes=[labege], scope="communes")

    page = camille.get(url("actions:bulk"), {"all": "1", "commune": labege.pk})

    assert [action.code for action in page.context["actions"]] == ["A-3"]


def test_all_that_match_the_query_of_the_table(camille, convention, labege, two, url):
    make_action(convention, code="A-3", communes=[labege], scope="communes")

    page = camille.get(
        url("actions:bulk"), {"all": "1", "query": f"commune={labege.pk}&vue=tableau"}
    )

    assert [action.code for action in page.context["actions"]] == ["A-3"]


def test_a_pilot_changes_her_own_actions_only(client_of, convention, two, url):
    make_action(convention, code="A-3", pilot=convention.caf)

    page = send(client_of("malik"), url, ["A-1", "A-3"], status="lancer")

    assert Action.objects.get(code="A-1").status == "ongoing"
    assert Action.objects.get(code="A-3").status == "todo"
    assert page.status_code == 200
    assert undo(client_of("malik"), url)
    assert Action.objects.get(code="A-1").status == "todo"


def test_dates_in_the_wrong_order_are_refused_action_by_action(camille, convention, url):
    make_action(convention, code="A-1", ends_on=date(2021, 1, 1))
    make_action(convention, code="A-2")

    page = send(camille, url, confirm=False, starts_on="2022-01-01").content.decode()

    assert "La fin doit suivre le début." in page
    assert "du 1er janvier 2022" in page


def test_the_last_commune_is_not_removed(camille, convention, labege, url):
    make_action(convention, code="A-1", communes=[labege], scope="communes")

    page = send(camille, url, ["A-1"], remove_communes=[labege.pk]).content.decode()

    assert "Il ne lui resterait aucune commune." in page


@pytest.mark.parametrize("count", [1, 3])
def test_bulk_list_query_count(camille, convention, url, count, django_assert_num_queries):
    for _ in range(count):
        BulkChange.objects.create(convention=convention, summary="lancer")

    with django_assert_num_queries(7):
        camille.get(url("actions:bulk_list"))


def test_as_many_queries_for_a_crowd_as_for_one(camille, convention, labege, url):
    theme, wanted = make_theme(convention, "Jeunesse"), {"status": "lancer"}
    wanted |= {"pilot": convention.caf.pk, "add_communes": labege.pk, "starts_on": "2022-01-01"}

    def counted(count, letter):
        codes = [f"{letter}-{n}" for n in range(count)]
        for code in codes:
            make_action(convention, code=code, pilot=convention.epci)
        BulkChange.objects.all().delete()
        with CaptureQueriesContext(connection) as made:
            send(camille, url, codes, add_themes=[theme.pk], **wanted)
        with CaptureQueriesContext(connection) as undone:
            undo(camille, url)
        return len(made), len(undone)

    counted(1, "F")  # the first time, content types are read
    assert counted(1, "U") == counted(9, "C")


def test_nothing_chosen_to_change_is_said(camille, two, url):
    assert "Choisissez au moins un changement" in send(camille, url).content.decode()


def test_communes_of_another_convention_are_not_choices(camille, two, url):
    elsewhere = make_commune("Loin")

    page = send(camille, url, add_communes=[elsewhere.pk]).content.decode()

    assert "Un champ est à corriger" in page
