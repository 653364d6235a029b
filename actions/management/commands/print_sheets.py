from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from actions.printing.services import printable
from actions.printing.sheets import render_sheets
from ctg.convention.models import Convention
from ctg.pdf import PdfUnavailable


class Command(BaseCommand):
    help = "Écrit toutes les fiches action du plan en un PDF, comme la page du plan."

    def add_arguments(self, parser):
        parser.add_argument("--convention", required=True, metavar="ADRESSE")
        parser.add_argument("--output", required=True, type=Path, metavar="FICHIER")

    def handle(self, *, convention, output, **options):
        found = Convention.objects.select_related("epci").filter(slug=convention).first()
        if not found:
            raise CommandError(f"Aucune convention n’a l’adresse « {convention} ».")
        codes = list(found.actions.current().values_list("code", flat=True))
        if not codes:
            raise CommandError(f"{found.short_name} n’a pas encore d’action.")
        try:
            output.write_bytes(render_sheets(found, printable(found, codes), at=timezone.now()))
        except PdfUnavailable as lack:
            raise CommandError(str(lack)) from lack
        except OSError as error:
            raise CommandError(f"Impossible d’écrire {output} : {error.strerror}.") from error
        self.stdout.write(f"{len(codes)} fiches de {found.short_name} : {output}")
