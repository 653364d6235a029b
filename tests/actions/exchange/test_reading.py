"""Plans in the shapes communities keep them in; each test builds its own workbook."""

import io
from datetime import datetime

import pytest
from openpyxl import Workbook

from actions.exchange.reading.vocabulary import level_of, recognise
from actions.exchange.reading.workbook import read_plan
from ctg.spreadsheets import read_workbook


def workbook(*sheets):
    """Each sheet: (name, rows, merged ranges)."""
    book = Workbook()
    book.remove(book.active)
    for name, rows, *merged in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        for area in merged:
            page.merge_cells(area)
    file = io.BytesIO()
    book.save(file)
    return file


def read(*sheets, chosen=None):
    return read_plan(read_workbook(workbook(*sheets), "plan.xlsx"), chosen or {})


def said(reading):
    """{field: text} of each action."""
    return [
        {
            key: "\n".join(str(one.value) for one in told if one.value is not None)
            for key, told in record.told.items()
        }
        for record in reading.records
    ]


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Intitulé de l'action", "title"),
        ("ACTIONS", "title"),
        ("N° de fiche", "code"),
        ("Porteur(s)", "pilot"),
        ("Porteur de l’action :", "pilot"),
        ("Maître d'ouvrage", "pilot"),
        ("Échéance", "calendar"),
        ("Calendrier prévisionnel de réalisation", "calendar"),
        ("Partenaires associés (internes et externes)", "contributors"),
        ("Co-pilote", "co_pilots"),
        ("Publics cibles", "audiences"),
        ("Axe stratégique", "stake"),
        ("Objectifs opérationnels", "operational_objective"),
        ("Objectif", "strategic_objective"),
        ("Indicateurs quantitatifs de suivi", "quantitative"),
        ("Indicateurs d'évaluation", "indicators"),
        ("Taux d’avancement", "progress"),
        ("Etat d'avancement", "status"),
        ("Elu(e) référent(e)", "elected_referent"),
        ("Intitule de laction", "title"),
        ("Communes concernées", "communes"),
        ("Résultats attendus de l’action", "expected_results"),
        ("En retard", "elsewhere"),
        ("Budget prévisionnel", "elsewhere"),
        ("Météo", ""),
        ("Une phrase qui parle de l’action menée avec tous les partenaires du territoire", ""),
    ],
)
def test_columns_are_recognised_by_their_synonyms(label, key):
    assert recognise(label)[0] == key


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Axe 1 : Petite enfance", "stake"),
        ("ENJEU N°2 – Jeunesse", "stake"),
        ("Orientation : vivre ensemble", "stake"),
        ("Objectif stratégique 1.2 – Accueillir", "strategic_objective"),
        ("OS1. Accueillir", "strategic_objective"),
        ("Objectif opérationnel 3 : Former", "operational_objective"),
        ("Axer le travail sur les jeunes", ""),
        ("Ouvrir un lieu", ""),
    ],
)
def test_lone_lines_announce_a_level(text, level):
    assert level_of(text) == level


def test_header_below_titles_and_a_logo_line():
    reading = read(
        (
            "Feuil1",
            [
                ["Communauté de communes du Val"],
                [],
                [None, "Plan d’action 2025-2029"],
                ["Mise à jour", datetime(2025, 1, 3)],
                [],
                ["N°", "Axe", "Intitulé de l'action", "Porteur", "Échéance", "Budget"],
                [1, "Petite enfance", "Ouvrir un RPE", "Sicoval", "Dernier trimestre 2025", 1200],
                [2, "Jeunesse", "Forum", "CCAS", 2026, None],
                ["TOTAL", None, None, None, None, 1200],
            ],
        )
    )
    assert said(reading) == [
        {
            "code": "1",
            "title": "Ouvrir un RPE",
            "pilot": "Sicoval",
            "calendar": "Dernier trimestre 2025",
            "stake": "Petite enfance",
        },
        {
            "code": "2",
            "title": "Forum",
            "pilot": "CCAS",
            "calendar": "2026",
            "stake": "Jeunesse",
        },
    ]
    assert [(h.label, h.key) for h in reading.headers][-1] == ("Budget", "")
    assert reading.records[0].told["title"][0].ref == "C7"


