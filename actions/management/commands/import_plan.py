from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from actions.exchange import services
from actions.exchange.lines import CHANGED, CREATED, REFUSED
from actions.exchange.preview import OUTCOMES
from actions.management.conventions import chosen
from ctg.french import counted


class Command(BaseCommand):
    help = (
        "Importe un tableur dans le plan, avec les messages de la page. Les lignes refusées sont "
        "dites et n’empêchent pas les autres ; le code de sortie est alors 1."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument("--convention", metavar="ADRESSE")
        parser.add_argument("--dry-run", action="store_true", help="dire sans rien écrire")

    def handle(self, *, file, convention, dry_run, **options):
        convention = chosen(convention)
        try:
            with file.open("rb") as stream:
                preview = self._read(convention, stream, file.name, dry_run)
        except OSError as error:
            raise CommandError(f"Impossible de lire {file} : {error.strerror}.") from error
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self._say(preview)
        counts = preview["counts"]
        if counts[REFUSED]:
            raise CommandError(f"{counted(counts[REFUSED], *OUTCOMES[REFUSED])}.")
        if not preview["lines"]:
            raise CommandError("Aucune action reconnue dans ce fichier.")

    def _read(self, convention, stream, name, dry_run) -> dict[str, Any]:
        if dry_run:
            return services.look(convention, stream, name)[0]
        sent = services.receive(convention, stream, name, by=None)
        counts = sent.preview["counts"]
        if counts[CREATED] or counts[CHANGED]:
            services.confirm(sent, by=None)
        else:
            services.drop(sent, by=None)
        return sent.preview

    def _say(self, preview: dict[str, Any]) -> None:
        for note in preview["notes"]:
            self.stdout.write(note)
        for question in preview["questions"]:
            self.stdout.write(f"À préciser : « {question['said']} »")
        for line in preview["lines"]:
            where = f"{line['sheet']}, ligne {line['row']}"
            if line["problem"]:
                self.stderr.write(f"{where} : {line['problem']}")
            for cell in line["cells"]:
                if cell.get("problem"):
                    self.stderr.write(
                        f"{where}, {cell['label']} ({cell.get('ref', '')}) : {cell['problem']}"
                    )
        counts = preview["counts"]
        said = [counted(counts[name], *words) for name, words in OUTCOMES.items() if counts[name]]
        self.stdout.write(", ".join(said))
