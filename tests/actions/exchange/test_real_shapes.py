"""Workbooks as they come: what each says of its actions once everything is read."""

import io
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.exchange.reading.workbook import read_plan
from actions.exchange.services import look
from ctg.spreadsheets import Grid, Unreadable, read_workbook
from tests.actions.exchange.test_reading import workbook
from tests.factories.ctg import make_organization


@pytest.fixture
def understood(territory):
    """understood(*sheets) → {title: {field: what it will say}} of each action."""

    def reading(*sheets, file=None, name="plan.xlsx"):
        preview, _ = look(territory, file or workbook(*sheets), name)
        return {
            line["title"]: {
                cell["key"]: f"? {cell['problem']}" if cell.get("problem") else cell["after"]
                for cell in line["cells"]
            }
            for line in preview["lines"]
        }

    return reading


def one_sheet(understood, *rows_and_merges):
    return understood(("Plan", *rows_and_merges))


def test_roles_and_years_below_one_heading(understood):
    actions = one_sheet(
        understood,
        [
            ["CTG 2025-2029"],
            [],
            ["N°", "Enjeux", "Actions", "Acteurs", None, "Calendrier", None, "Évaluation", None],
            [
                *(None, None, None, "Pilote(s)", "Partenaires associés", "2025", "2026"),
                *("Quantitatif", "Qualitatif"),
            ],
            ["1.1", "Enfance", "Relais", "Sicoval", "Caf, MSA / PMI", "X", "X", "Séances", "Joie"],
            ["1.2", None, "Urgence", "Ramonville", "Caf", None, "X", "10 places", None],
        ],
        *("B5:B6", "D3:E3", "F3:G3", "H3:I3"),
    )
    assert actions["Relais"]["calendar"] == "Calendrier 2025 – Calendrier 2026"
    assert "PMI (nouveau)" in actions["Relais"]["contributors"]
    assert (actions["Relais"]["quantitative"], actions["Relais"]["qualitative"]) == (
        "Séances",
        "Joie",
    )
    assert actions["Urgence"]["pilot"] == "Ramonville-Saint-Agne"
    assert actions["Urgence"]["operational_objective"].startswith("1 · Enfance")


def test_indicators_with_their_target_beside_them(understood):
    actions = one_sheet(
        understood,
        [
            ["Action", "Indicateurs quantitatifs", None, None, "Indicateurs qualitatifs"],
            [None, "Indicateur", "Cible", "Réalisé", None],
            ["LAEP", "Séances", 40, 12, "Ambiance"],
            [None, "Familles", 60, 30, "Liens"],
            ["RPE", "Ateliers", 20, None, None],
        ],
        *("B1:D1", "A3:A4"),
    )
    assert actions["LAEP"] == {
        "operational_objective": actions["LAEP"]["operational_objective"],
        "quantitative": "Séances (cible : 40)\nFamilles (cible : 60)",
        "qualitative": "Ambiance\nLiens",
    }
    assert actions["RPE"]["quantitative"] == "Ateliers (cible : 20)"
    flat = one_sheet(understood, [["Action", "Indicateur", "Cible"], ["LAEP", "Séances", 40]])
    assert flat["LAEP"]["quantitative"] == "Séances (cible : 40)"
    public = one_sheet(understood, [["Action", "Pilote", "Cible"], ["LAEP", "Caf", "Parents"]])
    assert public["LAEP"]["audiences"] == "Parents (nouveau)"


def test_communes_across_to_tick(understood):
    actions = one_sheet(
        understood,
        [
            ["Action", "Pilote", "Auzielle", "Ramonville-Saint-Agne", "Castanet-Tolosan"],
            ["Café", "Caf", "X", None, "x"],
            ["Fête", "Caf", None, None, None],
        ],
    )
    assert set(actions["Café"]["communes"].split(", ")) == {"Auzielle", "Castanet-Tolosan"}
    assert "communes" not in actions["Fête"]


def test_a_commune_in_a_card_is_a_value(understood):
    actions = understood(
        (
            "FA 3",
            [
                ["Intitulé de l’action"],
                ["Micro-crèche"],
                ["Pilote", "Partenaires"],
                ["Auzielle", "Caf\nPMI"],
                ["Calendrier"],
                ["2026"],
            ],
        )
    )
    assert actions["Micro-crèche"]["pilot"] == "Auzielle"


@pytest.mark.parametrize(
    ("said", "status", "progress"),
    [
        (0.3, "En cours", "30"),
        ("Réalisé à 50 %", "En cours", "50"),
        ("Réalisé à 100%", "Réalisée", "100"),
        ("À poursuivre", "En cours", None),
        ("Partiellement", "En cours", None),
        ("Reporté en 2026", "Reportée", None),
        ("🔴 Non démarré", "À venir", None),
        ("RÉALISÉE", "Réalisée", None),
        ("Pas fait", "À venir", None),
    ],
)
def test_statuses_as_people_write_them(understood, said, status, progress):
    (action,) = one_sheet(understood, [["Action", "État d'avancement"], ["Forum", said]]).values()
    assert (action["status"], action.get("progress")) == (status, progress)


def test_one_is_the_whole_where_others_are_fractions(understood):
    shares = [["Action", "Avancement (%)"], ["Un", 0.5], ["Deux", 1]]
    percents = [["Action", "Avancement (%)"], ["Un", 50], ["Deux", 1]]
    assert one_sheet(understood, shares)["Deux"]["progress"] == "100"
    assert one_sheet(understood, percents)["Deux"]["progress"] == "1"


