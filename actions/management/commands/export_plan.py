from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from actions.exchange.exports import plan_sheet, whole_plan
from actions.management.conventions import chosen
from ctg.french import counted
from ctg.spreadsheets import FORMATS, write


class Command(BaseCommand):
    help = "Écrit le plan d’action dans un tableur, le même que celui de la page."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FICHIER", help=".xlsx, .ods ou .csv")
        parser.add_argument("--convention", metavar="ADRESSE")

    def handle(self, *, file, convention, **options):
        extension = file.suffix.lower().removeprefix(".")
        if extension not in FORMATS:
            raise CommandError(f"Écrivez un fichier .{', .'.join(FORMATS)}.")
        actions = whole_plan(chosen(convention))
        try:
            with file.open("wb") as target:
                write(extension, target, plan_sheet(actions))
        except OSError as error:
            raise CommandError(f"Impossible d’écrire {file} : {error.strerror}.") from error
        self.stdout.write(f"{counted(actions.count(), 'action', 'actions')} : {file}")
