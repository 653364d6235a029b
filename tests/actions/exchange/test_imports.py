"""From a spreadsheet to the plan: seen first, written whole, undone whole."""

import io
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.exchange import services
from actions.exchange.exports import plan_sheet, whole_plan
from actions.models import Action, ActionPartner, PlanImport, Stake
from ctg.convention.models import JournalEntry, Organization
from ctg.spreadsheets import write
from tests.actions.exchange.conftest import book
from tests.factories.actions import make_action, make_campaign, make_contribution, make_indicator
from tests.factories.ctg import make_theme

HEADER = ["Enjeu", "Objectif", "Intitulé de l'action", "Porteur", "Échéance", "Statut"]


def line(sent, number=0):
    return sent.preview["lines"][number]


def cell(sent, key, number=0):
    return next(one for one in line(sent, number)["cells"] if one["key"] == key)


def test_a_preview_asks_as_many_queries_for_three_actions(territory):
    def asked(*titles):
        for title in titles:
            action = make_action(territory, title=title, scope="communes")
            action.communes.set(territory.communes)
        rows = [[title, "Auzielle", "Caf"] for title in titles]
        with CaptureQueriesContext(connection) as queries:
            services.look(territory, book(["Action", "Communes", "Pilote"], *rows), "plan.xlsx")
        return len(queries)

    assert asked("Forum") == asked("Salon", "Bal", "Bus")


def test_preview_writes_nothing(send, territory):
    sent = send(HEADER, ["Enfance", "Accueillir", "Ouvrir un RPE", "Sicoval", "2025", "En cours"])

    assert sent.preview["counts"] == {"created": 1, "changed": 0, "same": 0, "refused": 0}
    assert sent.preview["creates"] == {
        "Enjeux": ["1 · Enfance"],
        "Objectifs stratégiques": ["1.1 · Accueillir"],
        "Objectifs opérationnels": ["1.1.1 · Accueillir"],
    }
    assert cell(sent, "pilot") == {
        "key": "pilot",
        "label": "Pilote",
        "ref": "D2",
        "said": "Sicoval",
        "after": "Sicoval",
    }
    assert not territory.actions.exists() and not territory.stakes.exists()


def test_confirm_creates_the_plan(imported, territory):
    make_theme(territory, "Parentalité")
    imported(
        [*HEADER, "Thématique", "Communes", "Partenaires", "Indicateurs", "Public"],
        [
            *("1. Enfance", "Accueillir", "Ouvrir un RPE", "Sicoval"),
            *(datetime(2025, 6, 30), "En cours (phase 2)", "parentalite"),
            *("Ramonville St Agne, Castanet", "Caf / MSA\nCCAS Ramonville ; MJC, jeunes et arts"),
            *("- Nombre de places (cible : 12 places en 2025)\n- Satisfaction des parents", "Ados"),
        ],
        [None, None, "Former les élus", "CCAS de Castanet Tolosan", "Dernier trimestre 2025", None],
    )

    first, second = territory.actions.in_plan_order()
    assert (first.title, first.status, first.ends_on) == (
        "Ouvrir un RPE",
        "ongoing",
        date(2025, 6, 30),
    )
    assert [c.name for c in first.communes.order_by("name")] == [
        "Castanet-Tolosan",
        "Ramonville-Saint-Agne",
    ]
    assert {p.organization.name: p.role for p in first.partners.all()} == {
        "Sicoval": "pilot",
        "Caf 31": "contributor",
        "Mutualité sociale agricole Midi-Pyrénées Sud": "contributor",
        "CCAS de Ramonville-Saint-Agne": "contributor",
        "MJC, jeunes et arts": "contributor",
    }
    assert [str(theme) for theme in first.themes.all()] == ["Parentalité"]
    assert [str(audience) for audience in first.audiences.all()] == ["Ados"]
    assert [(i.title, i.nature, i.target) for i in first.indicators.all()] == [
        ("Nombre de places", "quantitative", 12),
        ("Satisfaction des parents", "qualitative", None),
    ]
    assert (second.calendar, second.ends_on) == ("Dernier trimestre 2025", None)
    assert second.stake == first.stake and second.stake.title == "Enfance"
    assert second.pilot.name == "CCAS de Castanet-Tolosan"
    assert JournalEntry.objects.filter(verb="action.created").count() == 2
    assert JournalEntry.objects.filter(verb="plan_import.applied").count() == 1


