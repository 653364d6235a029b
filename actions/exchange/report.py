"""What an import did, or would do, as a sheet to keep or to send back to whom wrote the file."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from actions.exchange.preview import OUTCOMES
from actions.models import PlanImport
from ctg.spreadsheets import Column, Kind, Sheet

COLUMNS = [
    Column("Feuille", itemgetter("sheet"), width=20),
    Column("Ligne", itemgetter("row"), Kind.NUMBER, 8),
    Column("Résultat", itemgetter("outcome"), width=16),
    Column("Code", itemgetter("code"), width=10),
    Column("Action", itemgetter("title"), width=45),
    Column("Champ", itemgetter("label"), width=22),
    Column("Cellule", itemgetter("ref"), width=9),
    Column("Dans le fichier", itemgetter("said"), width=36),
    Column("Avant", itemgetter("before"), width=36),
    Column("Après", itemgetter("after"), width=36),
    Column("Laissé de côté parce que", itemgetter("problem"), width=50),
]
NO_CELL = dict.fromkeys(("label", "ref", "said", "before", "after", "problem"), "")


def report(sent: PlanImport) -> Sheet:
    return Sheet("Rapport d’import", COLUMNS, _rows(sent.preview))


def _rows(preview: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for line in preview.get("lines", ()):
        about = {name: line[name] for name in ("sheet", "row", "code", "title")}
        about["outcome"] = OUTCOMES[line["outcome"]][0].capitalize()
        if line["problem"] or not line["cells"]:
            yield NO_CELL | about | {"problem": line["problem"]}
        for cell in line["cells"]:
            yield NO_CELL | about | {key: cell.get(key, "") for key in NO_CELL}