def test_dates_in_every_dress(understood):
    actions = one_sheet(
        understood,
        [
            ["Action", "Date de début", "Date de fin", "Échéance"],
            ["Excel", datetime(2025, 1, 1), datetime(2025, 12, 31), None],
            ["Série", 45658, "46022", None],
            ["Texte", "1er sept. 2025", "30/06/26", None],
            ["Mots", None, None, "Dernier trimestre 2025"],
            ["Année", 2025, 2027, None],
        ],
    )
    assert actions["Excel"]["ends_on"] == actions["Série"]["ends_on"] == "31 décembre 2025"
    assert actions["Texte"]["starts_on"] == "1er septembre 2025"
    assert actions["Mots"]["calendar"] == "Dernier trimestre 2025"
    assert actions["Année"]["calendar"] == "2025 – 2027"


def test_idem_repeats_the_cell_above(understood):
    actions = one_sheet(
        understood,
        [
            ["Axe", "Action", "Pilote", "Échéance"],
            ["Enfance", "Un", "Caf", "2025"],
            ['"', "Deux", "idem", "Idem"],
            ["//", "Trois", '"', "-"],
        ],
    )
    assert {a["operational_objective"][:11] for a in actions.values()} == {"1 · Enfance"}
    assert {action["pilot"] for action in actions.values()} == {actions["Un"]["pilot"]}
    assert [action.get("calendar") for action in actions.values()] == ["2025", "2025", None]


def test_footnotes_totals_and_repeated_headers_are_no_actions(understood):
    head = ["Thème", None, "Action", None, "Maître d'ouvrage", None, "Coût"]
    actions = one_sheet(
        understood,
        [
            head,
            ["Enfance", None, "Forum*", None, "Sicoval", None, 1000],
            ["Sous-total", None, None, None, None, None, 1000],
            head,
            ["Jeunesse", None, "PIJ", None, "Auzeville", None, 500],
            ["TOTAL", None, None, None, None, None, 1500],
            ["* sous réserve de financement"],
            ["Mis à jour le 12/03/2025"],
        ],
    )
    assert list(actions) == ["Forum*", "PIJ"]


def test_names_as_people_write_them(understood, territory):
    territory.organizations.add(make_organization("Département 31", short_name="CD 31"))
    actions = one_sheet(
        understood,
        [
            ["Action", "Responsable", "Financeurs", "Territoire"],
            ["Un", "Mme Dupont (Sicoval)", "Caf (60 %), CD31 (20 %)", "Ramonvile"],
            ["Deux", "Mme Martin", "Fondation (10 %)", "Castanet-Tolozan et Auzeville"],
        ],
    )
    assert "Sicoval" in actions["Un"]["pilot"] and "nouveau" not in actions["Un"]["pilot"]
    assert actions["Un"]["funders"].endswith("Département 31")
    assert actions["Un"]["communes"] == "Ramonville-Saint-Agne"
    assert "à préciser" in actions["Deux"]["pilot"]  # a person is no organisation
    assert actions["Deux"]["funders"] == "Fondation (nouveau)"
    communes = set(actions["Deux"]["communes"].split(", "))
    assert communes == {"Auzeville-Tolosane", "Castanet-Tolosan"}


def test_two_cards_with_two_labels_a_row(understood):
    def card(number, title, pilot):
        return [
            [f"FICHE ACTION N°{number}", None, "Intitulé :", title],
            ["Pilote :", pilot, "Échéance :", "2026"],
            ["Public :", "Parents", "Description :", "Une rencontre"],
            [],
        ]

    actions = understood(("Fiches", card(1, "Café", "Caf") + card(2, "Bus", "Auzielle")))
    assert (actions["Bus"]["pilot"], actions["Bus"]["calendar"]) == ("Auzielle", "2026")
    assert list(actions) == ["Café", "Bus"]


def test_a_list_in_one_line_with_semicolons(understood):
    rows = [["Action", "Indicateurs"], ["Café", "Nombre de familles ; nombre de séances"]]
    assert one_sheet(understood, rows)["Café"]["quantitative"] == (
        "Nombre de familles\nnombre de séances"
    )


def test_a_french_csv_with_quotes_and_breaks(understood):
    text = (
        "Plan d’actions CTG;;;\r\n;;;\r\n"
        '"N° fiche";"Libellé de l\'action";"Pilote(s)";"Partenaires\r\nassociés"\r\n'
        '1;"Créer un ""guichet"" d’accueil";Mairie d’Auzielle;"Caf\r\nMSA"\r\n'
    )
    actions = understood(file=io.BytesIO(text.encode("cp1252")), name="plan.csv")
    (action,) = actions.values()
    assert list(actions) == ['Créer un "guichet" d’accueil']
    assert action["pilot"] == "Auzielle" and action["contributors"].count(",") == 1


WORDS = st.sampled_from(
    "Action Pilote Enjeu Axe Statut Échéance Indicateurs Cible 2025 X idem Total Caf".split()
)
CELLS = st.none() | WORDS | st.text(max_size=30) | st.integers() | st.floats() | st.datetimes()


@given(st.lists(st.lists(CELLS, max_size=8), max_size=12))
@settings(max_examples=150, deadline=None)
def test_no_grid_whatsoever_makes_the_reader_fail(rows):
    reading = read_plan([Grid("Plan", rows)], {}, ["Labège", "Auzielle"])
    assert all(record.told for record in reading.records)


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]),
    st.sampled_from(["plan.xlsx", "plan.ods", "plan.csv", "plan.txt", "plan"]),
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_file_whatsoever_does_anything_but_read_or_be_refused(content, start, name):
    try:
        grids = read_workbook(io.BytesIO(start + content), name)
    except Unreadable as refusal:
        assert str(refusal).endswith((".", "…"))
    else:
        assert grids
