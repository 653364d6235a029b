import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ctg.convention.models import Commune
from ctg.french import NBSP, counted

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
        missing = Commune.objects.filter(contour__isnull=True).count()
        self.stdout.write(
            f"{counted(len(communes), 'contour chargé', 'contours chargés')}{NBSP}; "
            f"{counted(missing, 'commune reste', 'communes restent')} sans contour."
        )


def read_contours(file: Path) -> dict[str, dict]:
    """GeoJSON geometry by Insee code; CommandError says what is wrong with the file."""
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        contours = {code: geometry for code, geometry in map(_contour, features) if code}
    except OSError as error:
        raise CommandError(f"Le fichier {file} ne se lit pas{NBSP}: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CommandError(f"{file} n’est pas une collection GeoJSON.") from None
    if not contours:
        raise CommandError(
            f"{file} n’a aucun contour avec un code Insee (propriété {', '.join(CODE_NAMES)})."
        )
    return contours


def _contour(feature):
    """Insee code and geometry; no code when the feature is not the surface of a commune."""
    properties, geometry = feature.get("properties") or {}, feature.get("geometry") or {}
    code = next((properties[name] for name in CODE_NAMES if name in properties), None)
    is_surface = geometry.get("type") in ("Polygon", "MultiPolygon")
    return (str(code) if code and is_surface else None), geometry
