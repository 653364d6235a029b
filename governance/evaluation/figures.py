"""The figures of the evaluation as tables: what its edition for the archives carries."""

from operator import attrgetter

from ctg.spreadsheets import Column, Kind, Sheet
from governance.evaluation.data import EvaluationData
from governance.frozen.tables import amounts, at, indicator_columns


def sheets(evaluation: EvaluationData) -> dict[str, Sheet]:
    outcomes = [outcome for stake in evaluation.stakes for outcome in stake.actions]
    return {
        "annees": Sheet("D’année en année", YEARS, evaluation.by_year),
        "actions": Sheet("Actions et leurs suites", _action_columns(evaluation.years), outcomes),
        "indicateurs": Sheet(
            "Indicateurs", indicator_columns(evaluation.years), evaluation.indicators
        ),
    }


YEARS = [
    Column("Année", attrgetter("year"), Kind.NUMBER),
    Column("Actions consolidées", attrgetter("actions"), Kind.NUMBER),
    Column("Avancement (%)", attrgetter("share_done"), Kind.NUMBER),
    Column("Communes ayant répondu", attrgetter("communes"), Kind.NUMBER),
    Column("Réunions", attrgetter("meetings"), Kind.NUMBER),
    Column("Décisions", attrgetter("decisions"), Kind.NUMBER),
    *amounts([("Bonus versé", "paid"), ("Dépenses", "spent")]),
]


def _action_columns(years: tuple[int, ...]) -> list[Column]:
    return [
        Column("Code", attrgetter("code")),
        Column("Action", attrgetter("title")),
        Column("Enjeu", attrgetter("number"), Kind.NUMBER),
        Column("Pilote", attrgetter("pilot")),
        Column("Statut", attrgetter("state_label")),
        *(
            Column(f"Avancement {year} (%)", at("shares", rank), Kind.NUMBER)
            for rank, year in enumerate(years)
        ),
        Column("Suite", attrgetter("decision_label")),
        Column("Motif", attrgetter("reason")),
    ]
