from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ctg.operations.backup import write_backup


class Command(BaseCommand):
    help = "Écrit toute l’installation (lignes et fichiers) dans un ZIP daté du dossier donné."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="dossier des sauvegardes, hors du serveur")

    def handle(self, *, folder, **options):
        path = folder / f"ctg-{timezone.localtime():%Y-%m-%d-%H%M%S}.zip"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            backup = write_backup(path)
        except OSError as error:
            raise CommandError(f"Sauvegarde impossible : {error}") from error
        self.stdout.write(f"{path} : {backup.size} octets, SHA-256 {backup.sha256}")
