import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ctg.convention.models import Commune

CODE_NAMES = ("code", "code_insee", "INSEE_COM", "insee_com", "insee", "codgeo")


class Command(BaseCommand):
    help = "Lit les contours des communes dans un fichier GeoJSON officiel, par code Insee."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FICHIER")

    def handle(self, *, file, **options):
        contours = read_contours(file)
        communes = list(Commune.objects.filter(insee_code__in=contours))
        with transaction.atomic():
            for commune in communes:
                commune.contour = contours[commune.insee_code]
                commune.save(update_fields=["contour"])
        missing = Commune.objects.filter(contour=None).count()
        self.stdout.write(
            f"{len(communes)} contours chargés ; {missing} communes restent sans contour."
        )


def read_contours(file: Path) -> dict[str, dict]:
    """GeoJSON geometry by Insee code; CommandError says what is wrong with the file."""
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
    except OSError as error:
        raise CommandError(f"Le fichier {file} ne se lit pas : {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise CommandError(f"{file} n’est pas une collection GeoJSON.") from None
    contours = {}
    for feature in features:
        properties = feature.get("properties") or {}
        code = next((properties[name] for name in CODE_NAMES if name in properties), None)
        geometry = feature.get("geometry") or {}
        if code and geometry.get("type") in ("Polygon", "MultiPolygon"):
            contours[str(code)] = geometry
    if not contours:
        raise CommandError(
            f"{file} n’a aucun contour avec un code Insee (propriété {', '.join(CODE_NAMES)})."
        )
    return contours
