"""The plan on the map: how many actions each commune takes part in."""

from collections.abc import Iterable, Mapping

from ctg.convention.models import Commune
from ctg.convention.tiles import commune_cells


def commune_tiles(
    communes: Iterable[Commune], counts: Mapping[str, int], address: str
) -> list[dict]:
    """Tiles for the tile_map component; ``address``: what a tile opens, but for its commune.

    A commune without a label point has no tile.
    """
    return [
        {
            "name": commune.name,
            "value": counts.get(str(commune.pk), 0),
            "row": row,
            "column": column,
            "url": f"{address}&commune={commune.pk}",
        }
        for commune, (row, column) in commune_cells(communes).items()
    ]


def commune_shapes(
    communes: Iterable[Commune], counts: Mapping[str, int], address: str
) -> list[dict]:
    """Shapes for the contour_map component; none unless every commune has its contour."""
    communes = list(communes)
    if not all(commune.contour for commune in communes):
        return []
    return [
        {
            "name": commune.name,
            "value": counts.get(str(commune.pk), 0),
            "geometry": commune.contour,
            "url": f"{address}&commune={commune.pk}",
        }
        for commune in communes
    ]