def test_merged_stakes_blank_objectives_and_actions_on_several_lines():
    reading = read(
        (
            "Plan",
            [
                ["Enjeu", "Objectif", "Action", "Partenaires", "Indicateurs"],
                ["1. Enfance", "Accueillir", "RPE", "Caf", "Nombre de places"],
                [None, None, None, "MSA", "Taux d’occupation"],
                [None, None, "LAEP", "Caf", None],
                [None, "Former", "Cycle", None, None],
                ["2. Jeunesse", None, "Forum", "PIJ", None],
            ],
            "A2:A5",
            "C2:C3",
        )
    )
    assert said(reading) == [
        {
            "title": "RPE",
            "contributors": "Caf\nMSA",
            "indicators": "Nombre de places\nTaux d’occupation",
            "stake": "1. Enfance",
            "strategic_objective": "Accueillir",
        },
        {
            "title": "LAEP",
            "contributors": "Caf",
            "stake": "1. Enfance",
            "strategic_objective": "Accueillir",
        },
        {"title": "Cycle", "stake": "1. Enfance", "strategic_objective": "Former"},
        {"title": "Forum", "contributors": "PIJ", "stake": "2. Jeunesse"},
    ]


def test_a_pilot_merged_over_several_actions_pilots_each():
    reading = read(
        ("Plan", [["Action", "Pilote"], ["A un", "Sicoval"], ["A deux"], ["A trois"]], "B2:B4")
    )
    assert [one["pilot"] for one in said(reading)] == ["Sicoval"] * 3


def test_section_lines_announce_stakes_and_objectives():
    reading = read(
        (
            "Plan d'actions",
            [
                ["Actions", "Pilote", "Statut"],
                ["AXE 1 : PETITE ENFANCE"],
                ["Objectif 1.1 : Accueillir mieux"],
                ["Ouvrir", "Sicoval", "En cours"],
                ["Sans rien d’autre"],
                ["AXE 2 : JEUNESSE"],
                ["Forum", "CCAS", "Fait"],
            ],
            "A2:C2",
            "A3:C3",
            "A6:C6",
        )
    )
    assert said(reading) == [
        {
            "title": "Ouvrir",
            "pilot": "Sicoval",
            "status": "En cours",
            "stake": "AXE 1 : PETITE ENFANCE",
            "strategic_objective": "Objectif 1.1 : Accueillir mieux",
        },
        {
            "title": "Sans rien d’autre",
            "stake": "AXE 1 : PETITE ENFANCE",
            "strategic_objective": "Objectif 1.1 : Accueillir mieux",
        },
        {"title": "Forum", "pilot": "CCAS", "status": "Fait", "stake": "AXE 2 : JEUNESSE"},
    ]


def test_one_sheet_per_stake():
    rows = [["Intitulé", "Pilote"], ["Ouvrir", "Sicoval"]]
    reading = read(
        ("Sommaire", [["Contenu du classeur"], ["Petite enfance"]]),
        ("Petite enfance", [["Axe"], [], *rows]),
        ("Jeunesse", rows),
    )
    assert [one["stake"] for one in said(reading)] == ["Petite enfance", "Jeunesse"]
    assert reading.notes == ["Feuille « Sommaire » : aucune action reconnue."]


def test_the_title_line_above_the_header_names_the_stake():
    reading = read(
        ("Feuil1", [["Axe 2 – Jeunesse"], ["Intitulé", "Pilote"], ["Forum", "Sicoval"]]),
    )
    assert said(reading)[0]["stake"] == "Axe 2 – Jeunesse"


def test_two_rows_of_header():
    reading = read(
        (
            "Plan",
            [
                ["Action", "Pilote", "Indicateurs", None, "Calendrier", None],
                [None, None, "Quantitatifs", "Qualitatifs", "Début", "Fin"],
                ["Forum", "Sicoval", "Nombre de jeunes", "Satisfaction", "2024", "2025"],
            ],
            "C1:D1",
            "E1:F1",
            "A1:A2",
        )
    )
    assert said(reading) == [
        {
            "title": "Forum",
            "pilot": "Sicoval",
            "quantitative": "Nombre de jeunes",
            "qualitative": "Satisfaction",
            "starts_on": "2024",
            "ends_on": "2025",
        }
    ]