def test_the_same_file_again_changes_nothing(imported, send):
    rows = [
        [*HEADER, "Communes", "Partenaires", "Étapes", "Indicateurs", "Avancement (%)"],
        [
            *("1. Enfance", "Accueillir", "Ouvrir un RPE", "Un nouveau partenaire"),
            *("en continu", "Fait", "Ramonville", "Caf et MSA", "Réserver\n2) Inviter", "Taux", 80),
        ],
        ["Jeunesse", None, "Forum", None, "du 01/09/2024 au 30/06/2025", "Annulée"],
        ["Jeunesse", "Autre", "Forum", None, None, None],
    ]
    assert imported(*rows).preview["counts"]["created"] == 3
    again = send(*rows)
    assert [one["outcome"] for one in again.preview["lines"]] == ["same"] * 3
    assert again.preview["creates"] == {} and again.preview["refused_cells"] == 0


def test_an_existing_action_is_changed_field_by_field(imported, send, territory, cast):
    action = make_action(territory, title="Forum des jeunes", calendar="2024", status="todo")
    action.partners.create(organization=territory.epci, role="pilot")
    sent = send(
        ["Action", "Calendrier", "Pilote", "Statut"],
        ["FORUM DES JEUNES", "2025", "Caf", "Réalisée"],
    )

    changes = {c["key"]: (c["before"], c["after"], c["ref"]) for c in line(sent)["cells"]}
    assert changes == {
        "calendar": ("2024", "2025", "B2"),
        "pilot": ("Sicoval", "Caf 31", "C2"),
        "status": ("À venir", "Réalisée", "D2"),
        "title": ("Forum des jeunes", "FORUM DES JEUNES", "A2"),
    }
    services.confirm(sent, by=cast["camille"])
    action.refresh_from_db()
    assert (action.calendar, action.status, action.progress) == ("2025", "done", 100)
    assert action.partners.get().organization == territory.caf
    assert territory.journal.filter(verb="action.done").exists()


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("Statut", "Bof", "Statut « Bof » inconnu"),
        ("Fin", "31/02/2025", "n’est pas une date"),
        ("Avancement (%)", "150", "de 0 à 100"),
        ("Bloquée", "peut-être", "oui ou non"),
        ("Communes", "Bordeaux", "à préciser"),
        ("Origine", "martienne", "Origine"),
        ("Description", "x" * 60_000, "trop long"),
        ("Autres enjeux servis", "Inconnu", "n’est pas un enjeu"),
    ],
)
def test_a_cell_nobody_can_read_is_left_out_alone(send, column, value, words):
    sent = send(["Action", column], ["Forum", value[:32_000]])
    if column == "Description":
        assert line(sent)["outcome"] == "created"
        return
    refused = [one for one in line(sent)["cells"] if one.get("problem")]
    assert [one["ref"] for one in refused] == ["B2"]
    assert words in refused[0]["problem"]
    assert line(sent)["outcome"] == "created"


def test_a_line_without_title_is_refused(send):
    sent = send(["N°", "Action", "Pilote"], [1, "Forum", "Caf"], [2, None, "Caf"])
    assert [one["outcome"] for one in sent.preview["lines"]] == ["created", "refused"]
    assert line(sent, 1)["problem"] == "Il manque l’intitulé."


def test_dates_that_end_before_they_start(send):
    sent = send(["Action", "Début", "Fin"], ["Forum", datetime(2025, 1, 2), datetime(2024, 1, 2)])
    assert cell(sent, "ends_on")["problem"] == "La fin précède le début."


