"""The figures of a review as tables: what the archived PDF carries beside its pages."""

from operator import attrgetter

from ctg.spreadsheets import Column, Kind, Sheet
from governance.frozen.tables import amounts, at, indicator_columns
from governance.reviews.data import ReviewData

SCOPES = {None: "tout le territoire"}


def sheets(review: ReviewData) -> dict[str, Sheet]:
    kinds = review.funding.by_kind
    managers = review.funding.by_manager
    return {
        "actions": Sheet("Actions", ACTIONS, review.sheets),
        "indicateurs": Sheet("Indicateurs", indicator_columns(review.years), review.indicators),
        "communes": Sheet("Actions par commune", _commune_columns(review), review.territory.rows),
        "bonus-par-type": Sheet("Bonus territoire par type", BONUS, kinds.rows if kinds else ()),
        "bonus-par-gestionnaire": Sheet(
            "Bonus territoire par gestionnaire", BONUS, managers.rows if managers else ()
        ),
        "budgets": Sheet("Budget des actions par financeur", BUDGETS, review.funding.budgets),
    }


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
    *amounts(
        [("Prévu", "forecast"), ("Notifié", "notified"), ("Versé", "paid"), ("Reste dû", "due")]
    ),
]
BUDGETS = [
    Column("Financeur", attrgetter("label")),
    *amounts([("Prévu", "planned"), ("Accordé", "granted"), ("Réalisé", "spent")]),
]


def _commune_columns(review: ReviewData) -> list[Column]:
    return [
        Column("Commune", attrgetter("name")),
        *(
            Column(column.code, at("counts", rank), Kind.NUMBER)
            for rank, column in enumerate(review.territory.columns)
        ),
        Column("Total", attrgetter("total"), Kind.NUMBER),
    ]
