from importlib import import_module

from django.core.management.base import BaseCommand

from ctg.management.bench import SUBJECTS
from ctg.management.bench.workbench import Workbench


class Command(BaseCommand):
    help = (
        "Mesure le site de l’extérieur, sur des démonstrations neuves : une ligne par chiffre, "
        "« nom valeur unité ». Chaque page est chronométrée à côté d’une vue nue d’autant "
        "d’octets : le rapport dit ce que coûte notre travail, quelle que soit la machine."
    )

    def add_arguments(self, parser):
        parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], metavar="sujet")

    def handle(self, *, subjects, **options):
        with Workbench(self.stdout.write) as bench:
            for subject in subjects or SUBJECTS:
                import_module(f"ctg.management.bench.{subject}").measure(bench)
                self.stdout.flush()
