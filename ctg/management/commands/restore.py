from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ctg.operations.backup import BackupRefused, restore_backup


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans une base neuve (migrate d’abord), tout ou rien."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            counts = restore_backup(file)
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{sum(counts.values())} lignes restaurées depuis {file.name}.")
