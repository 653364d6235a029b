"""The figures of a review as tables: what the archived PDF carries beside its pages."""

from collections.abc import Callable, Iterable
from io import BytesIO
from operator import attrgetter
from typing import Any

from ctg.pdf.archive import Attachment
from ctg.spreadsheets import Column, Kind, Sheet, write
from governance.reviews.data import ReviewData

SCOPES = {None: "tout le territoire"}


def attachments(review: ReviewData) -> list[Attachment]:
    """One CSV a table; a table without a row is left out."""
    return [
        Attachment(f"{name}.csv", f"{sheet.title} — {review.title}", "text/csv", _csv(sheet))
        for name, sheet in sheets(review).items()
        if sheet.rows
    ]


def sheets(review: ReviewData) -> dict[str, Sheet]:
    kinds = review.funding.by_kind
    managers = review.funding.by_manager
    return {
        "actions": Sheet("Actions", ACTIONS, review.sheets),
        "indicateurs": Sheet("Indicateurs", _indicator_columns(review), review.indicators),
        "communes": Sheet("Actions par commune", _commune_columns(review), review.territory.rows),
        "bonus-par-type": Sheet("Bonus territoire par type", BONUS, kinds.rows if kinds else ()),
        "bonus-par-gestionnaire": Sheet(
            "Bonus territoire par gestionnaire", BONUS, managers.rows if managers else ()
        ),
        "budgets": Sheet("Budget des actions par financeur", BUDGETS, review.funding.budgets),
    }


def _csv(sheet: Sheet) -> bytes:
    target = BytesIO()
    write("csv", target, sheet)
    return target.getvalue()


def _columns(kind: Kind, fields: Iterable[tuple[str, str]]) -> list[Column]:
    return [Column(label, attrgetter(name), kind) for label, name in fields]


ACTIONS = [
    Column("Code", attrgetter("line.code")),
    Column("Action", attrgetter("line.title")),
    Column("Enjeu", attrgetter("number"), Kind.NUMBER),
    Column("Objectif", attrgetter("objective")),
    Column("Pilote", attrgetter("line.pilot")),
    Column("Statut", attrgetter("line.state_label")),
    Column("Avancement (%)", attrgetter("line.progress"), Kind.NUMBER),
    Column("Bloquée", attrgetter("line.is_blocked"), Kind.YES_NO),
    Column("Consolidée", attrgetter("line.is_consolidated"), Kind.YES_NO),
    Column("Communes", lambda s: SCOPES.get(s.line.communes, s.line.communes)),
]
BONUS = [
    Column("Libellé", attrgetter("label")),
    Column("Équipements", attrgetter("facilities"), Kind.NUMBER),
    *_columns(
        Kind.MONEY,
        [("Prévu", "forecast"), ("Notifié", "notified"), ("Versé", "paid"), ("Reste dû", "due")],
    ),
]
BUDGETS = [
    Column("Financeur", attrgetter("label")),
    *_columns(Kind.MONEY, [("Prévu", "planned"), ("Accordé", "granted"), ("Réalisé", "spent")]),
]


def _indicator_columns(review: ReviewData) -> list[Column]:
    return [
        Column("Action", attrgetter("action")),
        Column("Indicateur", attrgetter("title")),
        Column("Type", attrgetter("kind")),
        Column("Unité", attrgetter("unit")),
        Column("Départ", attrgetter("baseline"), Kind.NUMBER),
        *(
            Column(str(year), _at("values", rank), Kind.NUMBER)
            for rank, year in enumerate(review.years)
        ),
        Column("Cible", attrgetter("target"), Kind.NUMBER),
        Column("Année de la cible", attrgetter("target_year"), Kind.NUMBER),
    ]


def _commune_columns(review: ReviewData) -> list[Column]:
    return [
        Column("Commune", attrgetter("name")),
        *(
            Column(column.code, _at("counts", rank), Kind.NUMBER)
            for rank, column in enumerate(review.territory.columns)
        ),
        Column("Total", attrgetter("total"), Kind.NUMBER),
    ]


def _at(field: str, rank: int) -> Callable[[Any], Any]:
    return lambda row: getattr(row, field)[rank]
