from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from governance.archive.checks import ArchiveRefused
from governance.archive.restoring import restore_archive


class Command(BaseCommand):
    help = "Restaure l’archive d’une convention dans une installation neuve (après migrate)."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FICHIER")

    def handle(self, *, file, **options):
        try:
            convention = restore_archive(file)
        except ArchiveRefused as refusal:
            raise CommandError(f"{refusal} Rien n’a été écrit.") from refusal
        self.stdout.write(
            f"{convention} est restaurée. Ses membres se connectent avec leur adresse habituelle. "
            "Ses pages publiques sont fermées : l’équipe projet les ouvre quand elle le décide."
        )
