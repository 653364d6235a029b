"""The words by which communities name the columns and labels of their plans."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process

from actions.exchange.words import main_words

# Keys of actions.exchange.fields, and some that only a reading knows: indicators of a nature
# not told, dates that may be text, the mark of our own exports, what is read for nothing.
SYNONYMS = {
    "id": "identifiant",
    "fingerprint": "repère (ne pas modifier)|repère",
    "code": (
        "code|n°|no|num|numéro|n° action|numéro action|n° fiche|numéro fiche|fiche n°|action n°|"
        "réf|référence|code action|référence action|fiche action n°|n° de la fiche action"
    ),
    "title": (
        "action|actions|intitulé|intitulé action|intitulé fiche|titre|titre action|nom action|nom|"
        "libellé|libellé action|action proposée|actions à mener|action à mettre en place|"
        "action concrète|actions concrètes|projet|intitulé projet|nom projet|titre projet|"
        "fiche action|fiche projet|titre fiche|intitulé fiche action|dénomination|"
        "désignation action|objet action|mesure|action prévue"
    ),
    "stake": (
        "enjeu|enjeux|axe|axe stratégique|axes|orientation|orientation stratégique|priorité|"
        "ambition|défi|volet|axe prioritaire|grand axe|intitulé axe|axe ctg|enjeu ctg|"
        "axe thématique|axe de travail|enjeu prioritaire|enjeu partagé|pilier"
    ),
    "strategic_objective": (
        "objectif stratégique|objectif général|objectif|objectifs|os|finalité|but|"
        "objectif principal|objectif ctg|orientation opérationnelle|objectif global"
    ),
    "operational_objective": (
        "objectif opérationnel|objectif spécifique|sous objectif|oo|objectif op|"
        "objectif de l’action|objectif détaillé|objectif visé|déclinaison opérationnelle"
    ),
    "themes": (
        "thématique|thème|champ d’intervention|domaine|secteur|champ|domaine d’intervention|"
        "domaine intervention|politique publique|thématique ctg|thème ctg|secteur d’intervention"
    ),
    "description": (
        "description|descriptif|contenu|détail|présentation|description action|résumé|"
        "descriptif action|contenu action|présentation action|détail action|explication|"
        "modalités|modalité de mise en œuvre|déroulement|contexte|commentaires|observation|"
        "remarques|commentaire|précision|description détaillée|contexte et description"
    ),
    "expected_results": (
        "résultats attendus|résultat attendu|effets attendus|impacts attendus|effet|résultat|"
        "plus value attendue|bénéfice attendu|livrable|attendus|changement attendu|impact"
    ),
    "audiences": (
        "public|publics|public visé|public cible|bénéficiaires|cible|public concerné|"
        "bénéficiaire de l’action|destinataires|public bénéficiaire|population cible|usagers"
    ),
    "communes": (
        "commune|communes|commune concernée|territoire|territoire concerné|périmètre|lieu|"
        "secteur géographique|échelle|localisation|périmètre géographique|zone géographique|"
        "territoire d’intervention|échelle territoriale|lieu de l’action|commune bénéficiaire|"
        "lieu de réalisation|ville|territoire d’action"
    ),
    "pilot": (
        "pilote|porteur|porteur de projet|porteur de l’action|maître d’ouvrage|chef de file|"
        "structure porteuse|responsable|pilotage|organisme pilote|porteur projet|pilote action|"
        "opérateur|structure pilote|structure responsable|maîtrise d’ouvrage|service pilote|"
        "structure|qui|responsable de l’action|resp|portage|porteur pilote|pilote porteur|"
        "organisateur"
    ),
    "co_pilots": "co pilote|copilote|co pilotes|co porteur|coporteur|copilotage|co pilotage",
    "contributors": (
        "partenaire|partenaires|partenaire associé|acteurs|acteur mobilisé|contributeur|"
        "contributeurs|partenaire mobilisé|partenaire de l’action|partenaire impliqué|"
        "partenariat|partenaires à mobiliser|acteur concerné|partenaire technique|avec qui|"
        "acteurs associés|partenaire opérationnel|structures associées|intervenants"
    ),
    "funders": (
        "financeur|financeurs|cofinanceur|co financeur|partenaire financier|financeur sollicité"
    ),
    "pilot_contact": (
        "contact|référent technique|coordonnées|contact pilote|contact chez le pilote|référent|"
        "personne référente|interlocuteur|personne ressource|technicien référent|agent référent"
    ),
    "elected_referent": (
        "élu référent|élu·e référent·e|élue référente|élu|élus|élu en charge|élu porteur|"
        "référent élu|élu responsable|vice président référent|élu pilote"
    ),
    "calendar": (
        "calendrier|échéance|échéancier|délai|période|planning|temporalité|date|dates|"
        "date prévisionnelle|calendrier prévisionnel|période de réalisation|quand|année|durée|"
        "date de réalisation|échéance prévisionnelle|calendrier de réalisation|période prévue|"
        "calendrier de mise en œuvre|date de mise en œuvre|mise en œuvre prévue|durée de l’action|"
        "planification|délai de réalisation|année de réalisation"
    ),
    "starts_on": (
        "début|date de début|démarrage|date de démarrage|début prévu|date début|commencement|"
        "date de lancement|lancement"
    ),
    "ends_on": (
        "fin|date de fin|fin prévue|date fin|date limite|date d’échéance|date de clôture|"
        "date butoir|date de fin prévue"
    ),
    "is_continuous": "action continue|continue|permanente|récurrente|sans date de fin",
    "status": (
        "statut|état|état d’avancement|avancement|statut action|état de l’action|"
        "niveau d’avancement|stade|situation|état de réalisation|suivi|statut de l’action|"
        "réalisation|statut avancement|avancée|où en est on|où en est l’action|point d’avancement"
    ),
    "status_reason": (
        "motif|motif du statut|motif report|raison|justification|motif abandon|freins|"
        "raison du report|explication du statut"
    ),
    "progress": (
        "avancement (%)|% avancement|taux de réalisation|pourcentage|% réalisation|"
        "taux d’avancement|pourcentage d’avancement|% réalisé|avancement en %"
    ),
    "is_blocked": "bloquée|blocage|action bloquée",
    "origin": (
        "origine|type d’action|nouvelle ou reconduite|nature de l’action|action nouvelle|"
        "nouvelle action|reconduction|type"
    ),
    "steps": (
        "étapes|étape|opérations|étapes de mise en œuvre|phases|étapes clés|étape de réalisation|"
        "sous action|tâches|jalons|opération|étape de l’action|actions intermédiaires|"
        "déclinaison|activités|étapes et calendrier"
    ),
    "indicators": (
        "indicateur|indicateurs|indicateur d’évaluation|évaluation|indicateur de suivi|"
        "critère d’évaluation|indicateurs de résultat|critères|indicateurs de réussite|"
        "indicateur de réalisation|modalité d’évaluation|indicateurs d’impact|"
        "indicateurs de suivi et d’évaluation|indicateur de moyens|critère de réussite"
    ),
    "quantitative": (
        "indicateurs quantitatifs|indicateur quantitatif|quantitatif|quantitatifs|"
        "indicateur chiffré|évaluation quantitative|critères quantitatifs"
    ),
    "qualitative": (
        "indicateurs qualitatifs|indicateur qualitatif|qualitatif|qualitatifs|"
        "évaluation qualitative|critères qualitatifs"
    ),
    "findings": (
        "constat|constats|diagnostic|éléments de diagnostic|problématique|besoin|"
        "besoin identifié|constat de départ|constats partagés|contexte et constats|"
        "éléments de contexte|besoins repérés|enjeu identifié"
    ),
    "other_stakes": "autres enjeux servis|autre enjeu|enjeux transversaux|autres axes",
}
# Known, and kept in no field of the plan: what follows them is nobody else’s.
ELSEWHERE = "elsewhere"
SYNONYMS_ELSEWHERE = (
    "budget|budget prévisionnel|coût|coût prévisionnel|moyens|moyens humains|moyens financiers|"
    "moyens humains et financiers|moyens mobilisés|moyens nécessaires|ressources|financement|"
    "plan de financement|montant|en retard|budget et financement|points de vigilance|signature|"
    "recettes|dépenses|moyens matériels|ressources mobilisées|validation|date de mise à jour"
)
PHRASES: dict[str, str] = {
    " ".join(main_words(phrase)): key
    for key, phrases in (SYNONYMS | {ELSEWHERE: SYNONYMS_ELSEWHERE}).items()
    for phrase in phrases.split("|")
}
BY_FIRST_WORD: dict[str, list[tuple[str, ...]]] = defaultdict(list)
for _phrase in PHRASES:
    if len(_phrase) > 3:
        BY_FIRST_WORD[_phrase.split()[0]].append(tuple(_phrase.split()))
SURE = 88
LIKELY = 70
LONGEST_LABEL = 70
WORDS_BESIDE = 4  # that may stand around the phrase we know


@lru_cache(maxsize=20_000)
def recognise(label: str) -> tuple[str, int]:
    """(key, how sure from 0 to 100); ("", 0) for what means nothing here."""
    label = " ".join(label.split())
    if not label or len(label) > LONGEST_LABEL:
        return "", 0
    short = re.sub(r"\([^)]*\)", " ", label).rstrip(" :*")
    for said in (label, short):
        if key := PHRASES.get(" ".join(main_words(said))):
            return key, 100
    words = main_words(short)
    joined = " ".join(words)
    if not words or level_of(label):
        return "", 0
    close = process.extractOne(joined, PHRASES.keys(), scorer=fuzz.ratio, score_cutoff=SURE)
    if close and len(joined) > 4:
        return PHRASES[close[0]], int(close[1])
    held = list(_held(words))
    if not held:
        return "", 0
    best = max(held, key=lambda phrase: (len(phrase.split()), -joined.find(phrase), len(phrase)))
    return PHRASES[best], LIKELY


def _held(words: tuple[str, ...]) -> Iterator[str]:
    """The phrases that stand in the label, their words side by side."""
    for start, word in enumerate(words):
        for phrase in BY_FIRST_WORD.get(word, ()):
            length = len(phrase)
            if words[start : start + length] == phrase and len(words) <= length + WORDS_BESIDE:
                yield " ".join(phrase)


# « Axe 1 : Petite enfance », « Objectif opérationnel 1.2 – … »
LEVELS = {
    "stake": r"enjeu|axe|orientation|priorité|ambition|défi|volet|pilier|thématique",
    "operational_objective": r"objectif opérationnel|objectif spécifique|sous-objectif|oo",
    "strategic_objective": r"objectif stratégique|objectif général|objectif|os",
}
LEVEL_LINES = {
    level: re.compile(
        rf"^\s*(?:{words})s?(?![^\W\d_])\s*(?:stratégique\b)?\s*(?:n°\s*)?"
        r"(?:(?P<code>\d+(?:[.\-]\d+)*|[IVX]+(?![^\W\d_])|[A-Z](?=\s*[:.)–—-]))"
        r"(?:\s*[:–—.)-]+\s*|\s+|$)|\s*[:–—]\s*)(?P<title>.*)$",
        re.IGNORECASE | re.DOTALL,
    )
    for level, words in LEVELS.items()
}


def level_of(text: str) -> str:
    """The level of the plan that a lone line announces, or nothing."""
    for level in ("operational_objective", "strategic_objective", "stake"):
        found = LEVEL_LINES[level].match(text)
        if found and (found["code"] or found["title"]):
            return level
    return ""