def test_several_tables_below_each_other():
    reading = read(
        (
            "Plan",
            [
                ["Axe 1 : Enfance"],
                ["Action", "Pilote"],
                ["Ouvrir", "Caf"],
                [],
                ["Axe 2 : Jeunesse"],
                ["Pilote", "Action"],
                ["Sicoval", "Forum"],
            ],
        )
    )
    assert [(one["title"], one["pilot"], one["stake"]) for one in said(reading)] == [
        ("Ouvrir", "Caf", "Axe 1 : Enfance"),
        ("Forum", "Sicoval", "Axe 2 : Jeunesse"),
    ]


def test_a_table_on_its_side():
    reading = read(
        (
            "Plan",
            [
                ["Action", "Ouvrir", "Forum"],
                ["Pilote", "Caf", "Sicoval"],
                ["Échéance", "2025", "2026"],
                ["Public", "Parents", "Jeunes"],
            ],
        )
    )
    assert [(one["title"], one["pilot"]) for one in said(reading)] == [
        ("Ouvrir", "Caf"),
        ("Forum", "Sicoval"),
    ]


CARD = [
    ["CONVENTION TERRITORIALE GLOBALE"],
    ["Fiche action n° 3 : Ouvrir un lieu d’accueil"],
    ["Axe 1 : Petite enfance"],
    ["Objectif opérationnel", "Accueillir les familles"],
    ["Constats", "Peu de lieux"],
    [None, "Des familles isolées"],
    ["Porteur", "Sicoval", "Partenaires", "Caf / MSA"],
    [None, None, None, "CCAS de Ramonville"],
    ["Calendrier :", "Dernier trimestre 2025"],
    ["Indicateurs"],
    ["Quantitatifs", "Nombre de familles"],
    [None, "Nombre d’ouvertures"],
    ["Qualitatifs", "Satisfaction des parents"],
]


def test_numbered_cards_one_a_sheet():
    other = [["Intitulé de l'action", "Forum"], ["Pilote : CCAS"], ["Public", "Jeunes"]]
    reading = read(("Fiche 3", CARD), ("FA 4", other))
    first, second = said(reading)
    assert first == {
        "code": "3",
        "title": "Ouvrir un lieu d’accueil",
        "stake": "Axe 1 : Petite enfance",
        "operational_objective": "Accueillir les familles",
        "findings": "Peu de lieux\nDes familles isolées",
        "pilot": "Sicoval",
        "contributors": "Caf / MSA\nCCAS de Ramonville",
        "calendar": "Dernier trimestre 2025",
        "quantitative": "Nombre de familles\nNombre d’ouvertures",
        "qualitative": "Satisfaction des parents",
    }
    assert second == {"code": "4", "title": "Forum", "pilot": "CCAS", "audiences": "Jeunes"}


def test_cards_below_each_other_and_labels_above_their_values():
    reading = read(
        (
            "Fiches",
            [
                ["Fiche action 1"],
                ["Titre", "Forum"],
                ["Pilote", "Partenaires"],
                ["Sicoval", "Caf"],
                ["Description"],
                ["Un forum par an."],
                ["Avec les lycées."],
                [],
                ["Fiche action 2"],
                ["Titre", "Ouvrir"],
                ["Pilote", "Partenaires"],
                ["Caf", "MSA"],
            ],
        )
    )
    assert said(reading) == [
        {
            "code": "1",
            "title": "Forum",
            "pilot": "Sicoval",
            "contributors": "Caf",
            "description": "Un forum par an.\nAvec les lycées.",
        },
        {"code": "2", "title": "Ouvrir", "pilot": "Caf", "contributors": "MSA"},
    ]


def test_what_a_person_said_of_a_column_prevails():
    rows = [["Quoi", "Qui fait", "Météo"], ["Forum", "Sicoval", "Soleil"]]
    assert read(("Plan", rows)).records == []
    assert [h.label for h in read(("Plan", rows)).headers] == ["Quoi", "Qui fait", "Météo"]
    chosen = {"quoi": "title", "qui fait": "pilot", "meteo": ""}
    assert said(read(("Plan", rows), chosen=chosen)) == [{"title": "Forum", "pilot": "Sicoval"}]