def test_a_forbidden_move_is_refused_at_its_cell(send, territory):
    make_action(territory, title="Forum", status="done")
    make_action(territory, title="Salon", status="todo")
    make_action(territory, title="Atelier", status="todo")
    sent = send(
        ["Action", "Statut"], ["Forum", "À venir"], ["Salon", "Reportée"], ["Atelier", "Abandonnée"]
    )
    problems = [one["cells"][0]["problem"] for one in sent.preview["lines"]]
    assert "ne peut pas devenir" in problems[0]
    assert "motif" in problems[1] and "motif" in problems[2]
    assert {one["outcome"] for one in sent.preview["lines"]} == {"refused"}


def test_ambiguous_names_are_asked_once_and_remembered(send, territory, cast):
    rows = (["Action", "Partenaires"], ["Forum", "CCAS"], ["Salon", "CCAS"])
    sent = send(*rows)
    (question,) = sent.preview["questions"]
    assert question["said"] == "CCAS" and question["refs"] == ["B2", "B3"]
    names = [name for _, name in question["choices"]]
    assert names == ["CCAS de Castanet-Tolosan", "CCAS de Ramonville-Saint-Agne"]

    chosen = Organization.objects.get(name="CCAS de Ramonville-Saint-Agne")
    services.explain(sent, {("organization", "ccas"): str(chosen.pk)})
    sent.refresh_from_db()
    assert sent.preview["questions"] == [] and sent.preview["refused_cells"] == 0
    services.confirm(sent, by=cast["camille"])
    assert ActionPartner.objects.filter(organization=chosen).count() == 2
    assert send(*rows).preview["counts"]["same"] == 2


def test_columns_mapped_by_hand_are_remembered(send, cast):
    rows = (["Quoi", "Qui fait"], ["Forum", "Caf"])
    sent = send(*rows)
    assert sent.preview["lines"] == []
    meanings = {("column", "quoi"): "title", ("column", "qui fait"): "pilot"}
    services.explain(sent, meanings)
    assert line(sent)["title"] == "Forum"
    assert line(send(*rows))["outcome"] == "created"


def test_a_plan_that_moved_since_the_preview_is_shown_again(send, territory, cast):
    sent = send(["Action", "Calendrier"], ["Forum", "2025"])
    make_action(territory, title="Forum")
    with pytest.raises(ValidationError, match="Le plan a changé"):
        services.confirm(sent, by=cast["camille"])
    sent.refresh_from_db()
    assert sent.preview["counts"]["changed"] == 1 and sent.state == PlanImport.State.DRAFT
    assert services.confirm(sent, by=cast["camille"]).state == PlanImport.State.APPLIED
    with pytest.raises(ValidationError, match="déjà fait"):
        services.confirm(sent, by=cast["camille"])


def test_undo_puts_everything_back(imported, send, territory, cast):
    known = make_action(territory, title="Salon", calendar="2024")
    make_indicator(known, "Visiteurs")
    rows = (
        [*HEADER, "Partenaires", "Indicateurs"],
        ["Neuf", "Neuf", "Forum", "Caf", "2025", "En cours", None, None],
        [None, None, "Salon", "Caf", "2026", "En cours", "MSA", "Nombre de stands"],
    )
    sent = imported(*rows)
    known.refresh_from_db()
    assert (known.calendar, known.status, known.pilot) == ("2026", "ongoing", territory.caf)

    services.undo(sent, by=cast["camille"])

    known = Action.objects.get(pk=known.pk)
    assert (known.calendar, known.status, known.pilot) == ("2024", "todo", None)
    assert [one.title for one in known.indicators.all()] == ["Visiteurs"]
    assert list(territory.actions.current()) == [known]
    assert not Stake.objects.current().filter(title="Neuf").exists()
    sent.refresh_from_db()
    assert (sent.state, sent.kept) == ("undone", [])

    imported(*rows)
    assert territory.actions.current().count() == 2
    assert Stake.objects.filter(title="Neuf").count() == 1


