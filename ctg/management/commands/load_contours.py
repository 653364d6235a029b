import json
from math import dist
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ctg.convention.models import Commune
from ctg.french import NBSP, counted

TOLERANCE = 0.0003  # degrees, some thirty metres: less than a pixel of the map
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
    return (str(code), simplified(geometry)) if code and is_surface else (None, geometry)


def simplified(geometry: dict) -> dict:
    """The same surface with the points one sees; an official contour has ten times as many."""
    if geometry["type"] == "Polygon":
        return {**geometry, "coordinates": [_thin(ring) for ring in geometry["coordinates"]]}
    polygons = [[_thin(ring) for ring in polygon] for polygon in geometry["coordinates"]]
    return {**geometry, "coordinates": polygons}


def _thin(ring: list) -> list:
    """Douglas and Peucker, on the two halves of the ring; at least a triangle stays."""
    points = [point[:2] for point in ring]
    far = max(range(len(points)), key=lambda i: dist(points[0], points[i]))
    kept = [*_line(points[: far + 1])[:-1], *_line(points[far:])]
    return kept if len(kept) > 3 else points


def _line(points: list) -> list:
    first, last = points[0], points[-1]
    if len(points) < 3:
        return points
    gaps = [_gap(point, first, last) for point in points[1:-1]]
    if max(gaps) <= TOLERANCE:
        return [first, last]
    cut = gaps.index(max(gaps)) + 1
    return [*_line(points[: cut + 1])[:-1], *_line(points[cut:])]


def _gap(point, first, last) -> float:
    """From a point to the segment between two others."""
    (x, y), (dx, dy) = first, (last[0] - first[0], last[1] - first[1])
    length = dx * dx + dy * dy
    along = ((point[0] - x) * dx + (point[1] - y) * dy) / length if length else 0
    along = min(1, max(0, along))
    return dist(point, (x + along * dx, y + along * dy))
