"""Any workbook to records: each sheet is a table, a table on its side, or cards."""

import re
from collections.abc import Collection, Iterable, Mapping

from actions.exchange.reading.cards import is_turned, label_columns, read_cards
from actions.exchange.reading.header import COMMUNE_TO_TICK, Columns, Recognise, find_columns
from actions.exchange.reading.records import Header, Reading
from actions.exchange.reading.tables import read_table
from actions.exchange.reading.vocabulary import SYNONYMS, level_of, recognise
from actions.exchange.words import folded
from ctg.spreadsheets import Grid

GENERAL_NAMES = re.compile(
    r"^(feuil(le)?|sheet|tabelle|page|onglet)?\s*\d*$|plan|action|tableau|ctg|fiche|suivi|"
    r"import|export|donnees|classeur|annexe|synthese|bilan|recap",
)
LABELS_OF_A_CARD = 3


def read_plan(
    grids: list[Grid], chosen: Mapping[str, str], communes: Collection[str] = ()
) -> Reading:
    """``chosen``: what a person said of some labels, folded label → field or "" for none.

    ``communes``: their names; a column that bears one is to tick.
    """
    places = {folded(name) for name in communes}

    def named(label: str) -> tuple[str, int]:
        said = chosen.get(folded(label))
        if said is None:
            return recognise(label)
        return (said, 100) if said in SYNONYMS else ("", 0)

    def across(label: str) -> tuple[str, int]:
        return (COMMUNE_TO_TICK, 100) if folded(label) in places else named(label)

    reading = Reading()
    tables = {grid.name: find_columns(grid, across) for grid in grids}
    several = sum(columns is not None for columns in tables.values()) > 1
    for grid in grids:
        _read_sheet(grid, tables[grid.name], named, across, reading, several)
        if grid.is_cut:
            reading.notes.append(
                f"Feuille « {grid.name} » : la lecture s’arrête après mille lignes vides."
            )
    return reading


def _read_sheet(
    grid: Grid,
    columns: Columns | None,
    named: Recognise,
    across: Recognise,
    reading: Reading,
    several: bool,
) -> None:
    """``named`` tells the label of a card, ``across`` that of a column."""
    labels = max(label_columns(grid, named).values(), default=0)
    if labels >= LABELS_OF_A_CARD and labels > (columns.count if columns else 0):
        if is_turned(grid, named):
            grid = grid.transposed()
            columns = find_columns(grid, across)
        else:
            columns = None
            records, headers = read_cards(grid, named)
    if columns:
        stake = _stake_of_the_sheet(grid, several) if not columns.of("stake") else ""
        records, headers = read_table(grid, columns, across, stake=stake)
    elif labels < LABELS_OF_A_CARD:
        records, headers = [], list(_unknown_header(grid))
    if not records:
        reading.notes.append(f"Feuille « {grid.name} » : aucune action reconnue.")
    reading.records += records
    reading.headers += headers


def _stake_of_the_sheet(grid: Grid, several: bool) -> str:
    """Its name, when it says one: « Axe 2 – Jeunesse », or « Jeunesse » among other sheets."""
    if level_of(grid.name):
        return grid.name
    return grid.name if several and not GENERAL_NAMES.search(folded(grid.name)) else ""


def _unknown_header(grid: Grid) -> Iterable[Header]:
    """The first row with most words, so that a person can say what its columns are."""
    texts = [
        [(column, value) for column, value in enumerate(cells) if isinstance(value, str)]
        for cells in grid.rows[:20]
    ]
    for column, label in max(texts, key=len, default=[]):
        row = next(index for index, found in enumerate(texts) if (column, label) in found)
        sample = grid.own(row + 1, column)
        yield Header(grid.name, label, "", "" if sample is None else str(sample))