def test_undo_keeps_what_moved_since(imported, territory, cast):
    make_action(territory, title="Salon", calendar="2024")
    sent = imported(["Action", "Calendrier"], ["Forum", "2025"], ["Salon", "2025"], ["Bal", "2025"])
    forum, salon, ball = (territory.actions.get(title=t) for t in ("Forum", "Salon", "Bal"))
    forum.description = "Écrit depuis"
    forum.save()
    salon.calendar = "2027"
    salon.save()
    make_contribution(make_campaign(territory), ball, territory.epci)

    services.undo(sent, by=cast["camille"])

    sent.refresh_from_db()
    assert [kept.split(" : ")[1].rstrip(".") for kept in sent.kept[:3]] == [
        "modifiée depuis, elle reste au plan",
        "des contributions y répondent, elle reste au plan",
        "« Calendrier » a changé depuis et reste ainsi",
    ]
    assert territory.actions.current().count() == 3
    salon.refresh_from_db()
    assert salon.calendar == "2027"


def test_dropping_an_import(send, cast):
    sent = send(["Action", "Pilote"], ["Forum", "Caf"])
    services.drop(sent, by=cast["camille"])
    with pytest.raises(ValidationError):
        services.confirm(sent, by=cast["camille"])


def test_an_unreadable_file_leaves_nothing(territory, cast):
    with pytest.raises(ValidationError, match="n’est pas un classeur"):
        services.receive(territory, io.BytesIO(b"\x89PNG"), "photo.png", by=cast["camille"])
    assert not PlanImport.objects.exists()


def test_codes_already_taken_are_replaced_and_said(send, territory):
    make_action(territory, code="3", title="Une tout autre action")
    sent = send(["N°", "Action"], [3, "Forum"])
    assert line(sent)["code"] != "3"
    assert "Code déjà pris" in cell(sent, "code")["problem"]


def test_two_partners_in_the_pilot_cell(imported, territory):
    imported(["Action", "Porteur"], ["Forum", "Sicoval / Caf"])
    action = territory.actions.get()
    assert {p.organization.name: p.role for p in action.partners.all()} == {
        "Sicoval": "pilot",
        "Caf 31": "co_pilot",
    }


def test_whole_territory_in_words(imported, territory):
    imported(
        ["Action", "Territoire concerné"],
        ["A1", "Toutes les communes"],
        ["A2", "Ensemble du territoire"],
        ["A3", "Sicoval"],
        ["A4", "Auzielle et Auzeville"],
    )
    scopes = dict(territory.actions.values_list("title", "scope"))
    assert scopes == {"A1": "territory", "A2": "territory", "A3": "territory", "A4": "communes"}
    assert territory.actions.get(title="A4").communes.count() == 2


def test_a_number_before_the_title_is_its_code(imported, territory):
    imported(["Action", "Pilote"], ["1.1.2 Forum", "Caf"], ["Action 7 : Salon", "Caf"])
    assert set(territory.actions.values_list("code", "title")) == {
        ("1.1.2", "Forum"),
        ("7", "Salon"),
    }


# An export that comes back


@pytest.fixture
def forum(territory, labege):
    action = make_action(
        territory,
        title="Forum",
        pilot=territory.epci,
        communes=[labege],
        scope="communes",
        calendar="Dernier trimestre 2025",
        description="- un\n- deux",
        starts_on=date(2025, 9, 1),
        themes=[make_theme(territory)],
    )
    make_indicator(action, "Familles", target=120, unit="familles", target_year=2025)
    action.steps.create(title="Réserver", due_on=date(2025, 10, 1))
    return action


def back(territory, file, cast, name="plan.xlsx"):
    return services.receive(territory, file, name, by=cast["camille"])


@pytest.mark.parametrize("extension", ["xlsx", "ods", "csv"])
def test_an_export_that_comes_back_untouched_changes_nothing(forum, territory, cast, extension):
    file = io.BytesIO()
    export_as(extension, file, territory)
    sent = back(territory, file, cast, f"plan.{extension}")
    assert sent.preview["counts"] == {"created": 0, "changed": 0, "same": 1, "refused": 0}
    assert sent.preview["refused_cells"] == 0 and line(sent)["cells"] == []


