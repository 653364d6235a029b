"""Open data: each file and its columns, said once for the page, the catalogue and the file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actions.progress import STATE_LABELS
from actions.publication.contents import (
    PublicAction,
    public_action,
    public_indicators,
    published_actions,
)
from ctg.collation import in_french
from ctg.convention.models import Commune, Convention
from ctg.spreadsheets import Kind
from governance.models import PublicSite

BETWEEN = " | "
TYPES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "date": "date",
    "boolean": "oui ou non",
    "array": "liste",
}


@dataclass(frozen=True)
class Field:
    """``type`` as Table Schema names it; a list is joined by BETWEEN in a CSV."""

    name: str
    description: str
    value: Callable[[Any], Any]
    type: str = "string"

    @property
    def type_label(self) -> str:
        return TYPES[self.type]

    @property
    def kind(self) -> Kind:
        kinds = {"integer": Kind.NUMBER, "number": Kind.NUMBER, "date": Kind.DATE}
        return kinds.get(self.type, Kind.TEXT)

    def plain(self, row: Any) -> Any:
        """As a cell says it."""
        value = self.value(row)
        if isinstance(value, tuple):
            return BETWEEN.join(value)
        return value.normalize() if isinstance(value, Decimal) else value


@dataclass(frozen=True)
class CommuneLine:
    commune: Commune
    states: dict[str, int]

    @property
    def count(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True)
class Dataset:
    name: str
    title: str
    description: str
    formats: tuple[str, ...]
    fields: tuple[Field, ...]
    rows: Callable[[Convention], Iterable[Any]]
    schema: str = ""

    def is_offered(self, site: PublicSite) -> bool:
        return self.name != GRANTS.name or site.shows_grants


def _actions(convention: Convention) -> Iterator[PublicAction]:
    actions = published_actions(convention).iterator(chunk_size=500)
    return (public_action(action) for action in actions)


def _figures(convention: Convention) -> Iterator[tuple]:
    """(indicator, year, value) of each known figure."""
    for indicator in public_indicators(published_actions(convention)):
        for year, value in indicator.values.items():
            yield indicator, year, value


def commune_lines(convention: Convention) -> list[CommuneLine]:
    """Each commune of the territory with the published actions that name it, by state."""
    states: dict[int, dict[str, int]] = {}
    named = published_actions(convention).filter(communes__isnull=False).order_by()
    for commune, is_late, status in named.values_list("communes", "is_late", "status"):
        counts = states.setdefault(commune, dict.fromkeys(STATE_LABELS, 0))
        counts["late" if is_late else status] += 1
    return [
        CommuneLine(commune, states.get(commune.pk, dict.fromkeys(STATE_LABELS, 0)))
        for commune in convention.communes.order_by(in_french("name"))
    ]


STATE_NAMES = {
    "done": "realisees",
    "ongoing": "en_cours",
    "late": "en_retard",
    "todo": "a_venir",
    "postponed": "reportees",
    "abandoned": "abandonnees",
}


def _state(state: str) -> Callable[[CommuneLine], int]:
    return lambda line: line.states[state]


ACTIONS = Dataset(
    "actions",
    "Les actions",
    "Une ligne par action publiée, dans l’ordre du plan.",
    ("csv", "json"),
    (
        Field("code", "Code de l’action dans le plan", lambda a: a.code),
        Field("intitule", "Intitulé", lambda a: a.title),
        Field("enjeu_code", "Code de l’enjeu", lambda a: a.stake.code),
        Field("enjeu", "Enjeu", lambda a: a.stake.title),
        Field(
            "objectif_strategique_code",
            "Code de l’objectif stratégique",
            lambda a: a.strategic.code,
        ),
        Field("objectif_strategique", "Objectif stratégique", lambda a: a.strategic.title),
        Field(
            "objectif_operationnel_code",
            "Code de l’objectif opérationnel",
            lambda a: a.operational.code,
        ),
        Field("objectif_operationnel", "Objectif opérationnel", lambda a: a.operational.title),
        Field("description", "Description", lambda a: a.description),
        Field("resultats_attendus", "Résultats attendus", lambda a: a.expected_results),
        Field(
            "statut",
            "À venir, En cours, Réalisée, Reportée ou Abandonnée",
            lambda a: a.status_label,
        ),
        Field(
            "en_retard",
            "Vrai quand une date prévue est passée sans que l’action soit réalisée ni abandonnée",
            lambda a: a.is_late,
            "boolean",
        ),
        Field("avancement", "Avancement, de 0 à 100 %", lambda a: a.progress, "integer"),
        Field("origine", "Nouvelle, reconduite ou renforcée", lambda a: a.origin),
        Field("thematiques", "Thématiques", lambda a: a.themes, "array"),
        Field("publics", "Publics visés", lambda a: a.audiences, "array"),
        Field(
            "tout_le_territoire",
            "Vrai quand l’action concerne toutes les communes",
            lambda a: a.is_everywhere,
            "boolean",
        ),
        Field(
            "communes",
            "Noms des communes concernées",
            lambda a: tuple(c.name for c in a.communes),
            "array",
        ),
        Field(
            "communes_insee",
            "Codes Insee de ces communes",
            lambda a: tuple(c.insee_code for c in a.communes),
            "array",
        ),
        Field("pilote", "Organisme pilote", lambda a: a.pilot),
        Field("partenaires", "Autres organismes associés", lambda a: a.partners, "array"),
        Field("debut", "Date de début", lambda a: a.starts_on, "date"),
        Field("fin", "Date de fin prévue", lambda a: a.ends_on, "date"),
        Field("calendrier", "Calendrier en clair", lambda a: a.period),
        Field("mise_a_jour", "Dernière mise à jour", lambda a: a.updated_on, "date"),
    ),
    _actions,
)
FIGURES = Dataset(
    "indicateurs",
    "Les chiffres des actions",
    "Une ligne par indicateur et par année connue, pour tout le territoire.",
    ("csv", "json"),
    (
        Field("action_code", "Code de l’action", lambda row: row[0].action_code),
        Field("indicateur", "Ce qui est mesuré", lambda row: row[0].title),
        Field("type", "Réalisation, résultat ou impact", lambda row: row[0].kind),
        Field("unite", "Unité", lambda row: row[0].unit),
        Field("valeur_depart", "Valeur de départ", lambda row: row[0].baseline, "number"),
        Field("cible", "Valeur visée", lambda row: row[0].target, "number"),
        Field("annee_cible", "Année visée", lambda row: row[0].target_year, "integer"),
        Field("annee", "Année de la valeur", lambda row: row[1], "integer"),
        Field("valeur", "Valeur", lambda row: row[2], "number"),
    ),
    _figures,
)
COMMUNES = Dataset(
    "communes",
    "Les communes",
    "Une ligne par commune, avec les actions publiées qui la nomment ; celles de tout le "
    "territoire n’y sont pas comptées. En GeoJSON : le contour de la commune, à défaut un point, "
    "à défaut rien.",
    ("csv", "geojson"),
    (
        Field("code_insee", "Code Insee", lambda line: line.commune.insee_code),
        Field("commune", "Nom", lambda line: line.commune.name),
        Field(
            "population", "Population municipale", lambda line: line.commune.population, "integer"
        ),
        Field("actions", "Nombre d’actions", lambda line: line.count, "integer"),
        *(
            Field(name, f"Dont {STATE_LABELS[state][1]}", _state(state), "integer")
            for state, name in STATE_NAMES.items()
        ),
    ),
    commune_lines,
)
GRANTS = Dataset(
    "subventions",
    "Les subventions",
    "Celles que les communes et l’intercommunalité attribuent au-delà du seuil légal, au format "
    "national.",
    ("csv",),
    (),
    lambda convention: (),
    schema="https://schema.data.gouv.fr/scdl/subventions/",
)
DATASETS = {dataset.name: dataset for dataset in (ACTIONS, FIGURES, COMMUNES, GRANTS)}


def offered(site: PublicSite) -> list[Dataset]:
    return [dataset for dataset in DATASETS.values() if dataset.is_offered(site)]
