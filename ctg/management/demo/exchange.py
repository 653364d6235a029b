"""A partner's spreadsheet, sent and not yet confirmed: something to read over."""

from datetime import timedelta
from io import BytesIO

from actions.exchange.services import receive
from ctg.management.demo.cast import Scene
from ctg.management.demo.story import at

NAME = "Propositions d’un partenaire (fichier fictif).csv"
ROWS = """
Propositions reçues (exemple fictif);;;;
;;;;
Axe;Intitulé de l’action;Porteur;Communes concernées;Échéance;État
Petite enfance;Ouvrir une ludothèque itinérante;Sicoval;Ramonville St Agne, Castanet;2023;À faire
Petite enfance;Semaine du jeu en famille;Caf;Toutes les communes;Dernier trimestre 2023;Bientôt
;;CCAS;Labege;2023;En cours
"""


def write(scene: Scene) -> None:
    sent = receive(scene.convention, BytesIO(ROWS.strip().encode("cp1252")), NAME, by=scene.lead)
    sent.sent_at = at(scene.story.today - timedelta(days=2), 10)
    sent.save(update_fields=["sent_at"])