def export_as(extension, file, territory):
    write(extension, file, plan_sheet(whole_plan(territory)))
    file.seek(0)


def test_edited_cells_and_only_they_come_back(forum, edited, territory, cast):
    sent = back(
        territory,
        edited({"Action": "Grand forum", "Calendrier": None, "Fin": date(2026, 1, 31)}),
        cast,
    )
    changes = {c["key"]: (c["before"], c["after"]) for c in line(sent)["cells"]}
    assert changes == {
        "title": ("Forum", "Grand forum"),
        "calendar": ("Dernier trimestre 2025", "vide"),
        "ends_on": ("vide", "31 janvier 2026"),
    }
    services.confirm(sent, by=cast["camille"])
    forum.refresh_from_db()
    assert (forum.title, forum.calendar, forum.ends_on) == ("Grand forum", "", date(2026, 1, 31))


def test_what_changed_here_meanwhile_is_refused_cell_by_cell(forum, edited, territory, cast):
    file = edited(
        {"Calendrier": "2026", "Description": "Autre", "Contact chez le pilote": "Accueil"}
    )
    forum.calendar = "2027"
    forum.pilot_contact = "Accueil"
    forum.elected_referent = "Vice-présidence"
    forum.save()

    sent = back(territory, file, cast)

    assert "2027" in cell(sent, "calendar")["problem"]
    assert cell(sent, "description")["after"] == "Autre"
    assert {one["key"] for one in line(sent)["cells"]} == {"calendar", "description"}
    services.confirm(sent, by=cast["camille"])
    forum.refresh_from_db()
    assert (forum.calendar, forum.description) == ("2027", "Autre")
    assert forum.elected_referent == "Vice-présidence"


def test_moving_to_another_objective_by_the_export(forum, edited, territory, cast):
    sent = back(territory, edited({"Objectif opérationnel": "9 · Tout autre chose"}), cast)
    assert sent.preview["creates"] == {"Objectifs opérationnels": ["9 · Tout autre chose"]}
    services.confirm(sent, by=cast["camille"])
    forum.refresh_from_db()
    assert forum.operational_objective.title == "Tout autre chose"
    assert forum.operational_objective.strategic_objective.stake.code == "1"


def test_nothing_leaves_a_list_of_indicators(forum, edited, territory, cast):
    sent = back(territory, edited({"Indicateurs quantitatifs": "Jeunes"}), cast)
    problem = next(c["problem"] for c in line(sent)["cells"] if c.get("problem"))
    assert "Familles" in problem
    services.confirm(sent, by=cast["camille"])
    assert {one.title for one in forum.indicators.all()} == {"Familles", "Jeunes"}


def test_the_export_of_another_convention_is_a_plain_file(forum, edited, cast):
    elsewhere = cast["noa"].memberships.get().convention
    sent = services.receive(elsewhere, edited({}), "plan.xlsx", by=cast["noa"])
    assert sent.preview["counts"]["created"] == 1


def test_the_numbers_of_another_site_are_not_ours(forum, edited, territory, cast):
    """The same identifier, but neither the code nor the title of our action."""
    file = edited({})
    type(forum).objects.filter(pk=forum.pk).update(code="Z-1", title="Rien à voir avec cela")
    sent = back(territory, file, cast)
    assert sent.preview["counts"]["created"] == 1
    assert line(sent)["known"] is False


def test_the_export_of_elsewhere_twice_changes_nothing(forum, edited, cast):
    elsewhere = cast["noa"].memberships.get().convention
    services.confirm(
        services.receive(elsewhere, edited({}), "plan.xlsx", by=cast["noa"]), by=cast["noa"]
    )
    sent = services.receive(elsewhere, edited({}), "plan.xlsx", by=cast["noa"])
    assert sent.preview["counts"]["same"] == 1
