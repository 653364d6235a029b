import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from actions.management.conventions import chosen
from ctg.french import counted
from governance.archive.writing import write_archive


class Command(BaseCommand):
    help = "Écrit toute une convention dans un fichier ZIP : tables, documents, bilans, pages."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FICHIER", help="le .zip à écrire")
        parser.add_argument("--convention", metavar="ADRESSE")

    def handle(self, *, file, convention, **options):
        """Whole or not at all: written beside, then renamed."""
        found = chosen(convention)
        beside = file.with_name(f".{file.name}.part")
        try:
            with beside.open("wb") as target:
                manifest = write_archive(found, target)
            os.replace(beside, file)
        except OSError as error:
            raise CommandError(f"Impossible d’écrire {file} : {error.strerror}.") from error
        finally:
            beside.unlink(missing_ok=True)
        for sentence in manifest["missing"]:
            self.stderr.write(f"Il manque {sentence}")
        rows = counted(sum(manifest["rows"].values()), "ligne", "lignes")
        files = counted(len(manifest["files"]), "fichier", "fichiers")
        self.stdout.write(f"{found} : {rows}, {files} dans {file}")