def test_a_line_without_title_is_a_record_of_its_own_when_it_has_its_own_pilot():
    reading = read(("Plan", [["Action", "Pilote"], ["Forum", "Caf"], [None, "MSA"]]))
    assert said(reading) == [{"title": "Forum", "pilot": "Caf"}, {"pilot": "MSA"}]


def test_ticks_under_statuses_and_years():
    reading = read(
        (
            "Plan",
            [
                ["Action", "Pilote", "En cours", "Réalisé", 2023, 2024],
                ["Forum", "Caf", "X", None, "x", "✓"],
                ["Salon", "Caf", None, "x", None, 1500],
            ],
        )
    )
    assert said(reading) == [
        {"title": "Forum", "pilot": "Caf", "status": "En cours", "calendar": "2023\n2024"},
        {"title": "Salon", "pilot": "Caf", "status": "Réalisé"},
    ]


def test_a_cell_that_lists_actions_holds_as_many():
    reading = read(("Plan", [["Axe", "Actions"], ["Jeunesse", "- Forum\n- Salon"]]))
    assert [(one["title"], one["stake"]) for one in said(reading)] == [
        ("Forum", "Jeunesse"),
        ("Salon", "Jeunesse"),
    ]


def test_legends_totals_and_sources_are_no_actions():
    rows = [["Action", "Statut"], ["Forum", "En cours"], ["Source : comité"], ["Total", 3]]
    rows += [["Légende :"], ["En cours", "action commencée"]]
    assert [one["title"] for one in said(read(("Plan", rows)))] == ["Forum"]


def test_a_single_column_of_actions():
    assert len(read(("Plan", [["Actions"], ["Forum"], ["Salon"]])).records) == 2


def test_labels_of_a_card_that_the_plan_does_not_keep():
    reading = read(
        (
            "Fiche 1",
            [
                ["Titre", "Forum"],
                ["Pilote", "Caf"],
                ["Public", "Jeunes"],
                ["Budget prévisionnel", "12 000 €"],
                ["Avis du comité :", "Favorable"],
            ],
        )
    )
    (one,) = said(reading)
    assert (one["audiences"], one["title"]) == ("Jeunes", "Forum")
    assert [h.label for h in reading.headers if not h.key] == [
        "Budget prévisionnel",
        "Avis du comité",
    ]


def test_labels_in_bands_above_merged_values():
    reading = read(
        (
            "F1",
            [
                ["FICHE ACTION N°4"],
                ["Intitulé de l’action", None, "Thématique", None],
                ["Forum des jeunes", None, "Jeunesse", None],
                ["Pilote", None, "Partenaires", None],
                ["Sicoval", None, "Caf", None],
                [None, None, "MSA", None],
                ["Résultats attendus"],
                ["200 jeunes"],
            ],
            "A2:B2",
            "C2:D2",
            "A3:B3",
            "C3:D3",
        )
    )
    assert said(reading) == [
        {
            "code": "4",
            "title": "Forum des jeunes",
            "themes": "Jeunesse",
            "pilot": "Sicoval",
            "contributors": "Caf\nMSA",
            "expected_results": "200 jeunes",
        }
    ]


def test_stakes_in_the_column_of_numbers_or_in_capitals():
    numbered = read(
        (
            "Plan",
            [
                ["N°", "Action", "Pilote"],
                ["Axe 1", "Petite enfance"],
                [1, "Forum", "Caf"],
                ["Axe 2", "Jeunesse"],
                [2, "Salon", "Caf"],
            ],
        )
    )
    assert [(one["title"], one["stake"]) for one in said(numbered)] == [
        ("Forum", "Axe 1 : Petite enfance"),
        ("Salon", "Axe 2 : Jeunesse"),
    ]
    loud = read(
        ("Plan", [["Action", "Statut"], ["PETITE ENFANCE"], ["Forum", "Fait"], ["Salon", "Fait"]])
    )
    assert [(one["title"], one["stake"]) for one in said(loud)] == [
        ("Forum", "PETITE ENFANCE"),
        ("Salon", "PETITE ENFANCE"),
    ]
